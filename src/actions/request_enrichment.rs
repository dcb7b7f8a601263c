//! Has an item read anew, because somebody is waiting for it.

use super::save_content::enqueue_enrichment;
use super::{Error, Result};
use crate::app::App;
use crate::domain::job::Lane;
use crate::domain::{ContentId, EnrichmentStatus, UserId};
use crate::store::content_counts::{self, Changes};
use crate::store::contents::{self, Enriched};

/// Queues an item of `owner` at high priority.
///
/// # Errors
/// [`Error::NotFound`] when it is not theirs or in the trash, [`Error::Invalid`] for a note; [`Error::Database`].
pub async fn request_enrichment(app: &App, owner: UserId, id: ContentId) -> Result<()> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let item = contents::find(&mut tx, owner, id).await?.filter(|item| item.deleted_at.is_none());
    let item = item.ok_or(Error::NotFound("Content"))?;
    if item.link.is_empty() {
        return Err(Error::Invalid("A note has no link that could be read".into()));
    }
    let pending = EnrichmentStatus::Pending;
    let before = contents::set_status(&mut tx, id, pending, None, Enriched::default(), now).await?;
    if let Some((_, before, true)) = before {
        let mut changes = Changes::default();
        content_counts::apply(&mut tx, changes.status(owner, &before, pending.as_str())).await?;
    }
    enqueue_enrichment(app, &mut tx, owner, id, Some(Lane::Interactive)).await?;
    tx.commit().await?;
    app.wake.notify();
    Ok(())
}
