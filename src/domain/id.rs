//! Ids: `UUIDv7`, made in Rust, so that new rows lie next to one another in an index.

use std::fmt;
use std::str::FromStr;
use std::sync::{LazyLock, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use uuid::{ContextV7, Uuid};

use super::clock::Timestamp;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new id for something that comes into being at `now`.
            pub fn new(now: Timestamp) -> Self {
                Self(uuid_v7(now))
            }

            /// Greater than every id of something that came into being up to the millisecond of `now`; itself no one's.
            pub fn after(now: Timestamp) -> Self {
                Self(after(now))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )* };
}

ids! {
    /// Names a user.
    UserId;
    /// Names a saved item.
    ContentId;
    /// Names a tag.
    TagId;
    /// Names a personal API token.
    ApiTokenId;
    /// Names a job of the queue.
    JobId;
}

/// A `UUIDv7` (RFC 9562) of `now`; two of the same millisecond keep the order in which they were made here.
fn uuid_v7(now: Timestamp) -> Uuid {
    static CONTEXT: LazyLock<Mutex<ContextV7>> = LazyLock::new(|| Mutex::new(ContextV7::new()));
    let context = CONTEXT.lock().unwrap_or_else(PoisonError::into_inner);
    let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
    Uuid::new_v7(uuid::Timestamp::from_unix(&*context, seconds, now.timestamp_subsec_nanos()))
}

fn after(now: Timestamp) -> Uuid {
    let next = u64::try_from(now.timestamp_millis()).unwrap_or_default() + 1;
    uuid::Builder::from_unix_timestamp_millis(next, &[0; 10]).into_uuid()
}
