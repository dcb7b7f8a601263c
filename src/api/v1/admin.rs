//! `/admin`: the queues and the jobs of all users, for administrators.

pub mod filter;
pub mod job;
pub mod jobs;
pub mod queue;
pub mod queues;
