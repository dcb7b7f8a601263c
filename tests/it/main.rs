//! The integration tests, one binary: each further one would link the whole tree again.

#![expect(clippy::unwrap_used, reason = "a test that can't go on panics")]

mod accounts;
mod admin;
mod architecture;
mod archive;
mod auth;
mod backup;
mod brain;
mod canonical_links;
mod cli;
mod config;
mod content;
mod enrichment;
mod extract;
mod faults;
mod fetch;
mod generated_files;
mod harness;
mod hosts;
mod http;
mod imports;
mod migrate;
mod provider;
mod queue;
mod schema_parity;
mod search;
mod store;
mod tags;
mod telemetry;
mod text;
