//! Has the model read those pieces of an item that it does not know.
//!
//! The model is asked outside any transaction; each batch of vectors is kept as soon as it is there, so that what breaks off
//! goes on where it was. A text that changes meanwhile has other pieces, and a job of its own.

use super::index_content::{hash, head, reindex};
use super::{Error, Result};
use crate::app::App;
use crate::domain::{ContentId, Timestamp};
use crate::embed::{self, Embedder};
use crate::store::chunks::{self, Chunk};
use crate::store::contents::{self, Item};
use crate::store::embeddings;
use crate::store::index::meaning;
use crate::store::spaces::{self, Space};

/// Embeds an item. Safe to run twice; nothing to do for one that is gone, in the trash or known already.
///
/// # Errors
/// [`Error::Throttled`] when the model's server wants to be left alone, [`Error::Embedding`] when it may work later: the
/// ledger says why. [`Error::Database`].
pub async fn embed_content(app: &App, id: ContentId) -> Result<()> {
    let Some(model) = app.models.current() else { return Ok(()) };
    let Some(item) = contents::find_any(&app.db, id).await?.filter(|item| item.deleted_at.is_none()) else {
        return Ok(());
    };
    let Some((revision, _)) = chunks::revision(&app.db, id).await? else { return Ok(()) };
    let space = space_of(app, model).await.map_err(failed)?;
    match embed(app, model, &space, &item).await {
        Ok(true) => {}
        Ok(false) => return Ok(()),
        Err(error) => {
            note(app, &space, id, "retry", &revision, Some(&error)).await?;
            return Err(failed(error));
        }
    }
    note(app, &space, id, "embedded", &revision, None).await?;
    if !space.is_serving() {
        switch_when_whole(app, &space).await?;
    }
    Ok(())
}

/// Marks an item whose job was given up.
///
/// # Errors
/// [`Error::Database`].
pub async fn give_up_embedding(app: &App, id: ContentId) -> Result<()> {
    let Some(revision) = chunks::revision(&app.db, id).await?.map(|(revision, _)| revision) else { return Ok(()) };
    let Some(model) = app.models.current().map(Embedder::model) else { return Ok(()) };
    for space in spaces::list(&app.db).await?.iter().filter(|space| space.model == model) {
        let trouble = embeddings::of_item(&app.db, id).await?.into_iter().find(|progress| progress.model == model);
        let why = trouble.and_then(|progress| progress.error);
        let mut tx = app.db.begin().await?;
        embeddings::note(&mut tx, space.id, id, "failed", &revision, why.as_deref(), app.clock.now()).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Has the space serve if nothing is missing in it.
pub(super) async fn switch_when_whole(app: &App, space: &Space) -> Result<()> {
    if !embeddings::missing(&app.db, space.id, 1).await?.is_empty() {
        return Ok(());
    }
    let mut tx = app.db.begin().await?;
    let switched = spaces::serve(&mut tx, space.id).await?;
    tx.commit().await?;
    if switched {
        tracing::info!(model = %space.model, "everything is embedded by the new model, which answers from now on");
    }
    Ok(())
}

/// Why an item was not embedded.
enum Unembedded {
    Model(embed::Error),
    Other(Error),
}

impl<E: Into<Error>> From<E> for Unembedded {
    fn from(error: E) -> Self {
        Self::Other(error.into())
    }
}

fn failed(error: Unembedded) -> Error {
    match error {
        Unembedded::Model(error) => match error.retry_after() {
            Some(after) => Error::Throttled { after, message: error.for_people() },
            None => Error::Embedding(error),
        },
        Unembedded::Other(error) => error,
    }
}

/// The space of the model, made when it is new.
async fn space_of(app: &App, model: &Embedder) -> std::result::Result<Space, Unembedded> {
    let dimensions = model.dimensions().await.map_err(Unembedded::Model)?;
    let dimensions = i32::try_from(dimensions).unwrap_or(i32::MAX);
    let known = spaces::list(&app.db).await?;
    if let Some(space) = known.into_iter().find(|known| known.model == model.model() && known.dimensions == dimensions)
    {
        return Ok(space);
    }
    let mut tx = app.db.begin().await?;
    let space = spaces::open(&mut tx, model.model(), dimensions, app.clock.now()).await?;
    tx.commit().await?;
    Ok(space)
}

/// Embeds what is missing of an item; `false` when its text has changed since it was cut.
async fn embed(app: &App, model: &Embedder, space: &Space, item: &Item) -> std::result::Result<bool, Unembedded> {
    let missing = meaning::missing(&app.db, space.id, item.id).await?;
    if missing.is_empty() {
        return Ok(true);
    }
    let texts = contents::texts(&app.db, item.id).await?;
    let full_text = texts.full_text.as_deref();
    let (prose, head) = (item.prose(full_text), head(item, full_text));
    let pieces: Vec<Chunk> = chunks::find_many(&app.db, item.user_id, &missing).await?;
    let inputs: Option<Vec<(i64, String)>> = pieces.iter().map(|piece| input(piece, &head, &prose)).collect();
    let Some(inputs) = inputs else {
        // Cut by another version of this program, or changed this very moment.
        let mut tx = app.db.begin().await?;
        reindex(app, &mut tx, item, None).await?;
        tx.commit().await?;
        app.wake.notify();
        return Ok(false);
    };
    for batch in inputs.chunks(embed::BATCH) {
        let texts = batch.iter().map(|(_, text)| text.clone()).collect();
        let vectors = model.passages(texts).await.map_err(Unembedded::Model)?;
        let vectors = batch.iter().map(|(id, _)| *id).zip(vectors).collect();
        let mut tx = app.db.begin().await?;
        meaning::put(&mut tx, space.id, item.user_id, vectors).await?;
        tx.commit().await?;
    }
    Ok(true)
}

/// What the model is given for a piece; none when the text is not the one that was cut.
fn input(piece: &Chunk, head: &str, prose: &str) -> Option<(i64, String)> {
    let span = usize::try_from(piece.text_start).ok()?..usize::try_from(piece.text_end).ok()?;
    let text = prose.get(span)?;
    (hash([head.as_bytes(), text.as_bytes()]) == piece.hash).then(|| (piece.id, format!("{head}{text}")))
}

async fn note(
    app: &App,
    space: &Space,
    id: ContentId,
    state: &str,
    revision: &[u8],
    error: Option<&Unembedded>,
) -> Result<()> {
    let why = error.map(|error| match error {
        Unembedded::Model(error) => error.for_people(),
        Unembedded::Other(_) => "The database could not be written to".to_owned(),
    });
    let now: Timestamp = app.clock.now();
    let mut tx = app.db.begin().await?;
    embeddings::note(&mut tx, space.id, id, state, revision, why.as_deref(), now).await?;
    Ok(tx.commit().await?)
}
