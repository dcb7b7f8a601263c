//! `brainly doctor`: the production checklist, run.

use anyhow::Context as _;
use clap::Args;
use serde::Serialize;
use url::Url;

use super::open;
use super::output::{Output, talk};
use super::settings::Global;
use crate::actions::doctor::{self, Check, Scope, Verdict};
use crate::config::Config;
use crate::domain::Clock;

/// Where the outside is looked for, unless another page is named: reserved for examples, and there for good (RFC 2606).
const OUTSIDE: &str = "https://example.com/";

/// Check that this instance is fit for production
///
/// Each check says ok, warn or fail, why, and the mend. Nothing is changed. The exit code is 3 when a check failed, 0 when none
/// did: warnings are for people to judge.
#[derive(Debug, Args)]
pub(super) struct Doctor {
    /// How many processes (servers and workers) share the database
    #[arg(long, value_name = "N", default_value_t = 1)]
    instances: u32,
    /// The page by which it is seen that links can be fetched
    #[arg(long, value_name = "URL", default_value = OUTSIDE)]
    outside: String,
    /// Leave the outgoing network alone
    #[arg(long, conflicts_with = "outside")]
    offline: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Findings<'a> {
    verdict: Verdict,
    checks: &'a [Check],
}

impl Doctor {
    /// Whether no check failed.
    pub(super) fn run(self, global: &Global, out: &mut Output) -> anyhow::Result<bool> {
        let config = match global.quiet_config([]) {
            Ok(config) => config,
            Err(error) => return self.tell(&doctor::unusable(&error.downcast()?), out),
        };
        open::block_on(&config, self.examine(&config, out))
    }

    async fn examine(&self, config: &Config, out: &mut Output) -> anyhow::Result<bool> {
        let outside = (!self.offline).then(|| Url::parse(&self.outside)).transpose().context("--outside is no URL")?;
        let checks = doctor::examine(config, &Clock::system(), &Scope { instances: self.instances, outside }).await;
        self.tell(&checks, out)
    }

    fn tell(&self, checks: &[Check], out: &mut Output) -> anyhow::Result<bool> {
        let verdict = checks.iter().map(|check| check.verdict).max().unwrap_or(Verdict::Ok);
        if self.json {
            out.json(&Findings { verdict, checks })?;
        } else {
            checks.iter().try_for_each(|check| show(check, out))?;
            out.flush()?;
            talk(summary(checks));
        }
        Ok(verdict != Verdict::Fail)
    }
}

fn show(check: &Check, out: &mut Output) -> anyhow::Result<()> {
    let word = match check.verdict {
        Verdict::Ok => "ok  ",
        Verdict::Warn => "warn",
        Verdict::Fail => "FAIL",
    };
    out.line(format_args!("{word}  {:20} {}", check.name, check.why))?;
    check.mend.iter().try_for_each(|mend| out.line(format_args!("      {:20} mend: {mend}", "")))
}

fn summary(checks: &[Check]) -> String {
    let count = |verdict| checks.iter().filter(|check| check.verdict == verdict).count();
    format!("{} ok, {} to look at, {} failed", count(Verdict::Ok), count(Verdict::Warn), count(Verdict::Fail))
}
