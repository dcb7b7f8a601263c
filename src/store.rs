//! SQL for our tables: free functions over `&mut Tx` (writes) or anything that reads, one file a table family.
//!
//! A function names its columns, checks the owner in SQL and knows no rule that an action could not state. What differs
//! between the engines stands in [`index`], and nowhere else.
//!
//! Order of locks in a transaction, the same everywhere so that two never wait for each other: `contents`, `tags`,
//! `content_counts` (one statement), the word index, `jobs`. What [`hosts`] locks is locked alone: a host, then its visits.

pub mod adoption;
pub mod api_tokens;
pub mod attempts;
pub mod backfills;
pub mod backlog;
pub mod backups;
pub mod bulk;
pub mod content_counts;
pub mod content_list;
pub mod content_status;
pub mod contents;
pub mod hosts;
pub mod imports;
pub mod index;
pub mod rate_limits;
pub mod share_links;
pub mod tags;
pub mod users;
