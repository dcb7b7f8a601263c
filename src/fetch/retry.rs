//! Is it worth trying again, and when?

use std::time::Duration;

use chrono::{DateTime, NaiveDateTime};

use crate::domain::Timestamp;

/// What a failed fetch says about the next attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// It would fail the same way.
    Never,
    /// It may work another time.
    Later,
    /// The host named the time; between a second and a day.
    After(Duration),
}

/// What we wait at least and at most, whatever a host asks for.
const SHORTEST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_hours(24);
/// The longest that a quota is believed to be used up: services count by the hour at most, and clocks go wrong.
const LONGEST_QUOTA: Duration = Duration::from_hours(1);

/// When a host that refused an answer wants to be asked again, as its headers say it: `Retry-After`, or how services tell that
/// a quota is used up (`x-ratelimit-remaining: 0`, with `x-ratelimit-reset` in seconds from now or since 1970).
pub(super) fn asked_by<'a>(header: impl Fn(&str) -> Option<&'a str>, status: u16, now: Timestamp) -> Option<Duration> {
    if let Some(after) = header("retry-after").and_then(|text| retry_after(text, now)) {
        return Some(after);
    }
    let number = |name: &str| header(name)?.trim().parse::<f64>().ok();
    let is_used_up = matches!(status, 403 | 429) && number("x-ratelimit-remaining").is_some_and(|left| left < 1.0);
    let reset = number("x-ratelimit-reset").filter(|_| is_used_up)?;
    // No quota lasts for thirty years.
    #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 have eleven digits at most")]
    let seconds = if reset < 1e9 { reset } else { reset - now.timestamp() as f64 };
    Some(Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or(LONGEST_QUOTA).clamp(SHORTEST, LONGEST_QUOTA))
}

/// Reads a `Retry-After` header: seconds, or a date in one of HTTP's three forms (RFC 9110, section 10.2.3).
fn retry_after(header: &str, now: Timestamp) -> Option<Duration> {
    let header = header.trim();
    let wait = if !header.is_empty() && header.bytes().all(|byte| byte.is_ascii_digit()) {
        // Only too many digits can fail here.
        header.parse().map_or(LONGEST, Duration::from_secs)
    } else {
        (http_date(header)? - now).to_std().unwrap_or_default()
    };
    Some(wait.clamp(SHORTEST, LONGEST))
}

fn http_date(text: &str) -> Option<Timestamp> {
    if let Ok(date) = DateTime::parse_from_rfc2822(text) {
        return Some(date.to_utc());
    }
    ["%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
        .map(|date| date.and_utc())
}
