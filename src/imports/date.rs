//! Dates as other services write them.

use chrono::{DateTime, NaiveDate, NaiveDateTime};

use crate::domain::Timestamp;

/// Reads a date: seconds, milliseconds or microseconds since 1970, RFC 3339, or a plain date and time in UTC. Zero is none.
pub(super) fn read(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(number) = text.parse::<i64>() {
        return of_number(number);
    }
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Some(time.to_utc());
    }
    let forms = ["%Y-%m-%d %H:%M:%S%.f%:z", "%Y-%m-%d %H:%M:%S%.f%z"];
    if let Some(time) = forms.iter().find_map(|form| DateTime::parse_from_str(text, form).ok()) {
        return Some(time.to_utc());
    }
    let forms = ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M"];
    let time = forms.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok());
    let day = || NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0);
    Some(time.or_else(day)?.and_utc())
}

/// Which unit it counts is told by its size: all three stay in this century.
pub(super) fn of_number(number: i64) -> Option<Timestamp> {
    match number {
        ..=0 => None,
        1..100_000_000_000 => DateTime::from_timestamp(number, 0),
        100_000_000_000..100_000_000_000_000 => DateTime::from_timestamp_millis(number),
        _ => DateTime::from_timestamp_micros(number),
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn every_way_of_writing_one_moment_is_read() {
        let at = Some("2024-05-06T07:08:09Z".parse().unwrap());
        for text in [
            "1714979289",
            "1714979289000",
            "1714979289000000",
            "2024-05-06T07:08:09Z",
            "2024-05-06T09:08:09.000+02:00",
            "2024-05-06 07:08:09",
            "2024-05-06 07:08:09+00:00",
        ] {
            assert_eq!(read(text), at, "{text}");
        }
        for text in ["", "0", "-1", "soon", "99999999999999999999"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
