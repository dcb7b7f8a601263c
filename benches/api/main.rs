//! What Brainly's answers cost, measured over real sockets: `scripts/bench-api` runs this and prints tables in Markdown.
//!
//! Every figure that says "beside" is a ratio within one run, the two sides measured in turn, because machines differ and
//! drift. The load comes from this process, one thread; Brainly is its real binary with all layers on.
//!
//! To add a section: one file with a `pub(crate) async fn measure`, one line in [`Section`]. Nothing here passes or fails;
//! `docs/benchmarks.md` holds the figures of one machine.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "tables go to standard output, progress to standard error"
)]

mod bare;
mod connection;
mod database;
mod effort;
mod load;
mod million;
mod overhead;
mod routes;
mod saves;
mod seed;
mod server;
mod sign_ins;
mod site;
mod start;
mod table;

use std::path::PathBuf;

use anyhow::Result;
use brainly::db::Engine;
use clap::{Parser, ValueEnum};

use effort::Effort;

/// Measures Brainly on both database engines.
#[derive(Parser)]
struct Args {
    /// Spend a fraction of the time: to see that everything runs, not to quote
    #[arg(long)]
    quick: bool,
    /// Only these sections
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Section>,
    /// Only on SQLite
    #[arg(long)]
    sqlite: bool,
    /// A superuser's URL of a PostgreSQL server; `scripts/bench-api` provides one
    #[arg(long, env = "BRAINLY_TEST_POSTGRES", hide_env_values = true, required_unless_present = "sqlite")]
    postgres: Option<String>,
    /// Another binary of Brainly, whose overhead is measured in the same rounds
    #[arg(long, value_name = "BINARY")]
    beside: Option<PathBuf>,
    /// `cargo bench` says this to every benchmark
    #[arg(long, hide = true)]
    bench: bool,
}

/// What can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Section {
    /// Requests per second and latency of the main routes, beside a bare handler.
    Routes,
    /// An account of a million items beside one of a thousand.
    Million,
    /// Reads while many people sign in.
    SignIns,
    /// Start to first healthy answer, and idle memory.
    Start,
    /// From a save to a find.
    Saves,
    /// What metrics and traces cost.
    Overhead,
}

// One thread, so that the load never takes more than one core from what it measures.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let args = Args::parse();
    let effort = Effort::new(args.quick);
    let sections = if args.only.is_empty() { Section::value_variants() } else { &args.only[..] };
    let engines = [(Engine::Sqlite, None), (Engine::Postgres, args.postgres.as_deref())];
    let engines = &engines[..if args.postgres.is_some() && !args.sqlite { 2 } else { 1 }];

    for section in sections {
        for (engine, server) in engines {
            eprintln!("bench: {section:?} on {}", engine.name());
            match section {
                Section::Routes => routes::measure(*engine, *server, &effort).await?,
                Section::Million => million::measure(*engine, *server, &effort).await?,
                Section::SignIns => sign_ins::measure(*engine, *server, &effort).await?,
                Section::Start => start::measure(*engine, *server, &effort).await?,
                Section::Saves => saves::measure(*engine, *server, &effort).await?,
                Section::Overhead => overhead::measure(*engine, *server, &effort, args.beside.as_deref()).await?,
            }
        }
    }
    Ok(())
}
