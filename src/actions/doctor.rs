//! The production checklist, run instead of read: each check says ok, warn or fail, why, and the mend.
//!
//! Nothing is changed, and no secret is shown. What is only unwise while somebody tries things is a warning, and a failure
//! where `BRAINLY_ENV` says that people's data are kept.
//!
//! To add a check: one function in the file of its subject, one line in that file's list.

mod data;
mod database;
mod files;
mod meaning;
mod network;
mod queue;
mod settings;

use std::iter;

use serde::Serialize;
use url::Url;

use crate::config::{Config, Environment, Problems};
use crate::domain::Clock;

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// As it should be.
    Ok,
    /// It works, but somebody should look.
    Warn,
    /// It is wrong, or will be.
    Fail,
}

/// One point of the checklist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What was looked at: stable, for programs.
    pub name: &'static str,
    /// How it came out.
    pub verdict: Verdict,
    /// What was found, in a sentence without the full stop.
    pub why: String,
    /// What to do about it; none when it is as it should be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mend: Option<String>,
}

/// What the checks may assume.
#[derive(Debug, Clone)]
pub struct Scope {
    /// How many processes (servers and workers) share the database.
    pub instances: u32,
    /// A page that must be reachable from here; none leaves the network alone.
    pub outside: Option<Url>,
}

impl Check {
    fn ok(name: &'static str, why: impl Into<String>) -> Self {
        Self { name, verdict: Verdict::Ok, why: why.into(), mend: None }
    }

    fn warn(name: &'static str, why: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { name, verdict: Verdict::Warn, why: why.into(), mend: Some(mend.into()) }
    }

    fn fail(name: &'static str, why: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { name, verdict: Verdict::Fail, why: why.into(), mend: Some(mend.into()) }
    }

    /// A failure where people's data are kept, else a warning.
    fn wrong_in_production(
        config: &Config,
        name: &'static str,
        why: impl Into<String>,
        mend: impl Into<String>,
    ) -> Self {
        match config.environment {
            Environment::Production => Self::fail(name, why, mend),
            Environment::Development | Environment::Staging => Self::warn(name, why, mend),
        }
    }
}

/// Runs the whole checklist. What can't be looked at, because the database is away, is left out; that it is away is a failure.
pub async fn examine(config: &Config, clock: &Clock, scope: &Scope) -> Vec<Check> {
    let mut checks = settings::checks(config);
    checks.extend(files::checks(config));
    checks.extend(network::checks(config, clock, scope.outside.as_ref()).await);
    let (db, found) = database::checks(config, clock, scope.instances).await;
    checks.extend(found);
    if let Some(db) = db {
        checks.extend(queue::checks(&db, clock.now()).await);
        checks.extend(data::checks(&db, config, clock, scope).await);
        db.close().await;
    }
    checks
}

/// The checklist where nothing would start: what is wrong with the settings. The rest can't be looked at without them.
pub fn unusable(problems: &Problems) -> Vec<Check> {
    let told = problems.as_slice().iter().map(|problem| {
        let why = format!("{}: {}", problem.name, problem.message);
        Check::fail("configuration", why, "docs/configuration.md and .env.example explain each setting")
    });
    told.chain(iter::once(files::dotenv())).collect()
}
