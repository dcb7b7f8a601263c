//! JSON Feed (<https://www.jsonfeed.org/version/1.1/>).

use serde::Deserialize;
use serde_json::Value;

use super::model::{self, Enclosure, Entry, Feed};

#[derive(Deserialize)]
struct Document {
    title: Option<String>,
    home_page_url: Option<String>,
    description: Option<String>,
    icon: Option<String>,
    language: Option<String>,
    #[serde(default)]
    authors: Vec<Author>,
    /// Before version 1.1.
    author: Option<Author>,
    #[serde(default)]
    items: Vec<Item>,
}

#[derive(Deserialize)]
struct Author {
    name: Option<String>,
}

#[derive(Deserialize)]
struct Item {
    id: Option<Value>,
    url: Option<String>,
    title: Option<String>,
    content_html: Option<String>,
    content_text: Option<String>,
    summary: Option<String>,
    image: Option<String>,
    date_published: Option<String>,
    date_modified: Option<String>,
    #[serde(default)]
    authors: Vec<Author>,
    author: Option<Author>,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    attachments: Vec<Attachment>,
}

#[derive(Deserialize)]
struct Attachment {
    url: String,
    mime_type: Option<String>,
    size_in_bytes: Option<f64>,
    duration_in_seconds: Option<f64>,
}

pub(super) fn read(text: &str) -> Option<Feed> {
    let document: Document = serde_json::from_str(text.trim_start_matches('\u{FEFF}')).ok()?;
    let feed = Feed {
        format: "json",
        title: document.title.map(plain),
        description: document.description.map(plain),
        author: document.authors.into_iter().chain(document.author).find_map(|author| author.name),
        link: document.home_page_url,
        image: document.icon,
        language: document.language,
        tags: Vec::new(),
        entries: document.items.into_iter().map(of_item).collect(),
    };
    Some(feed.sorted())
}

fn of_item(item: Item) -> Entry {
    let recording = item.attachments.into_iter().next();
    Entry {
        id: item.id.map(|id| id.as_str().map_or_else(|| id.to_string(), str::to_owned)),
        title: item.title.map(plain),
        link: item.url,
        author: item.authors.into_iter().chain(item.author).find_map(|author| author.name),
        published: item.date_published.or(item.date_modified).and_then(|text| model::moment(&text)),
        html: item.content_html.or_else(|| item.content_text.or(item.summary).map(plain)),
        image: item.image,
        tags: model::tags(item.tags.into_iter()),
        duration: recording.as_ref().and_then(|recording| recording.duration_in_seconds).map(whole),
        enclosure: recording.map(|recording| Enclosure {
            url: recording.url,
            kind: recording.mime_type,
            length: recording.size_in_bytes.map(|size| u64::from(whole(size))),
        }),
        ..Entry::default()
    }
}

/// A text that is no markup, as markup.
fn plain(text: String) -> String {
    if text.contains(['<', '&', '\n']) {
        text.replace('&', "&amp;").replace('<', "&lt;").replace('\n', "<br>")
    } else {
        text
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates, and half a second is no loss"
)]
fn whole(number: f64) -> u32 {
    number as u32
}
