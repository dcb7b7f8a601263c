//! `brainly`: parse, run, print the error chain, exit code.

use std::process::ExitCode;

use brainly::cli::{self, Cli};
use clap::Parser as _;

/// Exit codes: 0 done, 1 failed, 2 wrong usage (clap's own), 3 `doctor` found a problem.
fn main() -> ExitCode {
    if let Some(served) = cli::parse_worker(std::env::args_os().filter_map(|argument| argument.into_string().ok())) {
        return if served.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    // Before anything speaks TLS; a second installation would be the only error, and there is none.
    drop(rustls::crypto::ring::default_provider().install_default());
    match cli::run(Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            cli::report(&error);
            ExitCode::FAILURE
        }
    }
}
