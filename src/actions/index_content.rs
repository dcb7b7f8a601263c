//! Makes an item findable by its words: its title, the owner's note, what is known of the page and what it says.

use super::{Error, Result};
use crate::app::App;
use crate::db::Tx;
use crate::domain::{ContentId, SourceUrl};
use crate::store::contents::{self, Item};
use crate::store::index::words;
use crate::text;

/// Indexes an item anew from what is stored; one in the trash, or gone, is left alone.
///
/// # Errors
/// [`Error::Database`].
pub async fn index_content(app: &App, id: ContentId) -> Result<()> {
    let mut tx = app.db.begin().await?;
    if let Some(item) = contents::find_any(&mut tx, id).await?.filter(|item| item.deleted_at.is_none()) {
        reindex(&mut tx, &item).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Indexes a live item with the text that is stored for it.
pub(super) async fn reindex(tx: &mut Tx<'_>, item: &Item) -> Result<()> {
    let texts = contents::texts(&mut *tx, item.id).await?;
    put_words(tx, item, texts.full_text.as_deref()).await
}

/// Indexes a live item with `full_text`.
pub(super) async fn put_words(tx: &mut Tx<'_>, item: &Item, full_text: Option<&str>) -> Result<()> {
    let language = item.meta_language.as_deref();
    let counted = text::words::term_frequencies(&item.title, &body(item, full_text), language);
    let document =
        words::Document { terms: counted.terms, length: counted.length, language: language.map(str::to_owned) };
    Ok(words::put(tx, item.user_id, item.id, &document).await?)
}

/// Everything about an item but its title, which counts for more.
fn body(item: &Item, full_text: Option<&str>) -> String {
    let other_title = item.meta_title.as_deref().filter(|title| *title != item.title);
    let site = SourceUrl::parse(&item.link).ok();
    let parts = [
        other_title,
        item.note.as_deref(),
        item.meta_author.as_deref(),
        item.meta_site_name.as_deref(),
        site.as_ref().map(SourceUrl::host),
        // What the page says is in its own first lines already, most of the time.
        item.meta_description.as_deref().filter(|_| full_text.is_none_or(str::is_empty)),
        full_text,
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join("\n\n")
}

impl Error {
    /// Is the item gone, so that nothing is left to do?
    pub const fn is_gone(&self) -> bool {
        matches!(self, Self::NoSuchContent(_))
    }
}
