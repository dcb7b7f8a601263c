//! The two readers of a page: Readability, whose text, markup and metadata are the base, and trafilatura, who is asked for a
//! second opinion on the text.

use chrono::NaiveDate;
use dom_query::Document;
use dom_smoothie::{Article, Config, Metadata, Readability, TextMode};
use trafilatura::{ExtractionFocus, HtmlDateMode, Options};
use url::Url;

use crate::text::markup;

/// The longest page that gets a second opinion, in bytes.
const MAX_SECOND: usize = 1024 * 1024;
/// The most elements of such a page.
const MAX_SECOND_ELEMENTS: usize = 20_000;
/// How deep templates may stand within one another there.
const MAX_SECOND_TEMPLATES: usize = 16;
/// The most brackets within one another in JSON that Readability is trusted with.
const MAX_NESTING: usize = 64;
/// The longest block of JSON-LD that it is trusted with, in bytes.
const MAX_JSON_LD: usize = 1024 * 1024;

/// A page in Readability's hands.
pub(super) struct First {
    readability: Readability,
    /// What its JSON-LD says.
    pub(super) data: Option<Metadata>,
    /// What its head says beside that.
    pub(super) head: Metadata,
    /// Its `<title>`, without what Readability takes for the site's name.
    pub(super) own_title: String,
}

impl First {
    /// Takes over a page; `None` for a link that is none of the web.
    pub(super) fn new(document: Document, url: &Url) -> Option<Self> {
        let blocks = document.select("script[type='application/ld+json']");
        let is_fine = |text: &str| text.len() <= MAX_JSON_LD && nesting(text) <= MAX_NESTING;
        let disable_json_ld = !blocks.iter().all(|block| is_fine(&block.text()));
        let config = Config { text_mode: TextMode::Formatted, disable_json_ld, ..Config::default() };
        let readability = Readability::with_document(document, Some(url.as_str()), Some(config)).ok()?;
        let head = readability.get_article_metadata(None);
        let found = if disable_json_ld { None } else { readability.parse_json_ld() };
        // The merge is what decodes entities; what JSON-LD does not say is left out again.
        let data = found.map(|found| {
            let said = readability.get_article_metadata(Some(found.clone()));
            Metadata {
                title: if found.title.is_empty() { String::new() } else { said.title },
                byline: found.byline.and(said.byline),
                excerpt: found.excerpt.and(said.excerpt),
                site_name: found.site_name.and(said.site_name),
                published_time: found.published_time.and(said.published_time),
                image: found.image.and(said.image),
                ..Metadata::default()
            }
        });
        let own_title = readability.get_article_title().to_string();
        Some(Self { readability, data, head, own_title })
    }

    /// The article, where it finds one. Its tree stays in [`First::document`].
    pub(super) fn read(&mut self) -> Option<Article> {
        self.readability.parse().ok()
    }

    /// After [`First::read`]: the article's tree.
    pub(super) fn document(&self) -> &Document {
        &self.readability.doc
    }
}

/// How deep brackets stand within one another; those in texts count as well.
fn nesting(json: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for byte in json.bytes() {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// Does a page get a second opinion? Of large ones it costs too much.
pub(super) fn has_second(document: &Document, html: &str) -> bool {
    html.len() < MAX_SECOND
        && markup::elements(document) <= MAX_SECOND_ELEMENTS
        && template_depth(html) <= MAX_SECOND_TEMPLATES
}

/// How deep templates stand within one another, seen from the bytes: what they hold is no part of the tree, but the second
/// reader goes there, and recurses.
fn template_depth(html: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for (at, _) in html.match_indices('<') {
        let tag = &html.as_bytes()[at + 1..];
        let starts = |name: &[u8]| tag.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
        if starts(b"template") {
            depth += 1;
            deepest = deepest.max(depth);
        } else if starts(b"/template") {
            depth = depth.saturating_sub(1);
        }
    }
    deepest
}

/// The second reader's opinion.
#[derive(Debug)]
pub(super) struct Second {
    /// Its text, a block a line.
    pub(super) text: String,
    /// The same in one line, as the reader writes it: with other spaces where markup stands between words.
    pub(super) line: String,
    /// Its markup.
    pub(super) html: String,
    /// A date, where the page hides one.
    pub(super) day: Option<NaiveDate>,
}

/// How the second reader is asked.
#[derive(Debug, Clone, Copy)]
pub(super) enum Mood {
    /// To leave out what is in doubt.
    Strict,
    /// To take in what is in doubt.
    Bold,
}

/// Trafilatura's opinion; its text may be empty.
pub(super) fn second(html: &str, url: &Url, mood: Mood) -> Option<Second> {
    let focus = match mood {
        Mood::Strict => ExtractionFocus::FavorPrecision,
        Mood::Bold => ExtractionFocus::FavorRecall,
    };
    let options = Options::default()
        .with_fallback(true)
        .with_focus(focus)
        .with_exclude_comments(true)
        .with_html_date_mode(HtmlDateMode::Fast)
        .with_max_tree_size(MAX_SECOND_ELEMENTS)
        .with_url(url.clone());
    let found = trafilatura::extract(html, &options).ok()?;
    let blocks = markup::parse(&found.content_html).ok().map(|document| document.formatted_text().to_string());
    let blocks = blocks.filter(|blocks| !blocks.trim().is_empty());
    let text = blocks.unwrap_or_else(|| found.content_text.clone());
    Some(Second { text, line: found.content_text, html: found.content_html, day: found.metadata.date })
}
