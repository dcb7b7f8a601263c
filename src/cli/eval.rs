//! `brainly eval`: how well Brainly does its work, measured on collections that others made, through the code that does it.
//!
//! To add a measurement: a file with a struct that clap fills, a variant of [`Verb`], an arm in `run`.

mod extraction;

use clap::{Args, Subcommand};

use super::output::Output;

/// Measure Brainly on a collection with known answers
///
/// No database, server or network is needed.
#[derive(Debug, Args)]
pub(super) struct Eval {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// How well is the text of pages found, and what they say about themselves?
    Extraction(extraction::Extraction),
}

impl Eval {
    pub(super) fn run(self, out: &mut Output) -> anyhow::Result<()> {
        match self.verb {
            Verb::Extraction(extraction) => extraction.run(out),
        }
    }
}
