//! Posts as the API shows them.

use serde::Deserialize;

use crate::domain::Timestamp;
use crate::extract::{MAX_TAG, MAX_TAGS, reach};
use crate::text::clean;

/// Links that are named beside the text.
const MAX_LINKS: usize = 30;

/// A post with what hangs below it, or that there is none.
#[derive(Deserialize)]
pub(super) struct Node {
    #[serde(default, rename = "notFound")]
    pub(super) not_found: bool,
    #[serde(default)]
    pub(super) blocked: bool,
    pub(super) post: Option<Post>,
    #[serde(default)]
    pub(super) replies: Vec<Node>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Post {
    pub(super) uri: String,
    pub(super) author: Author,
    pub(super) record: Record,
    embed: Option<Embed>,
    pub(super) reply_count: Option<u64>,
    pub(super) repost_count: Option<u64>,
    pub(super) like_count: Option<u64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Author {
    pub(super) did: String,
    pub(super) handle: String,
    pub(super) display_name: Option<String>,
    #[serde(default)]
    labels: Vec<Label>,
}

#[derive(Deserialize)]
struct Label {
    #[serde(default)]
    val: String,
}

/// What the author wrote.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Record {
    #[serde(default)]
    text: String,
    #[serde(default)]
    facets: Vec<Facet>,
    #[serde(default)]
    pub(super) langs: Vec<String>,
    #[serde(default)]
    tags: Vec<String>,
    pub(super) created_at: Option<Timestamp>,
}

/// What a part of the text is.
#[derive(Deserialize)]
struct Facet {
    index: Range,
    #[serde(default)]
    features: Vec<Feature>,
}

/// Bytes of the text.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Range {
    byte_start: usize,
    byte_end: usize,
}

#[derive(Deserialize)]
struct Feature {
    uri: Option<String>,
    tag: Option<String>,
}

/// What hangs on a post; which of these there are depends on its kind.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Embed {
    images: Vec<Image>,
    external: Option<External>,
    thumbnail: Option<String>,
    alt: Option<String>,
    media: Option<Box<Embed>>,
    record: Option<Box<Quoted>>,
}

#[derive(Deserialize)]
struct Image {
    thumb: Option<String>,
    #[serde(default)]
    alt: String,
}

#[derive(Deserialize)]
struct External {
    uri: Option<String>,
    #[serde(default)]
    title: String,
    #[serde(default)]
    description: String,
    thumb: Option<String>,
}

/// A quoted post, or, beside pictures, what holds it.
#[derive(Deserialize)]
struct Quoted {
    author: Option<Author>,
    value: Option<Record>,
    record: Option<Box<Quoted>>,
}

impl Author {
    /// Does the author show posts only to people who have signed in?
    pub(super) fn wants_signed_in(&self) -> bool {
        self.labels.iter().any(|label| label.val == "!no-unauthenticated")
    }
}

impl Record {
    /// The text with its links written out; clients shorten them.
    fn text(&self) -> String {
        let mut links: Vec<(&Range, &str)> =
            self.facets.iter().filter_map(|facet| Some((&facet.index, facet.link()?))).collect();
        links.sort_by_key(|(range, _)| range.byte_start);
        let (mut out, mut done) = (String::new(), 0);
        for (range, link) in links {
            let before = self.text.get(done..range.byte_start);
            let Some(before) = before.filter(|_| self.text.get(range.byte_start..range.byte_end).is_some()) else {
                continue;
            };
            out.push_str(before);
            out.push_str(link);
            done = range.byte_end;
        }
        out.push_str(&self.text[done..]);
        out
    }
}

impl Facet {
    fn link(&self) -> Option<&str> {
        self.features.iter().find_map(|feature| feature.uri.as_deref())
    }
}

impl Post {
    /// What the post says, shows and quotes.
    pub(super) fn text(&self) -> String {
        let mut parts = vec![self.record.text()];
        if let Some(embed) = &self.embed {
            embed.push_to(&mut parts);
        }
        parts.retain(|part| !part.trim().is_empty());
        parts.join("\n\n")
    }

    pub(super) fn image(&self) -> Option<String> {
        let link = self.embed.as_ref()?.image()?;
        link.starts_with("https://").then(|| link.to_owned())
    }

    pub(super) fn tags(&self) -> Vec<String> {
        let features = self.record.facets.iter().flat_map(|facet| &facet.features);
        let inline = features.filter_map(|feature| feature.tag.as_deref());
        let mut tags: Vec<String> = Vec::new();
        for tag in inline.chain(self.record.tags.iter().map(String::as_str)).filter_map(|tag| clean::line(tag, MAX_TAG))
        {
            if tags.len() < MAX_TAGS && !tags.contains(&tag) {
                tags.push(tag);
            }
        }
        tags
    }

    /// Where the post leads.
    pub(super) fn links(&self) -> Vec<String> {
        let card = self.embed.as_ref().and_then(|embed| embed.external.as_ref()).and_then(|card| card.uri.as_deref());
        let links = self.record.facets.iter().filter_map(Facet::link).chain(card).filter_map(reach::web_link);
        let mut links: Vec<String> = links.take(MAX_LINKS).collect();
        links.dedup();
        links
    }
}

impl Embed {
    fn push_to(&self, parts: &mut Vec<String>) {
        parts.extend(
            self.images.iter().filter(|image| !image.alt.is_empty()).map(|image| format!("[Image: {}]", image.alt)),
        );
        parts.extend(self.alt.iter().filter(|alt| !alt.is_empty()).map(|alt| format!("[Video: {alt}]")));
        if let Some(card) = &self.external {
            let link = card.uri.as_deref().unwrap_or_default();
            parts.push(format!("{}\n{}\n{link}", card.title, card.description));
        }
        if let Some(media) = &self.media {
            media.push_to(parts);
        }
        if let Some(quoted) = &self.record {
            quoted.push_to(parts);
        }
    }

    fn image(&self) -> Option<&str> {
        let shown = self.images.iter().find_map(|image| image.thumb.as_deref());
        let card = || self.external.as_ref().and_then(|card| card.thumb.as_deref());
        shown.or(self.thumbnail.as_deref()).or_else(card).or_else(|| self.media.as_ref()?.image())
    }
}

impl Quoted {
    fn push_to(&self, parts: &mut Vec<String>) {
        if let (Some(author), Some(value)) = (&self.author, &self.value)
            && !author.wants_signed_in()
        {
            parts.push(format!("{} wrote:\n> {}", author.shown(), value.text().replace('\n', "\n> ")));
        }
        if let Some(inner) = &self.record {
            inner.push_to(parts);
        }
    }
}

impl Node {
    /// How the author goes on: each post is the oldest of the author's own replies to the one before.
    pub(super) fn continuation(&self) -> Vec<&Post> {
        let mut chain = Vec::new();
        let Some(first) = &self.post else { return chain };
        let mut node = self;
        loop {
            let own = node.replies.iter().filter_map(|reply| Some((reply, reply.post.as_ref()?)));
            let own = own.filter(|(_, post)| post.author.did == first.author.did);
            let Some((next, post)) = own.min_by_key(|(_, post)| post.record.created_at) else { return chain };
            chain.push(post);
            node = next;
        }
    }
}
