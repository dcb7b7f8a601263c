//! What is told about a video, by whichever source.

use chrono::{DateTime, NaiveDate, NaiveTime};
use serde::Deserialize;
use serde_json::json;

use super::{SERVICE, chapters, chapters::Chapter};
use crate::domain::Timestamp;
use crate::extract::{Extracted, MAX_DESCRIPTION, MAX_LINK, MAX_NAME, MAX_TAG, MAX_TAGS, MAX_TEXT, MAX_TITLE};
use crate::text::{clean, language};

/// What is known of a video. Everything may be missing.
#[derive(Debug, Default)]
pub(super) struct Video {
    pub(super) title: Option<String>,
    pub(super) author: Option<String>,
    pub(super) author_url: Option<String>,
    pub(super) channel_id: Option<String>,
    pub(super) description: Option<String>,
    pub(super) seconds: Option<u32>,
    pub(super) published_at: Option<Timestamp>,
    pub(super) tags: Vec<String>,
    pub(super) thumbnail: Option<String>,
    pub(super) views: Option<u64>,
    pub(super) category: Option<String>,
    pub(super) language: Option<String>,
    pub(super) was_live: Option<bool>,
    /// As the player's bar shows them.
    pub(super) chapters: Vec<Chapter>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Thumbnails {
    thumbnails: Vec<Thumbnail>,
}

/// A picture of the video.
#[derive(Deserialize)]
pub(super) struct Thumbnail {
    url: String,
    #[serde(default)]
    width: u32,
    #[serde(default)]
    height: u32,
}

impl Thumbnails {
    pub(super) fn largest(&self) -> Option<String> {
        largest(&self.thumbnails)
    }
}

/// The largest of `pictures` that may be shown.
pub(super) fn largest<'a>(pictures: impl IntoIterator<Item = &'a Thumbnail>) -> Option<String> {
    let shown = pictures.into_iter().filter(|one| one.url.starts_with("https://") && one.url.len() <= MAX_LINK);
    shown.max_by_key(|one| u64::from(one.width) * u64::from(one.height)).map(|one| one.url.clone())
}

impl Video {
    /// Takes from `other` what is missing here.
    pub(super) fn fill(&mut self, other: Self) {
        self.title = self.title.take().or(other.title);
        self.author = self.author.take().or(other.author);
        self.author_url = self.author_url.take().or(other.author_url);
        self.channel_id = self.channel_id.take().or(other.channel_id);
        self.description = self.description.take().filter(|text| !text.is_empty()).or(other.description);
        self.seconds = self.seconds.or(other.seconds);
        self.published_at = self.published_at.or(other.published_at);
        self.thumbnail = self.thumbnail.take().or(other.thumbnail);
        self.views = self.views.or(other.views);
        self.category = self.category.take().or(other.category);
        self.language = self.language.take().or(other.language);
        self.was_live = self.was_live.or(other.was_live);
        if self.tags.is_empty() {
            self.tags = other.tags;
        }
        if self.chapters.is_empty() {
            self.chapters = other.chapters;
        }
    }

    pub(super) fn into_extracted(self, id: &str) -> Extracted {
        let description = self.description.as_deref().unwrap_or_default();
        let told = chapters::of_description(description, self.seconds);
        let chapters = if told.is_empty() { self.chapters } else { told };
        let description = clean::block(description, MAX_TEXT);
        let spoken = self.language.as_deref().and_then(language::primary_subtag);
        Extracted {
            title: self.title.as_deref().and_then(|title| clean::line(title, MAX_TITLE)),
            description: description.as_deref().and_then(|text| clean::line(text, MAX_DESCRIPTION)),
            author: self.author.as_deref().and_then(|name| clean::line(name, MAX_NAME)),
            author_url: self.author_url,
            thumbnail_url: self.thumbnail,
            published_at: self.published_at,
            tags: tags(&self.tags),
            language: spoken.or_else(|| description.as_deref().and_then(language::detect).map(str::to_owned)),
            site_name: Some(SERVICE.into()),
            reading_time_seconds: self.seconds,
            provider_data: Some(json!({
                "id": id, "channelId": self.channel_id, "views": self.views, "wasLive": self.was_live,
                "category": self.category, "chapters": chapters,
            })),
            ..Extracted::default()
        }
    }
}

/// Each keyword once.
fn tags(keywords: &[String]) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for tag in keywords.iter().take(10 * MAX_TAGS).filter_map(|word| clean::line(word, MAX_TAG)) {
        if tags.len() < MAX_TAGS && !tags.iter().any(|known| known.to_lowercase() == tag.to_lowercase()) {
            tags.push(tag);
        }
    }
    tags
}

/// A channel's page; ids are letters, digits, `-` and `_`.
pub(super) fn channel_url(id: &str) -> Option<String> {
    let is_id = !id.is_empty() && id.len() <= 40;
    let is_id = is_id && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    is_id.then(|| format!("https://www.youtube.com/channel/{id}"))
}

/// A moment with its offset, or a day, which begins at midnight UTC.
pub(super) fn moment(text: &str) -> Option<Timestamp> {
    let moment = DateTime::parse_from_rfc3339(text).ok().map(|moment| moment.to_utc());
    moment.or_else(|| Some(text.parse::<NaiveDate>().ok()?.and_time(NaiveTime::MIN).and_utc()))
}
