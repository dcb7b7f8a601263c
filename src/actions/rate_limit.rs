//! May this client send one more request?
//!
//! Windows are fixed and begin with a client's first request. On PostgreSQL all instances share them through one row a
//! client; on SQLite, where one process is the rule, memory alone counts. When the database is away everybody passes:
//! a limit protects those who are served, and must not be what stops serving them.

use std::time::Duration;

use chrono::TimeDelta;

use crate::app::App;
use crate::app::limiter::{Client, Limit, Verdict};
use crate::config::RateLimit;
use crate::db::{self, Engine};
use crate::domain::Timestamp;
use crate::store::rate_limits;

/// How long a request waits for the database to count it.
const PATIENCE: Duration = Duration::from_secs(1);
/// How long the database is left alone after it did not answer.
const PAUSE: Duration = Duration::from_secs(5);
/// A lease is this part of what is left, so that instances share the end of a window fairly.
const LEASE_PART: u32 = 32;

/// What became of a request that is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// Whether it may pass.
    pub allowed: bool,
    /// The limit that it was counted against.
    pub limit: RateLimit,
    /// Requests left in the window; other instances may have leased some more.
    pub remaining: u32,
    /// Whole seconds until the window ends, rounded up; at least 1.
    pub reset_seconds: u64,
}

/// Counts one request of `client` against `limit`; `None` when that limit is off or can't be known now.
pub async fn rate_limit(app: &App, limit: Limit, client: Client) -> Option<Counted> {
    let limits = &app.config.limits;
    let rule = match limit {
        Limit::Auth => limits.auth,
        Limit::Content => limits.content,
        Limit::Global => limits.global,
    }?;
    let now = app.clock.now();
    let verdict = match app.limiter.take(limit, client, now) {
        Verdict::Unleased(left) => draw(app, limit, client, rule, left, now).await?,
        verdict => verdict,
    };
    let (allowed, standing) = match verdict {
        Verdict::Allowed(standing) => (true, standing),
        Verdict::Refused(standing) => (false, standing),
        Verdict::Unleased(_) => return None,
    };
    let millis = (standing.resets_at - now).num_milliseconds();
    let reset_seconds = u64::try_from(millis).unwrap_or_default().div_ceil(1000).max(1);
    Some(Counted { allowed, limit: rule, remaining: standing.remaining, reset_seconds })
}

/// Draws a lease for this process, and counts the request against it.
async fn draw(
    app: &App,
    limit: Limit,
    client: Client,
    rule: RateLimit,
    left: Option<u32>,
    now: Timestamp,
) -> Option<Verdict> {
    let resets_at = now + TimeDelta::from_std(rule.window).ok()?;
    if app.db.engine() == Engine::Sqlite {
        return Some(app.limiter.open(limit, client, rule.max, now, resets_at));
    }
    if app.limiter.is_away(now) {
        return None;
    }
    let amount = match limit {
        Limit::Auth | Limit::Content => 1,
        Limit::Global => (left.unwrap_or(rule.max) / LEASE_PART).max(1),
    };
    match tokio::time::timeout(PATIENCE, take(app, &key(limit, client), amount, now, resets_at)).await {
        Ok(Ok(window)) => {
            let before = window.used - i64::from(amount);
            let free = u32::try_from(i64::from(rule.max) - before).unwrap_or_default();
            let granted = amount.min(free);
            Some(app.limiter.lease(limit, client, (granted, free - granted), now, window.resets_at))
        }
        failed => {
            if app.limiter.note_away(now, PAUSE) {
                let error =
                    failed.ok().and_then(Result::err).map_or_else(|| "no answer in time".into(), |e| e.to_string());
                tracing::warn!(error, "rate limits can't be counted; requests pass uncounted for now");
            }
            None
        }
    }
}

async fn take(
    app: &App,
    key: &str,
    amount: u32,
    now: Timestamp,
    resets_at: Timestamp,
) -> db::Result<rate_limits::Window> {
    let mut tx = app.db.begin().await?;
    let window = rate_limits::take(&mut tx, key, amount.into(), now, resets_at).await?;
    tx.commit().await?;
    Ok(window)
}

/// The row's key: `auth:v4:192.0.2.1`, `global:user:…`.
fn key(limit: Limit, client: Client) -> String {
    let limit = match limit {
        Limit::Auth => "auth",
        Limit::Content => "content",
        Limit::Global => "global",
    };
    match client {
        Client::User(id) => format!("{limit}:user:{id}"),
        Client::V4(address) => format!("{limit}:v4:{address}"),
        Client::V6(network) => format!("{limit}:v6:{network:016x}"),
    }
}
