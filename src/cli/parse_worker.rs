//! `brainly parse-worker --memory BYTES`: reads pages for another process of this program, within limits.
//!
//! No command for people, so it stands in no help, man page or completion, and is looked for before all others: a process
//! that is started while a page waits has no time to learn the rest of the command line.

use crate::extract;

/// Serves as a process that parses, where that is what `arguments` ask for; `None` for anything else.
pub fn parse_worker(mut arguments: impl Iterator<Item = String>) -> Option<anyhow::Result<()>> {
    let is_asked = arguments.nth(1)? == "parse-worker" && arguments.next()? == "--memory";
    let memory = arguments.next().filter(|_| is_asked)?.parse().ok()?;
    Some(extract::serve_parser(memory).map_err(Into::into))
}
