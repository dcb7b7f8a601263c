//! When is it time? Lines as crontab(5) has them, in any time zone.
//!
//! The `cron` crate reads the fields and knows the calendar. What it does otherwise than crontab is put right here, so that
//! a line means what its writer expects: weekdays count from Sunday = 0, a line has five fields, and when both the day of
//! the month and the weekday are restricted, either is enough.
//!
//! Where the clock on the wall is set forward, a time that it skips is left out; where it is set back, a time that it shows
//! twice is due twice. Without a zone it is UTC, where neither happens.
//!
//! Who runs what at those times is [`crate::queue`]'s business.

mod field;
mod weekdays;

use std::fmt;
use std::str::FromStr;

use chrono::offset::LocalResult;
use chrono::{DateTime, TimeZone as _};
use chrono_tz::Tz;

use super::Timestamp;

/// Times that come again and again: `30 3 * * *`, `@hourly`, `CRON_TZ=Europe/Berlin 0 9 * * MON-FRI`.
#[derive(Debug, Clone)]
pub struct CronExpression {
    text: String,
    zone: Tz,
    /// One, or two of which either is enough.
    either: Vec<::cron::Schedule>,
}

/// Why a text is no [`CronExpression`], with one that is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidCron {
    /// Nothing is written.
    #[error(
        "it is empty; write minute, hour, day of the month, month and weekday, such as \"30 3 * * *\" (daily at 03:30)"
    )]
    Empty,
    /// Too few fields, or too many.
    #[error(
        "\"{text}\" has {count} fields; write five (minute, hour, day of the month, month, weekday), such as \
         \"30 3 * * *\" (daily at 03:30), or six or seven with the second first and the year last"
    )]
    Fields {
        /// As it was written.
        text: String,
        /// How many there are.
        count: usize,
    },
    /// A field that can't be read.
    #[error("\"{text}\" is no {name}; it takes {takes}, such as {example}")]
    Field {
        /// As it was written.
        text: String,
        /// What should stand there.
        name: &'static str,
        /// What it may hold.
        takes: &'static str,
        /// Some that are right.
        example: &'static str,
    },
    /// An `@word` that nobody knows.
    #[error(
        "\"{0}\" is not known; write @hourly, @daily, @weekly, @monthly or @yearly, or five fields such as \"30 3 * * *\""
    )]
    Shorthand(String),
    /// A time zone that nobody knows.
    #[error(
        "\"{0}\" is no time zone; write its name in the IANA database, such as \"CRON_TZ=Europe/Berlin 30 3 * * *\""
    )]
    Zone(String),
    /// It can be read, but no time is like that.
    #[error("\"{0}\" never comes; check the day and the month, such as \"30 3 28 2 *\" (each 28 February)")]
    Never(String),
}

impl CronExpression {
    /// Reads `[CRON_TZ=zone] fields`; `TZ=` does as well.
    ///
    /// Fields: minute, hour, day of the month, month, weekday; with six the second stands first, with seven the year last.
    /// Or one of `@hourly`, `@daily` (`@midnight`), `@weekly`, `@monthly`, `@yearly` (`@annually`).
    ///
    /// # Errors
    /// [`InvalidCron`] says what is wrong, and shows what would be right.
    pub fn parse(text: &str) -> Result<Self, InvalidCron> {
        let text = text.trim();
        let (zone, line) = split_zone(text)?;
        let expression = Self { text: text.to_owned(), zone, either: schedules(line)? };
        match expression.next_after(DateTime::UNIX_EPOCH) {
            Some(_) => Ok(expression),
            None => Err(InvalidCron::Never(line.to_owned())),
        }
    }

    /// As it was written, without the space around it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The first time after `time` (never `time` itself), in whole seconds; `None` when there is no more, at the latest
    /// after the year 2100.
    pub fn next_after(&self, time: Timestamp) -> Option<Timestamp> {
        let local = time.with_timezone(&self.zone);
        // The crate goes by the clock on the wall: what it finds first may be an hour ago.
        let first_from = |from: &DateTime<Tz>| {
            let times = self.either.iter().filter_map(|schedule| schedule.after(from).find(|at| *at > local));
            times.min()
        };
        // The first of two hours that read the same: what was due in it is due again in the second.
        let again = match self.zone.from_local_datetime(&local.naive_local()) {
            LocalResult::Ambiguous(first, second) if first == local => first_from(&(local - (second - first))),
            _ => None,
        };
        let next = first_from(&local).into_iter().chain(again).min()?;
        Some(next.to_utc())
    }
}

impl FromStr for CronExpression {
    type Err = InvalidCron;

    fn from_str(text: &str) -> Result<Self, InvalidCron> {
        Self::parse(text)
    }
}

impl fmt::Display for CronExpression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Two are the same when they are written the same.
impl PartialEq for CronExpression {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for CronExpression {}

fn split_zone(text: &str) -> Result<(Tz, &str), InvalidCron> {
    let Some(rest) = text.strip_prefix("CRON_TZ=").or_else(|| text.strip_prefix("TZ=")) else {
        return Ok((Tz::UTC, text));
    };
    let (name, line) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let zone = name.parse().map_err(|_| InvalidCron::Zone(name.to_owned()))?;
    Ok((zone, line.trim_start()))
}

fn schedules(line: &str) -> Result<Vec<::cron::Schedule>, InvalidCron> {
    let line = match line {
        "@hourly" => "0 * * * *",
        "@daily" | "@midnight" => "0 0 * * *",
        "@weekly" => "0 0 * * 0",
        "@monthly" => "0 0 1 * *",
        "@yearly" | "@annually" => "0 0 1 1 *",
        word if word.starts_with('@') => return Err(InvalidCron::Shorthand(word.to_owned())),
        fields => fields,
    };
    let mut fields: Vec<&str> = line.split_whitespace().collect();
    let unfit = InvalidCron::Fields { text: line.to_owned(), count: fields.len() };
    match fields.len() {
        0 => return Err(InvalidCron::Empty),
        5 => {
            fields.insert(0, "0");
            fields.push("*");
        }
        6 => fields.push("*"),
        _ => {}
    }
    let [second, minute, hour, day, month, weekday, year] = fields[..] else { return Err(unfit) };
    field::check([second, minute, hour, day, month, year])?;
    let weekdays = field::weekday(weekday)?;
    // A step over all of them, `*/2`, restricts nothing in crontab's eyes: both must hold then.
    let restricted = |field: &str| !field.starts_with(['*', '?']);
    let days = if restricted(day) && restricted(weekday) {
        vec![(day, "*"), ("*", weekdays.as_str())]
    } else {
        vec![(day, weekdays.as_str())]
    };
    let schedules = days.into_iter().map(|(day, weekdays)| {
        let whole = format!("{second} {minute} {hour} {day} {month} {weekdays} {year}");
        whole.parse().map_err(|_| unfit.clone())
    });
    schedules.collect()
}
