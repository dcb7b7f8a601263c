//! When was it published? Pages write the moment in a dozen ways.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, SubsecRound, Utc};

use crate::domain::Timestamp;

/// Moments without an offset; UTC is as good a guess as any.
const LOCAL: [&str; 5] =
    ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M:%S"];
/// Moments with an offset that RFC 3339 does not know.
const ZONED: [&str; 4] =
    ["%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%dT%H:%M%#z", "%Y-%m-%d %H:%M:%S %#z", "%Y-%m-%d %H:%M:%S%#z"];
/// Days, which begin at midnight UTC.
const DAYS: [&str; 8] =
    ["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%d %b %Y", "%d.%m.%Y"];

/// The moment that `text` names, in whole milliseconds; `None` for anything that is no date of a publication.
pub fn parse(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if text.len() > 64 {
        return None;
    }
    let moment = zoned(text).or_else(|| local(text)).or_else(|| day(text)).or_else(|| epoch(text))?;
    // Printing is older than the web; nothing is older than printing, or from a later century.
    (1450..2200).contains(&moment.year()).then(|| moment.trunc_subsecs(3))
}

fn zoned(text: &str) -> Option<Timestamp> {
    DateTime::parse_from_rfc3339(text)
        .or_else(|_| DateTime::parse_from_rfc2822(text))
        .ok()
        .or_else(|| ZONED.iter().find_map(|format| DateTime::parse_from_str(text, format).ok()))
        .map(|moment| moment.to_utc())
}

fn local(text: &str) -> Option<Timestamp> {
    let text = text.strip_suffix('Z').unwrap_or(text);
    LOCAL.iter().find_map(|format| NaiveDateTime::parse_from_str(text, format).ok()).map(|moment| moment.and_utc())
}

fn day(text: &str) -> Option<Timestamp> {
    let day = DAYS.iter().find_map(|format| NaiveDate::parse_from_str(text, format).ok())?;
    Some(day.and_time(NaiveTime::MIN).and_utc())
}

/// Seconds or milliseconds since 1970: ten or thirteen digits.
fn epoch(text: &str) -> Option<Timestamp> {
    let number: i64 = text.parse().ok()?;
    match text.len() {
        10 => DateTime::<Utc>::from_timestamp(number, 0),
        13 => DateTime::from_timestamp_millis(number),
        _ => None,
    }
}
