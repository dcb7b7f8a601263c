//! What feeds of all forms have in common.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, SubsecRound};

use crate::domain::Timestamp;
use crate::extract::{MAX_TAG, MAX_TAGS};
use crate::text::clean;

/// A feed. Texts are as they were written: markup, of any length.
#[derive(Debug, Default)]
pub(in crate::extract) struct Feed {
    /// `rss`, `atom` or `json`.
    pub(in crate::extract) format: &'static str,
    pub(in crate::extract) title: Option<String>,
    pub(in crate::extract) description: Option<String>,
    pub(in crate::extract) author: Option<String>,
    pub(in crate::extract) link: Option<String>,
    pub(in crate::extract) image: Option<String>,
    pub(in crate::extract) language: Option<String>,
    pub(in crate::extract) tags: Vec<String>,
    /// The latest first, where they say when they were published.
    pub(in crate::extract) entries: Vec<Entry>,
}

#[derive(Debug, Default)]
pub(in crate::extract) struct Entry {
    pub(in crate::extract) id: Option<String>,
    pub(in crate::extract) title: Option<String>,
    pub(in crate::extract) link: Option<String>,
    pub(in crate::extract) author: Option<String>,
    pub(in crate::extract) published: Option<Timestamp>,
    pub(in crate::extract) html: Option<String>,
    pub(in crate::extract) image: Option<String>,
    pub(in crate::extract) tags: Vec<String>,
    pub(in crate::extract) season: Option<u32>,
    pub(in crate::extract) episode: Option<u32>,
    /// Seconds.
    pub(in crate::extract) duration: Option<u32>,
    pub(in crate::extract) enclosure: Option<Enclosure>,
    pub(in crate::extract) transcripts: Vec<Transcript>,
    pub(in crate::extract) chapters: Option<String>,
}

/// The recording of an episode.
#[derive(Debug)]
pub(in crate::extract) struct Enclosure {
    pub(in crate::extract) url: String,
    pub(in crate::extract) kind: Option<String>,
    /// Bytes.
    pub(in crate::extract) length: Option<u64>,
}

/// Where a transcript is.
#[derive(Debug, Clone)]
pub(in crate::extract) struct Transcript {
    pub(in crate::extract) url: String,
    /// A media type; often wrong.
    pub(in crate::extract) kind: String,
    pub(in crate::extract) language: Option<String>,
}

impl Feed {
    /// Has it recordings?
    pub(in crate::extract) fn is_podcast(&self) -> bool {
        self.entries.iter().any(|entry| entry.enclosure.as_ref().is_some_and(Enclosure::is_recording))
    }

    /// The latest first; entries without a date keep their place at the end.
    pub(super) fn sorted(mut self) -> Self {
        self.entries.sort_by_key(|entry| std::cmp::Reverse(entry.published));
        self
    }
}

impl Enclosure {
    fn is_recording(&self) -> bool {
        self.kind.as_deref().is_some_and(|kind| kind.starts_with("audio/") || kind.starts_with("video/"))
    }
}

/// Each of `tags` once, as many as an item may have.
pub(super) fn tags(tags: impl Iterator<Item = String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for tag in tags.filter_map(|tag| clean::line(&tag, MAX_TAG)) {
        if kept.len() < MAX_TAGS && !kept.contains(&tag) {
            kept.push(tag);
        }
    }
    kept
}

/// RFC 2822, RFC 3339, and what is taken for them.
pub(super) fn moment(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if text.len() > 64 {
        return None;
    }
    // The day of the week is wrong more often than the date.
    let without_day = text.split_once(',').map_or(text, |(_, rest)| rest.trim());
    let zoned = DateTime::parse_from_rfc3339(text).or_else(|_| DateTime::parse_from_rfc2822(without_day));
    let moment = zoned.map(|moment| moment.to_utc()).ok();
    let local = || NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").ok().map(|moment| moment.and_utc());
    let day = || Some(NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_time(NaiveTime::MIN).and_utc());
    moment.or_else(local).or_else(day).map(|moment| moment.trunc_subsecs(3))
}

/// `1:02:03`, `62:03` or `3723`, in seconds.
pub(super) fn seconds(text: &str) -> Option<u32> {
    let mut parts = text.trim().split('.').next()?.split(':').rev();
    let mut part = || parts.next().map(|part| part.trim().parse::<u32>().ok());
    let (seconds, minutes, hours) = (part()??, part().unwrap_or(Some(0))?, part().unwrap_or(Some(0))?);
    if parts.next().is_some() {
        return None;
    }
    hours.checked_mul(3_600)?.checked_add(minutes.checked_mul(60)?)?.checked_add(seconds)
}

#[cfg(test)]
mod tests {
    use super::{moment, seconds};

    #[test]
    fn lengths_are_read_in_every_form_and_never_overflow() {
        for (text, length) in [
            ("3723", Some(3_723)),
            ("62:03", Some(3_723)),
            ("1:02:03", Some(3_723)),
            (" 01:02:03.5 ", Some(3_723)),
            ("0", Some(0)),
            ("", None),
            ("an hour", None),
            ("1:2:3:4", None),
            ("-5", None),
            ("99999999999999999999", None),
            ("4294967295:00:00", None),
        ] {
            assert_eq!(seconds(text), length, "{text:?}");
        }
    }

    #[test]
    fn dates_are_read_whatever_the_day_of_the_week_is_said_to_be() {
        for text in [
            "Mon, 06 May 2024 07:08:09 GMT",
            "Fri, 06 May 2024 07:08:09 +0000",
            "6 May 2024 09:08:09 +0200",
            "2024-05-06T07:08:09Z",
            "2024-05-06T07:08:09",
        ] {
            assert_eq!(moment(text).map(|at| at.to_rfc3339()).as_deref(), Some("2024-05-06T07:08:09+00:00"), "{text}");
        }
        for text in ["", "yesterday", "Mon,", "2024", &"9".repeat(1_000)] {
            assert_eq!(moment(text), None, "{text}");
        }
    }
}
