//! The terminal skin: one file a subcommand, each a struct that clap fills and a `run`.
//!
//! Data goes to standard output, talk to standard error, both through `output`. A flag is documented where it is
//! declared: help, man pages and completions come from that one place. A flag that sets configuration becomes an override
//! of its variable (`settings`), so that it is checked by the same rules. What went wrong ends with the mend (`hint`).
//!
//! To add a subcommand: one file here, one variant of `Command`, one arm in `dispatch`; then refresh the generated
//! files with `UPDATE=1 cargo test generated`.

#![expect(clippy::doc_markdown, reason = "comments on flags are the help that a terminal shows, and no Markdown")]

mod account;
mod backup;
mod completions;
mod config;
mod doctor;
mod embed;
mod enrich_now;
mod eval;
mod export;
mod hint;
mod import;
mod import_links;
mod man;
mod meter;
mod migrate;
mod open;
mod output;
mod parse_worker;
mod progress;
mod prompt;
mod queue;
mod search;
mod serve;
mod settings;
mod shutdown;
mod table;
mod user;
mod welcome;
mod worker;

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};

use output::Output;
use settings::Global;

pub use completions::{Shell, script};
pub use hint::report;
pub use man::pages;
pub use parse_worker::parse_worker;

/// A second brain that you host yourself: save a link, find it again by its words and by what it means.
#[derive(Debug, Parser)]
#[command(name = "brainly", version, propagate_version = true, max_term_width = 100, after_help = AFTER_HELP)]
pub struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

const AFTER_HELP: &str = "\
Settings come from flags, then the environment, then .env in the working directory: `brainly config` shows what holds.
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 `doctor` found a problem.";

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::Serve),
    Worker(worker::Worker),
    Migrate(migrate::Migrate),
    EnrichNow(enrich_now::EnrichNow),
    Embed(embed::Embed),
    Eval(eval::Eval),
    Backup(backup::Backup),
    Export(export::Export),
    Import(import::Import),
    ImportLinks(import_links::ImportLinks),
    Queue(queue::Queue),
    Search(search::Search),
    User(user::User),
    Doctor(doctor::Doctor),
    Config(config::Config),
    Completions(completions::Completions),
    Man(man::Man),
}

/// The exit code of a `doctor` that found something.
const FOUND_A_PROBLEM: u8 = 3;

/// Runs what was asked for. A reader of our output that went away (`| head`) is no error.
///
/// # Errors
/// Whatever stopped it; [`report`] prints it with the mend.
pub fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let mut out = Output::standard();
    match dispatch(cli, &mut out) {
        Err(error) if output::reader_is_gone(&error) => Ok(ExitCode::SUCCESS),
        result => result,
    }
}

fn dispatch(Cli { global, command }: Cli, out: &mut Output) -> anyhow::Result<ExitCode> {
    let done = match command {
        Command::Doctor(doctor) => {
            return Ok(if doctor.run(&global, out)? { ExitCode::SUCCESS } else { ExitCode::from(FOUND_A_PROBLEM) });
        }
        Command::Serve(serve) => serve.run(&global),
        Command::Worker(worker) => worker.run(&global, out),
        Command::Migrate(migrate) => migrate.run(&global, out),
        Command::EnrichNow(enrich) => enrich.run(&global, out),
        Command::Embed(embed) => embed.run(&global, out),
        Command::Eval(eval) => eval.run(&global, out),
        Command::Backup(backup) => backup.run(&global, out),
        Command::Export(export) => export.run(&global, out),
        Command::Import(import) => import.run(&global, out),
        Command::ImportLinks(import) => import.run(&global, out),
        Command::Queue(queue) => queue.run(&global, out),
        Command::Search(search) => search.run(&global, out),
        Command::User(user) => user.run(&global, out),
        Command::Config(config) => config.run(&global, out),
        Command::Completions(completions) => completions.run(out),
        Command::Man(man) => man.run(out),
    };
    done.map(|()| ExitCode::SUCCESS)
}

/// The whole command line, for what is generated from it.
pub fn command() -> clap::Command {
    Cli::command()
}
