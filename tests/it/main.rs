//! The integration tests, one binary.

mod canonical_links;
mod provider;
