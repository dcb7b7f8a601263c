//! Finds items of which words or meaning are missing or stale, whatever the reason, and has them done.
//!
//! Rows that another program wrote, a model that was changed, jobs that were given up while a server was down: all of them
//! leave a difference that can be seen in the tables.

use std::collections::BTreeMap;

use super::Result;
use super::embed_content::switch_when_whole;
use super::index_content::enqueue_embedding;
use crate::app::App;
use crate::domain::job::{IndexContent, Lane};
use crate::domain::{ContentId, UserId};
use crate::queue::{self, Enqueue};
use crate::store::index::meaning;
use crate::store::{chunks, embeddings, spaces};

/// Items that one run looks after; the next run has the others.
const MOST: u32 = 20_000;
/// Jobs that one transaction enqueues.
const BATCH: usize = 500;

/// What was found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reconciled {
    /// Items that are to be cut and indexed.
    pub uncut: usize,
    /// Items that are to be embedded.
    pub unembedded: usize,
}

/// Enqueues what is missing, in the lane of upkeep; jobs that wait already are left alone.
///
/// # Errors
/// [`super::Error::Embedding`] when a model of which the size is not known does not answer; [`super::Error::Database`].
pub async fn reconcile(app: &App) -> Result<Reconciled> {
    let uncut = chunks::uncut(&app.db, MOST).await?;
    for (owner, items) in by_owner(&uncut) {
        for some in items.chunks(BATCH) {
            let jobs: Vec<IndexContent> = some.iter().map(|id| IndexContent { content_id: *id }).collect();
            let options = Enqueue { owner: Some(owner), ..Enqueue::default() };
            let mut tx = app.db.begin().await?;
            queue::enqueue_many(&mut tx, &jobs, options, app.clock.now()).await?;
            tx.commit().await?;
        }
    }
    let unembedded = unembedded(app).await?;
    for (owner, items) in by_owner(&unembedded) {
        for some in items.chunks(BATCH) {
            let mut tx = app.db.begin().await?;
            enqueue_embedding(app, &mut tx, owner, some, Some(Lane::Upkeep)).await?;
            tx.commit().await?;
        }
    }
    app.wake.notify();
    Ok(Reconciled { uncut: uncut.len(), unembedded: unembedded.len() })
}

/// Items that the configured model does not know as they are.
async fn unembedded(app: &App) -> Result<Vec<(UserId, ContentId)>> {
    let Some(model) = app.models.current() else { return Ok(Vec::new()) };
    let known = spaces::list(&app.db).await?;
    let own = known.into_iter().filter(|space| space.model == model.model());
    let Some(space) = own.max_by_key(|space| space.id) else {
        // Nothing is embedded by it yet: the first job that ends well makes the space.
        return Ok(embeddings::missing(&app.db, 0, MOST).await?);
    };
    if !space.is_serving() {
        switch_when_whole(app, &space).await?;
    }
    let mut tx = app.db.begin().await?;
    if meaning::tend_indexes(&mut tx, &app.memory, space.id, space.dimensions).await? {
        tracing::info!("a user with very many texts has an index of their own now");
    }
    tx.commit().await?;
    Ok(embeddings::missing(&app.db, space.id, MOST).await?)
}

fn by_owner(items: &[(UserId, ContentId)]) -> BTreeMap<UserId, Vec<ContentId>> {
    let mut owners = BTreeMap::<UserId, Vec<ContentId>>::new();
    for (owner, item) in items {
        owners.entry(*owner).or_default().push(*item);
    }
    owners
}
