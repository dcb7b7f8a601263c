//! Changes what an owner may change by hand.

use super::similar_contents::similar_contents;
use super::{Error, FullItem, Result, index_content};
use crate::app::App;
use crate::domain::{ContentId, Note, Title, UserId};
use crate::store::contents;

/// What to change; `None` leaves a thing as it is.
#[derive(Debug, Clone, Default)]
pub struct EditContent {
    /// Another title.
    pub title: Option<Title>,
    /// Another note; an empty one removes it.
    pub note: Option<Note>,
    /// Marked or not.
    pub is_favorite: Option<bool>,
    /// Put aside or not.
    pub is_archived: Option<bool>,
}

/// Changes a live item of `owner` and gives it back as it stands then.
///
/// # Errors
/// [`Error::NotFound`] when it is not theirs or in the trash; [`Error::Database`].
pub async fn edit_content(app: &App, owner: UserId, id: ContentId, edit: EditContent) -> Result<FullItem> {
    let mut tx = app.db.begin().await?;
    let words_change = edit.title.is_some() || edit.note.is_some();
    let edit = contents::Edit {
        title: edit.title.map(String::from),
        note: edit.note.map(|note| Some(String::from(note)).filter(|note| !note.is_empty())),
        is_favorite: edit.is_favorite,
        is_archived: edit.is_archived,
    };
    if !contents::edit(&mut tx, owner, id, edit, app.clock.now()).await? {
        return Err(Error::NotFound("Content"));
    }
    let item = contents::find(&mut tx, owner, id).await?.ok_or(Error::NotFound("Content"))?;
    let texts = contents::texts(&mut tx, id).await?;
    if words_change {
        index_content::put(app, &mut tx, &item, &texts, None).await?;
    }
    tx.commit().await?;
    if words_change {
        app.wake.notify();
    }
    let similar = similar_contents(app, owner, &item, &texts).await?;
    Ok(FullItem { item, texts, similar })
}
