//! `brainly completions`: what a shell needs to complete our command line.

use clap::Args;

use super::output::Output;

pub use clap_complete::Shell;

/// Print the completion script for a shell
///
/// For example: brainly completions bash > ~/.local/share/bash-completion/completions/brainly
#[derive(Debug, Args)]
pub(super) struct Completions {
    /// Which shell
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    pub(super) fn run(&self, out: &mut Output) -> anyhow::Result<()> {
        out.text(&script(self.shell))
    }
}

/// The completion script for `shell`.
pub fn script(shell: Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut super::command(), "brainly", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}
