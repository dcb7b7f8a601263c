//! What happened on the way to understanding an item.

use super::{Error, Result};
use crate::app::App;
use crate::domain::{ContentId, UserId};
use crate::embed::Embedder;
use crate::store::attempts::{self, Attempt};
use crate::store::{chunks, contents, embeddings};

/// The status and the ledger behind it.
#[derive(Debug, Clone)]
pub struct Enrichment {
    /// The stored word of the status.
    pub status: String,
    /// Oldest first.
    pub attempts: Vec<Attempt>,
    /// How far its meaning is known.
    pub embedding: Embedding,
}

/// How far the meaning of an item is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Embedding {
    /// Pieces of its text.
    pub chunks: i32,
    /// The model that reads them; none when things are found by their words alone.
    pub model: Option<String>,
    /// `none`, `pending`, `embedded`, `retry` or `failed`.
    pub state: String,
    /// Why not further, in words for people.
    pub error: Option<String>,
}

/// The ledger of an item of `owner`.
///
/// # Errors
/// [`Error::NotFound`] when it is not theirs; [`Error::Database`].
pub async fn read_enrichment(app: &App, owner: UserId, id: ContentId) -> Result<Enrichment> {
    let item = contents::find(&app.db, owner, id).await?.ok_or(Error::NotFound("Content"))?;
    let attempts = attempts::list(&app.db, id).await?;
    Ok(Enrichment { status: item.enrichment_status, attempts, embedding: embedding(app, id).await? })
}

async fn embedding(app: &App, id: ContentId) -> Result<Embedding> {
    let cut = chunks::revision(&app.db, id).await?;
    let pieces = cut.as_ref().map_or(0, |(_, chunks)| *chunks);
    let Some(model) = app.models.current().map(Embedder::model) else {
        return Ok(Embedding { chunks: pieces, model: None, state: "none".to_owned(), error: None });
    };
    let known = embeddings::of_item(&app.db, id).await?.into_iter().find(|progress| progress.model == model);
    let (state, error) = match (cut, known) {
        (Some((revision, _)), Some(known)) if known.revision == revision => (known.state, known.error),
        _ => ("pending".to_owned(), None),
    };
    Ok(Embedding { chunks: pieces, model: Some(model.to_owned()), state, error })
}
