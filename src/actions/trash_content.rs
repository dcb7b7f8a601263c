//! Into the trash and out again.

use super::index_content::reindex;
use super::save_content::enqueue_enrichment;
use super::{Error, Result};
use crate::app::App;
use crate::domain::{ContentId, EnrichmentStatus, UserId};
use crate::store::chunks;
use crate::store::content_counts::{self, Changes};
use crate::store::contents::{self, Item};
use crate::store::index::words;
use crate::store::tags;

/// Puts an item into the trash: it is in no list and no search from then on, and purged after `TRASH_DAYS`.
///
/// # Errors
/// [`Error::NotFound`] when it is not the owner's or there already; [`Error::Database`].
pub async fn trash_content(app: &App, owner: UserId, id: ContentId) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let moved = contents::trash(&mut tx, owner, id, app.clock.now()).await?.ok_or(Error::NotFound("Content"))?;
    let carried = tags::of_item(&mut tx, id).await?;
    tags::count(&mut tx, carried, -1).await?;
    let mut changes = Changes::default();
    changes.live(owner, &moved.kind, &moved.enrichment_status, -1).add(owner, "trash", 1);
    content_counts::apply(&mut tx, &changes).await?;
    words::remove(&mut tx, owner, id).await?;
    chunks::remove(&mut tx, id).await?;
    tx.commit().await?;
    Ok(())
}

/// Takes an item out of the trash, with its tags and its words.
///
/// # Errors
/// [`Error::NotFound`] when it is not there; [`Error::Database`].
pub async fn restore_content(app: &App, owner: UserId, id: ContentId) -> Result<Item> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let moved = contents::restore(&mut tx, owner, id, now).await?.ok_or(Error::NotFound("Content"))?;
    let carried = tags::of_item(&mut tx, id).await?;
    tags::count(&mut tx, carried, 1).await?;
    let mut changes = Changes::default();
    changes.live(owner, &moved.kind, &moved.enrichment_status, 1).add(owner, "trash", -1);
    content_counts::apply(&mut tx, &changes).await?;
    let item = contents::find(&mut tx, owner, id).await?.ok_or(Error::NotFound("Content"))?;
    reindex(app, &mut tx, &item, None).await?;
    if moved.enrichment_status == EnrichmentStatus::Pending.as_str() {
        // Its job may have come by while it lay in the trash.
        enqueue_enrichment(app, &mut tx, owner, id, None).await?;
    }
    tx.commit().await?;
    app.wake.notify();
    Ok(item)
}
