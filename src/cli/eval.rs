//! `brainly eval`: how well Brainly does its work, measured on collections that others made, through the code that does it.
//!
//! To add a measurement: a file with a struct that clap fills, a variant of [`Verb`], an arm in `run`.

mod extraction;
mod metrics;
mod scratch;
mod search;

use clap::{Args, Subcommand};

use super::output::Output;
use super::settings::Global;

/// Measure Brainly on a collection with known answers
///
/// Your database is not touched: what needs one gets a scratch database, which is removed in the end.
#[derive(Debug, Args)]
pub(super) struct Eval {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// How well is the text of pages found, and what they say about themselves?
    Extraction(extraction::Extraction),
    /// How well is found what is asked for?
    Search(search::Search),
}

impl Eval {
    pub(super) fn run(self, global: &Global, out: &mut Output) -> anyhow::Result<()> {
        match self.verb {
            Verb::Extraction(extraction) => extraction.run(global, out),
            Verb::Search(search) => search.run(global, out),
        }
    }
}
