//! `brainly eval`: how good Brainly is at something, measured on a collection of yours through the code that serves.
//!
//! To add a measure: a file with a struct that clap fills, a variant of [`Verb`], an arm in `run`.

mod metrics;
mod scratch;
mod search;

use clap::{Args, Subcommand};

use super::output::Output;
use super::settings::Global;

/// Measure how good Brainly is, on a collection of yours
///
/// Everything happens in a scratch database, which is removed in the end; yours is not touched.
#[derive(Debug, Args)]
pub(super) struct Eval {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Measure how well what is asked for is found
    Search(search::Search),
}

impl Eval {
    pub(super) fn run(self, global: &Global, out: &mut Output) -> anyhow::Result<()> {
        match self.verb {
            Verb::Search(search) => search.run(global, out),
        }
    }
}
