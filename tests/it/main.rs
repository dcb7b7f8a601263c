//! The integration tests, one binary: each further one would link the whole tree again.

#![expect(clippy::unwrap_used, reason = "a test that can't go on panics")]

mod accounts;
mod auth;
mod brain;
mod canonical_links;
mod config;
mod content;
mod enrichment;
mod extract;
mod fetch;
mod harness;
mod http;
mod provider;
mod queue;
mod search;
mod store;
mod tags;
mod text;
