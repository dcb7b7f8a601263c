//! What a command asks the person at the terminal: a password, or whether they mean it.
//!
//! No answer comes from an argument: arguments stand in the shell's history and in the list of processes. Where there is
//! no terminal, a password is read from standard input, and nothing else is asked.

use std::io::{self, BufRead as _, IsTerminal as _, Read as _, Write as _};

use anyhow::Context as _;

use super::hint::mended;
use crate::auth::Password;
use crate::config::Secret;

/// Bytes of standard input that are read for a password; more than the longest that may be set.
const LONGEST: u64 = 4096;

/// A new password for `whom`: typed twice at a terminal, else the first line of standard input.
pub(super) fn new_password(whom: &str) -> anyhow::Result<Password> {
    let text = if io::stdin().is_terminal() { typed_twice(whom)? } else { piped()? };
    Password::parse(text).map_err(|error| {
        let rule = format!("choose {} to {} characters; all of them count", Password::MIN, Password::MAX);
        mended(error.to_string(), rule)
    })
}

/// A passphrase that exists already, typed at a terminal; none where there is none.
pub(super) fn passphrase(question: &str) -> anyhow::Result<Option<Secret<String>>> {
    if !io::stdin().is_terminal() {
        return Ok(None);
    }
    let text = rpassword::prompt_password(question).context("the terminal can't be read from")?;
    Ok(Some(Secret::new(text)))
}

fn typed_twice(whom: &str) -> anyhow::Result<String> {
    let unread = "the terminal can't be read from";
    let text = rpassword::prompt_password(format!("New password for {whom}: ")).context(unread)?;
    let again = rpassword::prompt_password("The same again: ").context(unread)?;
    if text != again {
        return Err(mended("the two passwords are not the same", "nothing was changed; start it again"));
    }
    Ok(text)
}

fn piped() -> anyhow::Result<String> {
    let mut line = String::new();
    let read = io::stdin().lock().take(LONGEST).read_line(&mut line);
    read.context("the password on standard input can't be read")?;
    let text = line.strip_suffix('\n').unwrap_or(&line);
    let text = text.strip_suffix('\r').unwrap_or(text);
    if text.is_empty() {
        return Err(mended(
            "there is no password on standard input",
            "start it at a terminal to be asked for one, or give it a file: < password.txt",
        ));
    }
    Ok(text.to_owned())
}

/// Whether something that can't be undone is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::Args)]
pub(super) struct Consent {
    /// Don't ask
    #[arg(long, short)]
    yes: bool,
}

impl Consent {
    /// Goes on when it was given beforehand, or is given now to `question`.
    ///
    /// # Errors
    /// When it is not given, or there is nobody to ask.
    pub(super) fn require(self, question: &str) -> anyhow::Result<()> {
        if self.yes {
            return Ok(());
        }
        if !io::stdin().is_terminal() {
            return Err(mended(format!("{question} Nobody is there to answer"), "add --yes when you mean it"));
        }
        // Not `talk`: the answer is typed on the same line.
        drop(write!(io::stderr(), "{question} [y/N] "));
        let mut answer = String::new();
        io::stdin().lock().read_line(&mut answer).context("the terminal can't be read from")?;
        match answer.trim().to_lowercase().as_str() {
            "y" | "yes" => Ok(()),
            _ => anyhow::bail!("not confirmed, nothing was changed"),
        }
    }
}
