//! The integration tests, one binary: each further one would link the whole tree again.

mod auth;
mod canonical_links;
mod config;
mod fetch;
mod provider;
