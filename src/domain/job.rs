//! What jobs are asked to do: arguments and their law, as plain data. How they are done stands in [`crate::jobs`].
//!
//! To add a kind: one struct here, one `impl Run` in `jobs`. A `KIND` is never renamed, since queued rows carry it.

use std::num::NonZeroUsize;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::id::ContentId;

/// Who waits for a job; smaller goes first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Lane {
    /// A person is looking at the screen.
    Interactive,
    /// A link was saved.
    Normal,
    /// Part of a large import.
    Import,
    /// Housekeeping.
    Upkeep,
}

impl Lane {
    /// The number that is stored.
    pub const fn priority(self) -> i32 {
        match self {
            Self::Interactive => 0,
            Self::Normal => 10,
            Self::Import => 20,
            Self::Upkeep => 30,
        }
    }
}

/// The arguments of one kind of job, and the law they stand under.
pub trait Arguments: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The name under which rows are stored.
    const KIND: &'static str;
    /// The queue that it waits in; a worker may be told to serve only some.
    const QUEUE: &'static str = "default";
    /// Where it stands among others.
    const LANE: Lane = Lane::Normal;
    /// How often it is tried before it is given up; `None` leaves it to `ENRICH_MAX_ATTEMPTS`.
    const MAX_ATTEMPTS: Option<u32> = None;
    /// How long one attempt may take.
    const TIMEOUT: Duration = Duration::from_mins(1);
    /// How many one worker runs at a time; `None` is as many as it has hands.
    const CONCURRENCY: Option<NonZeroUsize> = None;

    /// Two waiting jobs of one kind with the same key are one job.
    fn unique_key(&self) -> Option<String> {
        None
    }
}

/// Reads what an item's link points to and makes it searchable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EnrichContent {
    /// The item.
    pub content_id: ContentId,
}

impl Arguments for EnrichContent {
    const KIND: &'static str = "enrich_content";
    const QUEUE: &'static str = "enrich";

    fn unique_key(&self) -> Option<String> {
        Some(self.content_id.to_string())
    }
}

/// Builds the word index of an item from the text it already has: for rows that came from elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IndexContent {
    /// The item.
    pub content_id: ContentId,
}

impl Arguments for IndexContent {
    const KIND: &'static str = "index_content";
    const QUEUE: &'static str = "index";
    const LANE: Lane = Lane::Upkeep;
    const MAX_ATTEMPTS: Option<u32> = Some(3);

    fn unique_key(&self) -> Option<String> {
        Some(self.content_id.to_string())
    }
}

/// Saves the links that somebody brought along, or undoes that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ImportLinks {
    /// The import.
    pub import_id: Uuid,
}

impl Arguments for ImportLinks {
    const KIND: &'static str = "import_links";
    const QUEUE: &'static str = "import";
    const LANE: Lane = Lane::Import;
    const MAX_ATTEMPTS: Option<u32> = Some(10);
    const TIMEOUT: Duration = Duration::from_hours(2);

    fn unique_key(&self) -> Option<String> {
        Some(self.import_id.to_string())
    }
}

/// Makes a backup and removes old ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backup {}

impl Arguments for Backup {
    const KIND: &'static str = "backup";
    const QUEUE: &'static str = "upkeep";
    const LANE: Lane = Lane::Upkeep;
    const MAX_ATTEMPTS: Option<u32> = Some(3);
    const TIMEOUT: Duration = Duration::from_hours(6);
    const CONCURRENCY: Option<NonZeroUsize> = NonZeroUsize::new(1);

    fn unique_key(&self) -> Option<String> {
        Some("backup".to_owned())
    }
}

/// Removes what is old enough: trash, finished jobs, figures and turns of the past.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Purge {}

impl Arguments for Purge {
    const KIND: &'static str = "purge";
    const QUEUE: &'static str = "upkeep";
    const LANE: Lane = Lane::Upkeep;
    const MAX_ATTEMPTS: Option<u32> = Some(3);
    const TIMEOUT: Duration = Duration::from_mins(10);

    fn unique_key(&self) -> Option<String> {
        Some("purge".to_owned())
    }
}
