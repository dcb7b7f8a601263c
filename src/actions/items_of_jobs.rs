//! The items that jobs are about: what is done to a job by hand must show in its item.
//!
//! Items and counts are locked before the jobs, as everywhere; only then is it known what became of the jobs.

use std::collections::{BTreeMap, BTreeSet};

use super::{Error, Result};
use crate::db::{self, Tx};
use crate::domain::job::{Arguments as _, EnrichContent};
use crate::domain::{ContentId, EnrichmentStatus, JobId, Timestamp, UserId};
use crate::queue::inspect::Job;
use crate::store::content_counts::{self, Changes};
use crate::store::content_status::{self, Standing};

/// How often a transaction is begun that meets others.
const TRIES: u32 = 3;

/// Items that wait for jobs, locked.
#[derive(Debug)]
pub(super) struct Items {
    by_id: BTreeMap<ContentId, Standing>,
    of_job: BTreeMap<JobId, ContentId>,
}

impl Items {
    /// Locks the items of `jobs` that have one to be read, and the counts of their owners.
    pub(super) async fn lock(tx: &mut Tx<'_>, jobs: &[Job]) -> Result<Self> {
        let of_job: BTreeMap<JobId, ContentId> = jobs.iter().filter_map(|job| Some((job.id, item_of(job)?))).collect();
        let ids: BTreeSet<ContentId> = of_job.values().copied().collect();
        if ids.is_empty() {
            return Ok(Self { by_id: BTreeMap::new(), of_job });
        }
        let standing = content_status::lock(tx, &ids.into_iter().collect::<Vec<_>>()).await?;
        let owners: BTreeSet<UserId> = standing.iter().map(|item| item.owner).collect();
        if !owners.is_empty() {
            content_counts::lock(tx, &owners.into_iter().collect::<Vec<_>>()).await?;
        }
        Ok(Self { by_id: standing.into_iter().map(|item| (item.id, item)).collect(), of_job })
    }

    /// The items of `jobs` wait to be read again.
    pub(super) async fn set_pending(&self, tx: &mut Tx<'_>, jobs: &[JobId], now: Timestamp) -> Result<()> {
        self.set(tx, jobs, EnrichmentStatus::Pending, None, &EnrichmentStatus::ALL, now).await
    }

    /// The items of `jobs` that wait will not be read.
    pub(super) async fn set_cancelled(&self, tx: &mut Tx<'_>, jobs: &[JobId], now: Timestamp) -> Result<()> {
        let open = [EnrichmentStatus::Pending, EnrichmentStatus::Processing];
        self.set(tx, jobs, EnrichmentStatus::Failed, Some("Reading it was cancelled"), &open, now).await
    }

    async fn set(
        &self,
        tx: &mut Tx<'_>,
        jobs: &[JobId],
        status: EnrichmentStatus,
        why: Option<&str>,
        from: &[EnrichmentStatus],
        now: Timestamp,
    ) -> Result<()> {
        let ids: BTreeSet<ContentId> = jobs.iter().filter_map(|job| self.of_job.get(job).copied()).collect();
        let items: Vec<&Standing> = ids
            .iter()
            .filter_map(|id| self.by_id.get(id))
            .filter(|item| from.iter().any(|from| from.as_str() == item.status))
            .collect();
        if items.is_empty() {
            return Ok(());
        }
        let ids: Vec<ContentId> = items.iter().map(|item| item.id).collect();
        content_status::set(tx, &ids, status, why, now).await?;
        let mut changes = Changes::default();
        for item in items {
            changes.status(item.owner, &item.status, status.as_str());
        }
        Ok(content_counts::apply(tx, &changes).await?)
    }
}

/// The item that a job is to read.
fn item_of(job: &Job) -> Option<ContentId> {
    if job.kind != EnrichContent::KIND {
        return None;
    }
    serde_json::from_value::<EnrichContent>(job.arguments.clone()).ok().map(|arguments| arguments.content_id)
}

/// Did a transaction only meet another: the same job enqueued at that moment, or a deadlock? Then it is done anew, a few times.
pub(super) fn met_another<T>(result: &Result<T>, tries: u32) -> bool {
    tries < TRIES && matches!(result, Err(Error::Database(db::Error::Taken(_) | db::Error::Busy(_))))
}
