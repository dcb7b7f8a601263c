//! Plain data and rules: no I/O, no async, nothing of ours imported.
//!
//! To add a concept: one file here, named after its one public item. What needs a socket, a clock reading or a
//! database belongs to a room above.

pub mod clock;
pub mod id;
pub mod kind;
pub mod source_url;

pub use clock::{Clock, Timestamp};
pub use id::{ApiTokenId, ContentId, JobId, TagId, UserId};
pub use kind::Kind;
pub use source_url::{InvalidLink, SourceUrl};
