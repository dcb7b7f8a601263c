//! What a page says about itself in JSON-LD (schema.org), however clumsily.
//!
//! Bounded: blocks of more than a megabyte, more than a thousand nodes, and nesting beyond what `serde_json` follows
//! are left aside. A block that is not JSON is mended once, then left aside as well.

use dom_query::Document;
use serde_json::{Map, Value};

use crate::text;
use crate::text::markup::decode_entities;

/// The largest block that is read, in bytes.
const MAX_BLOCK: usize = 1024 * 1024;
/// The most blocks of a page.
const MAX_BLOCKS: usize = 20;
/// The most nodes of a page.
const MAX_NODES: usize = 1_000;
/// The most values that are taken from a list.
const MAX_VALUES: usize = 50;
/// What a page says that not everybody may read.
const FREE: &str = "isAccessibleForFree";
/// Where nodes hold other nodes about the same page.
const NESTS: [&str; 3] = ["@graph", "mainEntity", "mainEntityOfPage"];
/// Types that are a work of their own, better ones first. A `WebPage` only stands around one.
const TYPES: [&[&str]; 3] = [
    &["Article", "BlogPosting", "SocialMediaPosting", "Report", "LiveBlogPosting", "DiscussionForumPosting", "Review"],
    &[
        "Recipe",
        "VideoObject",
        "Book",
        "Product",
        "Event",
        "Course",
        "QAPage",
        "HowTo",
        "CreativeWork",
        "PodcastEpisode",
    ],
    &["WebPage", "AboutPage", "ItemPage", "ProfilePage"],
];

/// All nodes of a page's JSON-LD, the one that is about the page first known.
#[derive(Default)]
pub(super) struct JsonLd {
    nodes: Vec<Map<String, Value>>,
    /// Index of the node about the page, and its rank among [`TYPES`].
    main: Option<(usize, usize)>,
}

impl JsonLd {
    pub(super) fn read(document: &Document) -> Self {
        let mut found = Self::default();
        for script in document.select("script[type*='ld+json' i]").iter().take(MAX_BLOCKS) {
            found.collect(parse(&script.text()));
        }
        let ranks = found.nodes.iter().enumerate().filter_map(|(i, node)| Some((rank(node)?, i)));
        found.main = ranks.min().map(|(rank, i)| (i, rank));
        found
    }

    fn collect(&mut self, block: Option<Value>) {
        let mut waiting: Vec<Value> = block.into_iter().collect();
        while let Some(value) = waiting.pop() {
            if self.nodes.len() >= MAX_NODES {
                return;
            }
            match value {
                Value::Array(values) => waiting.extend(values.into_iter().take(MAX_NODES).rev()),
                Value::Object(mut node) => {
                    waiting.extend(NESTS.iter().filter_map(|nest| node.remove(*nest)));
                    self.nodes.push(node);
                }
                _ => {}
            }
        }
    }

    fn main(&self) -> Option<&Map<String, Value>> {
        self.main.map(|(i, _)| &self.nodes[i])
    }

    /// Is the page's node an article, or what is read like one?
    pub(super) fn is_article(&self) -> bool {
        self.main.is_some_and(|(_, rank)| rank == 0)
    }

    /// Does the page say that not everybody may read all of it, or a part of it?
    pub(super) fn is_closed(&self) -> bool {
        let says_no = |free: Option<&Value>| match free {
            Some(Value::Bool(free)) => !free,
            Some(Value::String(free)) => free.rsplit('/').next().is_some_and(|word| word.eq_ignore_ascii_case("false")),
            _ => false,
        };
        says_no(self.main().and_then(|node| node.get(FREE)))
            || self.each("hasPart").iter().any(|part| says_no(part.get(FREE)))
    }

    /// How many words the whole text has, where the page says so.
    pub(super) fn words(&self) -> Option<u64> {
        let node = self.main()?;
        match node.get("wordCount") {
            Some(Value::Number(words)) => words.as_u64(),
            Some(Value::String(words)) => words.trim().parse().ok(),
            _ => Some(text::bare::words(node.get("articleBody")?.as_str()?).count() as u64),
        }
    }

    /// The headline of the work; a mere page's name often holds the site's, so it is not asked.
    pub(super) fn headline(&self) -> Option<String> {
        let work = self.main().filter(|_| self.main.is_some_and(|(_, rank)| rank + 1 < TYPES.len()))?;
        self.text(work.get("headline")).or_else(|| self.text(work.get("name")))
    }

