//! Brings the database up to this program: schema first, then the rows that must follow it.
//!
//! The schema's migrations are one transaction behind a lock ([`crate::db::migrate`]). A database of the old server is
//! recognised by its columns and adopted in place: its tables count as the first migration, and its rows are completed in
//! batches ([`adopt_batch`]). Both may be killed at any moment and started again, also by ten instances at once.

mod adoption;
mod survey;

use serde::{Deserialize, Serialize};

use crate::db::migrate::{self as schema, Mismatch, Step};
use crate::db::{Db, Result};
use crate::domain::Clock;
use crate::store::{adoption as rows, backfills};

pub use adoption::{Adoption, Progress, adopt_batch};
use survey::{Survey, survey};

/// Items that one transaction completes.
const BATCH: u32 = 500;

/// Rows of the old server's tables.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rows {
    /// Accounts.
    pub users: i64,
    /// Items.
    pub contents: i64,
    /// Tags.
    pub tags: i64,
    /// Public addresses.
    pub share_links: i64,
}

/// What [`up`] would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Every migration, with the time when it ran or none.
    pub steps: Vec<Step>,
    /// The rows of the old server's database, where it has yet to be adopted.
    pub to_adopt: Option<Rows>,
    /// An adoption was begun and not finished.
    pub is_unfinished_adoption: bool,
}

/// What [`up`] did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// The migrations that were missing.
    pub steps: Vec<Step>,
    /// What was found in the old server's database, when its adoption ended here.
    pub adopted: Option<Adoption>,
}

/// What would be done; changes nothing.
///
/// # Errors
/// [`Mismatch`] when the database is not one that this program can bring up to date.
pub async fn plan(db: &Db) -> Result<Plan> {
    let found = survey(db).await?;
    let steps = schema::status(db).await?;
    let mut plan = Plan { steps, to_adopt: None, is_unfinished_adoption: false };
    match found {
        Survey::Foreign(difference) => return Err(Mismatch::Foreign(difference).into()),
        Survey::OldServer => plan.to_adopt = Some(rows::count_rows(db).await?.into()),
        Survey::Ours if plan.steps.iter().all(|step| step.applied_at.is_some()) => {
            plan.is_unfinished_adoption = backfills::any_unfinished(db).await?;
        }
        Survey::Ours | Survey::Empty => {}
    }
    Ok(plan)
}

/// Refuses a database that is not up to date, its rows included.
///
/// # Errors
/// [`Mismatch`] says how it differs.
pub async fn check(db: &Db) -> Result<()> {
    refuse_half(db).await?;
    let plan = plan(db).await?;
    let missing = plan.steps.iter().filter(|step| step.applied_at.is_none()).count();
    match missing + usize::from(plan.is_unfinished_adoption) {
        0 => Ok(()),
        missing => Err(Mismatch::Older(missing).into()),
    }
}

/// Brings the database up to date; nothing missing is nothing done.
///
/// # Errors
/// [`Mismatch`] when the database is not one that this program can bring up to date; whatever a statement meets. What was
/// done until then stays, and the next call goes on from there.
pub async fn up(db: &Db, clock: &Clock) -> Result<Done> {
    let adopted = match survey(db).await? {
        Survey::Empty | Survey::Ours => 0,
        Survey::OldServer => 1,
        Survey::Foreign(difference) => return Err(Mismatch::Foreign(difference).into()),
    };
    refuse_half(db).await?;
    let steps = schema::up(db, adopted, clock.now()).await?;
    loop {
        match adopt_batch(db, clock, BATCH).await? {
            Progress::Nothing => return Ok(Done { steps, adopted: None }),
            Progress::More => {}
            Progress::Finished(found) => return Ok(Done { steps, adopted: Some(found) }),
        }
    }
}

/// Refuses a database into which an archive was imported in part.
async fn refuse_half(db: &Db) -> Result<()> {
    if backfills::is_unfinished(db, super::archive::IMPORT).await? {
        return Err(Mismatch::HalfImported.into());
    }
    Ok(())
}

impl From<(i64, i64, i64, i64)> for Rows {
    fn from((users, contents, tags, share_links): (i64, i64, i64, i64)) -> Self {
        Self { users, contents, tags, share_links }
    }
}
