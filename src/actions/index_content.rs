//! Makes an item findable: its words at once, its meaning as soon as a model has read the pieces that are cut here.
//!
//! Words, pieces and the job that embeds them are one transaction with the text they are of.

use sha2::{Digest as _, Sha256};

use super::{Error, Result};
use crate::app::App;
use crate::db::Tx;
use crate::domain::job::{EmbedContent, Lane};
use crate::domain::{ContentId, EnrichmentStatus, SourceUrl, UserId};
use crate::queue::{self, Enqueue};
use crate::store::chunks::{self, Digest, NewChunk};
use crate::store::contents::{self, Item, Texts};
use crate::store::index::words;
use crate::text::timeline::Timeline;
use crate::text::{self, likeness};

/// Bytes of a hash that are kept: what tells apart the pieces of one item.
const HASH: usize = 16;

/// Indexes an item anew from what is stored; one in the trash, or gone, is left alone.
///
/// # Errors
/// [`Error::Database`].
pub async fn index_content(app: &App, id: ContentId) -> Result<()> {
    let mut tx = app.db.begin().await?;
    if let Some(item) = contents::find_any(&mut tx, id).await?.filter(|item| item.deleted_at.is_none()) {
        reindex(app, &mut tx, &item, Some(Lane::Upkeep)).await?;
        tx.commit().await?;
        app.wake.notify();
    }
    Ok(())
}

/// Indexes a live item with the text that is stored for it.
pub(super) async fn reindex(app: &App, tx: &mut Tx<'_>, item: &Item, lane: Option<Lane>) -> Result<()> {
    let texts = contents::texts(&mut *tx, item.id).await?;
    put(app, tx, item, &texts, lane).await
}

/// Indexes a live item with `texts`, which are or will be stored for it. To be called last but for other jobs.
pub(super) async fn put(app: &App, tx: &mut Tx<'_>, item: &Item, texts: &Texts, lane: Option<Lane>) -> Result<()> {
    put_words(tx, item, texts.full_text.as_deref()).await?;
    // What a worker will read in a moment is not embedded before that.
    let waits = [EnrichmentStatus::Pending, EnrichmentStatus::Processing].map(EnrichmentStatus::as_str);
    if texts.full_text.is_none() && waits.contains(&item.enrichment_status.as_str()) {
        return Ok(());
    }
    if put_pieces(tx, item, texts).await? && app.models.current().is_some() {
        enqueue_embedding(app, tx, item.user_id, &[item.id], lane).await?;
    }
    Ok(())
}

/// Asks a worker to have items of an owner embedded.
pub(super) async fn enqueue_embedding(
    app: &App,
    tx: &mut Tx<'_>,
    owner: UserId,
    items: &[ContentId],
    lane: Option<Lane>,
) -> Result<()> {
    let options = Enqueue { owner: Some(owner), lane, ..Enqueue::default() };
    let jobs: Vec<EmbedContent> = items.iter().map(|id| EmbedContent { content_id: *id }).collect();
    queue::enqueue_many(tx, &jobs, options, app.clock.now()).await?;
    Ok(())
}

async fn put_words(tx: &mut Tx<'_>, item: &Item, full_text: Option<&str>) -> Result<()> {
    let language = item.meta_language.as_deref();
    // A link that stands for a title is found by its words, too.
    let title = if item.title == item.link { item.title.as_str() } else { item.own_title(full_text) };
    let counted = text::words::term_frequencies(title, &body(item, full_text), language);
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

/// Cuts an item's text; says whether a model must read it anew.
async fn put_pieces(tx: &mut Tx<'_>, item: &Item, texts: &Texts) -> Result<bool> {
    let text = item.prose(texts.full_text.as_deref());
    let head = head(item, texts.full_text.as_deref());
    let timeline = match (&texts.transcript_segments, &texts.full_text) {
        (Some(segments), Some(text)) => Timeline::new(text, &segments.0),
        _ => Timeline::default(),
    };
    let pieces: Vec<NewChunk> = text::chunks::cut(&text, text::chunks::estimate_tokens(&head))
        .into_iter()
        .map(|span| NewChunk {
            start_seconds: timeline.second_at(span.start),
            hash: hash([head.as_bytes(), text[span.clone()].as_bytes()]),
            start: i32::try_from(span.start).unwrap_or(i32::MAX),
            end: i32::try_from(span.end).unwrap_or(i32::MAX),
        })
        .collect();
    let version = [text::chunks::VERSION];
    let revision = hash(std::iter::once(&version[..]).chain(pieces.iter().map(|piece| piece.hash.as_slice())));
    let likeness = likeness::digest(&text);
    let digest = Digest { revision, text_hash: likeness.copy, bands: likeness.bands };
    Ok(chunks::put(tx, item.user_id, item.id, &pieces, &digest).await?)
}

/// What a model reads before each piece of an item.
pub(super) fn head(item: &Item, full_text: Option<&str>) -> String {
    text::chunks::head(item.own_title(full_text), &item.kind)
}

/// The hash of what a model is given for a piece: its head and its text.
pub(super) fn hash<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
    let hash = parts.into_iter().fold(Sha256::new(), Sha256::chain_update).finalize();
    hash[..HASH].to_vec()
}

impl Error {
    /// Is the item gone, so that nothing is left to do?
    pub const fn is_gone(&self) -> bool {
        matches!(self, Self::NoSuchContent(_))
    }
}