    /// The text of one property of the page's node.
    pub(super) fn property(&self, name: &str) -> Option<String> {
        self.text(self.main()?.get(name))
    }

    /// The names of people or organisations under `name`.
    pub(super) fn names(&self, name: &str) -> Vec<String> {
        self.each(name).into_iter().filter_map(|value| self.text(Some(value))).collect()
    }

    /// The first link under `name`: a text, or the `url` of an object.
    pub(super) fn link(&self, name: &str) -> Option<&str> {
        self.each(name).into_iter().find_map(|value| match value {
            Value::String(link) => Some(link.as_str()),
            node => ["url", "contentUrl"].iter().find_map(|key| self.named(node, key)?.as_str()),
        })
    }

    fn each(&self, name: &str) -> Vec<&Value> {
        match self.main().and_then(|node| node.get(name)) {
            Some(Value::Array(values)) => values.iter().take(MAX_VALUES).collect(),
            Some(value) => vec![value],
            None => Vec::new(),
        }
    }

    /// A text, or the name of an object.
    fn text(&self, value: Option<&Value>) -> Option<String> {
        let text = match value? {
            Value::String(text) => text,
            Value::Array(values) => return values.iter().take(MAX_VALUES).find_map(|one| self.text(Some(one))),
            node @ Value::Object(_) => ["name", "@value"].iter().find_map(|key| self.named(node, key)?.as_str())?,
            _ => return None,
        };
        Some(decode_entities(text)).filter(|text| !text.trim().is_empty())
    }

    /// What an object says under `key`, itself or where it stands in full under its `@id`.
    fn named<'a>(&'a self, node: &'a Value, key: &str) -> Option<&'a Value> {
        let own = node.get(key);
        own.or_else(|| self.by_id(node.get("@id")?.as_str()?)?.get(key))
    }

    fn by_id(&self, id: &str) -> Option<&Map<String, Value>> {
        self.nodes.iter().find(|node| node.len() > 1 && node.get("@id").and_then(Value::as_str) == Some(id))
    }
}

/// How good a description of the page is this node? Lower is better.
fn rank(node: &Map<String, Value>) -> Option<usize> {
    let types: Vec<&str> = match node.get("@type")? {
        Value::String(one) => vec![one],
        Value::Array(many) => many.iter().take(MAX_VALUES).filter_map(Value::as_str).collect(),
        _ => return None,
    };
    let local = |name: &str| name.rsplit(['/', ':', '#']).next().unwrap_or_default().to_owned();
    types.iter().filter_map(|name| position(&local(name))).min()
}

fn position(name: &str) -> Option<usize> {
    // `NewsArticle`, `TechArticle`, `ScholarlyArticle`, … are all articles.
    TYPES.iter().position(|types| types.contains(&name)).or_else(|| name.ends_with("Article").then_some(0))
}

fn parse(text: &str) -> Option<Value> {
    let text = text.trim();
    if text.len() > MAX_BLOCK {
        return None;
    }
    serde_json::from_str(text)
        .or_else(|_| serde_json::from_str(&mend(text)))
        .or_else(|_| serde_json::from_str(&mend(&decode_entities(text))))
        .ok()
}

/// Drops CDATA and comment marks around the JSON and commas before a closing bracket; escapes line breaks in strings.
fn mend(text: &str) -> String {
    let text = text.replace("<![CDATA[", "").replace("]]>", "");
    let start = text.find(['{', '[']).unwrap_or(0);
    let end = text.rfind(['}', ']']).map_or(text.len(), |at| at + 1);
    let text = text.get(start..end).unwrap_or_default();
    let mut out = String::with_capacity(text.len());
    let (mut in_string, mut escaped) = (false, false);
    for c in text.chars() {
        if in_string {
            push_escaped(&mut out, c);
            in_string = escaped || c != '"';
            escaped = !escaped && c == '\\';
            continue;
        }
        if matches!(c, '}' | ']') {
            let before = out.trim_end().len();
            if out[..before].ends_with(',') {
                out.truncate(before - 1);
            }
        }
        in_string = c == '"';
        out.push(c);
    }
    out
}

/// What stands raw in a string although JSON wants it escaped.
fn push_escaped(out: &mut String, c: char) {
    match c {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        c if c.is_control() => out.push(' '),
        c => out.push(c),
    }
}
