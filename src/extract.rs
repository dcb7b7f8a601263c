//! A link becomes an [`Extracted`]: what Brainly knows about what is there.
//!
//! [`read`] asks the extractor of the link's site, and for any other link [`page`] fetches what is there and
//! [`article`] reads it. Everything in an [`Extracted`] may be stored as it is: bounded, without control characters, links
//! absolute and of the web.
//!
//! Strangers' bytes are taken apart by [`Parser`], in processes of their own within limits; [`article`] is what they run.
//!
//! To add a site: see `sites`. Whatever an extractor fetches goes through its [`Reach`], and so through `fetch`; which site a
//! link belongs to is [`crate::provider`]'s business, what becomes of an item that of `actions::enrich_content`.

pub mod article;
mod arxiv;
mod bluesky;
mod document;
mod error;
mod feed;
mod github;
mod hackernews;
mod instagram;
mod linked;
mod mastodon;
mod medium;
mod notion;
mod oembed;
pub mod page;
mod parse_error;
mod parser;
mod podcast;
mod post;
mod prose;
pub mod reach;
mod reddit;
mod said;
mod sites;
mod stackexchange;
mod twitter;
mod wall;
mod wikipedia;
mod youtube;

pub use error::Error;
pub use parse_error::ParseError;
pub use parser::{Parser, Raw, serve as serve_parser};
pub use reach::{Reach, Seen};
#[doc(hidden)]
pub use said::captions;
pub use sites::{Reading, read};
pub use wall::Wall;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::domain::Timestamp;

/// The result of reading a link.
pub type Result<T> = std::result::Result<T, Error>;

/// The most characters of a title.
pub const MAX_TITLE: usize = 500;
/// The most characters of a description.
pub const MAX_DESCRIPTION: usize = 2_000;
/// The most characters of an author's or a site's name.
pub const MAX_NAME: usize = 200;
/// The most bytes of a link that a page gives.
pub const MAX_LINK: usize = 4_096;
/// The most tags.
pub const MAX_TAGS: usize = 30;
/// The most characters of a tag.
pub const MAX_TAG: usize = 100;
/// The most bytes of a text.
pub const MAX_TEXT: usize = 2 * 1024 * 1024;

/// What was found out about a link. Everything may be missing.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Extracted {
    /// The title, without the site's name where that can be told apart.
    pub title: Option<String>,
    /// What the page says about itself.
    pub description: Option<String>,
    /// One name, or several with commas between them.
    pub author: Option<String>,
    /// The author's own page.
    pub author_url: Option<String>,
    /// An image that stands for the page.
    pub thumbnail_url: Option<String>,
    /// When it was first published; midnight UTC where only the day is known.
    pub published_at: Option<Timestamp>,
    /// The page's own keywords, each once, in their order.
    pub tags: Vec<String>,
    /// Primary subtag of BCP 47, lower case.
    pub language: Option<String>,
    /// The site's name, at least its host.
    pub site_name: Option<String>,
    /// Words, where the source counts them itself.
    pub word_count: Option<u32>,
    /// How long the text takes to read, or the recording to play, in seconds.
    pub reading_time_seconds: Option<u32>,
    /// The page's own link to itself, where it can be believed.
    pub canonical_link: Option<String>,
    /// What a reader came for.
    pub full_text: Option<String>,
    /// What kind of text that is.
    pub full_text_type: Option<FullTextType>,
    /// What is said in a recording, piece by piece, in order.
    pub transcript_segments: Vec<Segment>,
    /// The text as a reader shows it: sanitised HTML.
    pub reader_html: Option<String>,
    /// What only this source knows.
    pub provider_data: Option<serde_json::Value>,
    /// What is missing although the rest was read, in a sentence for people without the full stop.
    pub shortfall: Option<String>,
    /// How long to wait until another look is worth it, where the source says that there will be more.
    pub again_after: Option<Duration>,
    /// What the page said of its state, for a cheap second look.
    pub seen: Option<Seen>,
    /// Further links by which the same page is known: the end of its redirects.
    pub other_links: Vec<String>,
    /// Where the page says that a service tells more of it, in oEmbed's form.
    pub oembed_link: Option<String>,
    /// Where the page sends its visitors at once; what is there is what they came for.
    pub onward_link: Option<String>,
    /// What stands between us and the page; what else is set was told in front of it.
    pub wall: Option<Wall>,
}

/// A piece of a transcript.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Segment {
    /// What is said.
    pub text: String,
    /// Seconds from the beginning.
    pub start: f64,
    /// Seconds.
    pub duration: f64,
}

/// Where a text comes from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum FullTextType {
    /// What is said in a recording.
    Transcript,
    /// The body of a page, without what stands around it.
    Article,
    /// Markdown, as it was written.
    Markdown,
    /// Any other text.
    Plain,
}

impl FullTextType {
    /// The word for it in rows and answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Transcript => "transcript",
            Self::Article => "article",
            Self::Markdown => "markdown",
            Self::Plain => "plain",
        }
    }
}
