//! A job queue on the database that we have anyway: enqueue, claim, lease, retry, rescue, schedule, wake. It has never heard of links.
//!
//! [`enqueue`] writes a job in the caller's transaction; a [`Worker`] claims it, runs what the [`Registry`] holds for its
//! kind and writes what came of it. A job runs at least once, never in a transaction, and may run twice: when its
//! process dies, or was silent for longer than its lease.
//!
//! ```text
//! scheduled ──due──► available ──claim──► running ──► completed
//!                        ▲  ▲               │ ├─────► cancelled   somebody asked for it
//!                        │  │               │ ├─────► discarded   permanent, or no attempt left
//!                        │  └──lease over───┘ └─────► retryable   failed, or put off ──due──► available
//!                        └──handed back (not counted)
//! ```
//!
//! What is `available` is due. An attempt is counted when it is claimed, so that a job that kills its process runs out of
//! attempts too. Finishing is fenced by claimant and attempt: who lost its lease can't undo what came after.
//!
//! To look at it: [`inspect`]. What an operator may do to it: [`control`].
//!
//! To add a kind of job: see [`crate::domain::job`] and [`crate::jobs`].

mod attempt;
mod backoff;
mod claim;
pub mod control;
mod counts;
mod enqueue;
mod failure;
mod finish;
pub mod inspect;
mod isolate;
mod lease;
mod progress;
mod promote;
mod prune;
mod registry;
mod rescue;
pub mod schedule;
mod starter;
mod state;
#[doc(hidden)]
pub mod steps;
mod turn;
mod upkeep;
mod wake;
mod worker;

pub use enqueue::{DEFAULT_MAX_ATTEMPTS, Enqueue, enqueue, enqueue_many};
pub use failure::Failure;
pub use prune::prune;
pub use registry::{JobContext, Registry, Run};
pub use schedule::Schedule;
pub use state::{State, UnknownState};
pub use upkeep::{prune_minutes, prune_turns};
pub use wake::Wake;
pub use worker::{Drained, Settings, Worker};
