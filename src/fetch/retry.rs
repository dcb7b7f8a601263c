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
    /// The host named the time; between a second and an hour.
    After(Duration),
}

/// What we wait at least and at most, whatever a host asks for.
const SHORTEST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_hours(1);

/// Reads a `Retry-After` header: seconds, or a date in one of HTTP's three forms (RFC 9110, section 10.2.3).
pub(super) fn retry_after(header: &str, now: Timestamp) -> Option<Duration> {
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
