//! Everything Brainly can do, one verb a file.
//!
//! An action takes `&App` and plain data, and is the only place where a transaction spans tables and the queue. Whoever
//! calls it (HTTP, terminal, a job) translates; none of them adds a rule.
//!
//! To add one: a file named after the verb, its function re-exported here.

mod error;

pub use error::{Error, Result};
