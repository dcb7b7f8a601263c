//! Plain data and rules: no I/O, no async, nothing of ours imported.
//!
//! To add a concept: one file here, named after its one public item. What needs a socket, a clock reading or a
//! database belongs to a room above.

pub mod clock;
pub mod content;
pub mod cron_expression;
pub mod enrichment;
pub mod fault;
pub mod id;
pub mod job;
pub mod kind;
pub mod metric;
pub mod scope;
pub mod source_url;
pub mod token_name;
pub mod trace;
pub mod username;

pub use clock::{Clock, Timestamp};
pub use content::{Note, TagName, Title};
pub use cron_expression::{CronExpression, InvalidCron};
pub use enrichment::EnrichmentStatus;
pub use id::{ApiTokenId, ContentId, JobId, TagId, UserId};
pub use kind::Kind;
pub use scope::{Scope, Scopes};
pub use source_url::{InvalidLink, SourceUrl};
pub use token_name::TokenName;
pub use username::Username;
