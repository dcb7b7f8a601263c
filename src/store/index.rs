//! The two indexes of everybody's items, where the engines differ most.

mod filter;
pub mod meaning;
pub mod words;

use crate::db::{Error, Result};

/// Does what takes some milliseconds on a thread that may be busy for so long.
async fn busy<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|broken| Error::Unreadable(format!("what the index holds: {broken}")))
}
