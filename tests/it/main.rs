//! The integration tests, one binary.
mod auth;
//! The integration tests, one binary: each further one would link the whole tree again.

mod config;
