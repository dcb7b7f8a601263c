//! Data to standard output, talk to standard error.
//!
//! Data is what a pipe or a script wants; talk is for the person at the terminal. Texts that came from the network are
//! shown through [`clean`], since a title may carry the terminal's own control codes.

use std::fmt::Display;
use std::io::{self, IsTerminal as _, Write};

use serde::Serialize;

/// Where a command's answer goes.
pub(super) struct Output {
    data: Box<dyn Write>,
    /// Whether a person reads the data as it comes.
    pub(super) terminal: bool,
}

/// Whoever read our standard output has gone, as `head` does when it has enough.
#[derive(Debug, thiserror::Error)]
#[error("nobody reads the output any more")]
struct ReaderGone;

impl Output {
    /// The process's own standard output.
    pub(super) fn standard() -> Self {
        let data = io::BufWriter::new(io::stdout());
        Self { data: Box::new(data), terminal: io::stdout().is_terminal() }
    }

    /// A line of data.
    pub(super) fn line(&mut self, line: impl Display) -> anyhow::Result<()> {
        written(writeln!(self.data, "{line}"))
    }

    /// Data as it is.
    pub(super) fn text(&mut self, text: &str) -> anyhow::Result<()> {
        written(self.data.write_all(text.as_bytes()).and_then(|()| self.data.flush()))
    }

    /// Data as JSON.
    pub(super) fn json(&mut self, data: &impl Serialize) -> anyhow::Result<()> {
        let text = serde_json::to_string_pretty(data)?;
        self.line(text)?;
        self.flush()
    }

    /// Hands over what was written; to be called last, since an error at the end of the process would be lost.
    pub(super) fn flush(&mut self) -> anyhow::Result<()> {
        written(self.data.flush())
    }
}

/// Columns and lines of the terminal that standard output goes to.
pub(super) fn screen() -> Option<(usize, usize)> {
    #[cfg(target_os = "linux")]
    let size = rustix::termios::tcgetwinsize(io::stdout()).ok().map(|size| (size.ws_col.into(), size.ws_row.into()));
    #[cfg(not(target_os = "linux"))]
    let size = None;
    // A terminal that does not know says nought.
    size.filter(|(columns, lines)| *columns > 0 && *lines > 0)
}

/// A line for the person at the terminal. That nobody listens stops nothing.
pub(super) fn talk(line: impl Display) {
    drop(writeln!(io::stderr(), "{line}"));
}

/// Did the command end because nobody reads its data any more?
pub(super) fn reader_is_gone(error: &anyhow::Error) -> bool {
    error.is::<ReaderGone>()
}

/// `text` on one line and without control characters.
pub(super) fn clean(text: &str) -> String {
    text.split(char::is_control).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

fn written(result: io::Result<()>) -> anyhow::Result<()> {
    result.map_err(|error| match error.kind() {
        io::ErrorKind::BrokenPipe => ReaderGone.into(),
        _ => anyhow::Error::new(error).context("standard output can't be written to"),
    })
}
