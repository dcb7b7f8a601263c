//! Medium's feeds: RSS 2.0 of one shape, of which one item is looked for.
//!
//! Reads the few elements that Medium writes, and no other feed.

use chrono::DateTime;

use crate::domain::Timestamp;
use crate::extract::{MAX_LINK, MAX_NAME, MAX_TAG, MAX_TAGS, MAX_TITLE};
use crate::text::{clean, markup};

/// A story as a feed tells it.
pub(super) struct Story {
    pub(super) title: String,
    pub(super) author: Option<String>,
    pub(super) published_at: Option<Timestamp>,
    pub(super) tags: Vec<String>,
    pub(super) image: Option<String>,
    /// The whole story; stories for members have none.
    pub(super) html: Option<String>,
    /// Its beginning, as HTML.
    pub(super) summary: Option<String>,
}

/// The story `id` in the feed `xml`, when it is recent enough to be there.
pub(super) fn find(xml: &str, id: &str) -> Option<Story> {
    let is_it = |item: &&str| {
        let links = [element(item, "guid"), element(item, "link")];
        links.into_iter().flatten().any(|(link, _)| {
            let link = link.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
            link.rsplit(['/', '-']).next() == Some(id)
        })
    };
    let item = xml.split("<item>").skip(1).map(|rest| rest.split("</item>").next().unwrap_or(rest)).find(is_it)?;
    let text = |name: &str| element(item, name).map(|(text, _)| text);
    let (html, summary) = (text("content:encoded"), text("description"));
    let shown = html.as_deref().or(summary.as_deref()).unwrap_or_default();
    Some(Story {
        title: clean::line(&text("title")?, MAX_TITLE)?,
        author: text("dc:creator").and_then(|name| clean::line(&name, MAX_NAME)),
        published_at: text("pubDate").and_then(|date| Some(DateTime::parse_from_rfc2822(date.trim()).ok()?.to_utc())),
        tags: tags(item),
        image: image(shown),
        html: html.filter(|html| !html.trim().is_empty()),
        summary,
    })
}

/// The text of the first element called `name`, CDATA or not, and what follows it.
fn element<'a>(xml: &'a str, name: &str) -> Option<(String, &'a str)> {
    let start = xml.find(&format!("<{name}"))?;
    let (_, rest) = xml[start..].split_once('>')?;
    // What is quoted may hold an end tag of the same name.
    let (inner, after) = if let Some(quoted) = rest.trim_start().strip_prefix("<![CDATA[") {
        let (inner, after) = quoted.split_once("]]>")?;
        (inner.to_owned(), after)
    } else {
        let (inner, after) = rest.split_once(&format!("</{name}>"))?;
        (markup::decode_entities(inner), after)
    };
    Some((inner.trim().to_owned(), after))
}

fn tags(item: &str) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    let mut rest = item;
    while let Some((tag, after)) = element(rest, "category").filter(|_| tags.len() < MAX_TAGS) {
        tags.extend(clean::line(&tag, MAX_TAG).filter(|tag| !tags.contains(tag)));
        rest = after;
    }
    tags
}

/// The first picture, but for the one that counts readers.
fn image(html: &str) -> Option<String> {
    let pictures = markup::tags(html).filter(|piece| piece.name == "img").filter_map(|piece| piece.attribute("src"));
    pictures.take(20).find(|link| link.starts_with("https://") && link.len() <= MAX_LINK && !link.contains("/_/stat?"))
}
