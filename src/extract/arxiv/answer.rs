//! What arXiv tells of a paper, by its API and on the paper's page.

use serde::Deserialize;

use super::SERVICE;
use crate::domain::Timestamp;
use crate::extract::{Error, Result};
use crate::text::markup;

pub(super) const GONE: Error = Error::Gone("This paper");

/// A paper without its text.
#[derive(Debug, Default)]
pub(super) struct Paper {
    pub(super) title: String,
    pub(super) summary: String,
    pub(super) authors: Vec<String>,
    pub(super) published: Option<Timestamp>,
    pub(super) updated: Option<Timestamp>,
    pub(super) version: Option<u32>,
    pub(super) categories: Vec<String>,
    pub(super) primary_category: Option<String>,
    pub(super) doi: Option<String>,
    pub(super) journal_ref: Option<String>,
    pub(super) comment: Option<String>,
}

#[derive(Deserialize)]
struct Feed {
    #[serde(default)]
    entry: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    id: Option<String>,
    #[serde(default)]
    title: String,
    #[serde(default)]
    summary: String,
    published: Option<Timestamp>,
    updated: Option<Timestamp>,
    #[serde(default)]
    author: Vec<Author>,
    #[serde(default)]
    category: Vec<Term>,
    primary_category: Option<Term>,
    doi: Option<String>,
    journal_ref: Option<String>,
    comment: Option<String>,
}

#[derive(Deserialize)]
struct Author {
    #[serde(default)]
    name: String,
}

#[derive(Deserialize)]
struct Term {
    #[serde(rename = "@term", default)]
    term: String,
}

/// The one paper in the API's answer.
pub(super) fn of_api(body: &[u8], status: u16) -> Result<Paper> {
    let unexpected = |what: String| Error::Unexpected { service: SERVICE, what };
    if status >= 500 {
        return Err(unexpected(format!("status {status}")));
    }
    let feed: Feed = quick_xml::de::from_reader(body).map_err(|_| unexpected("no Atom".into()))?;
    let entry = feed.entry.into_iter().next().filter(|entry| entry.title.trim() != "Error").ok_or(GONE)?;
    if status >= 400 || entry.title.trim().is_empty() {
        return Err(GONE);
    }
    Ok(Paper {
        version: entry.id.as_deref().and_then(|id| id.rsplit_once('v')?.1.trim().parse().ok()),
        title: entry.title,
        summary: entry.summary,
        authors: entry.author.into_iter().map(|author| author.name).collect(),
        published: entry.published,
        updated: entry.updated,
        categories: entry.category.into_iter().map(|category| category.term).collect(),
        primary_category: entry.primary_category.map(|category| category.term),
        doi: entry.doi,
        journal_ref: entry.journal_ref,
        comment: entry.comment,
    })
}

/// What the page of a paper says for those who cite it.
pub(super) fn of_page(html: &str) -> Result<Paper> {
    let unexpected = |what: &str| Error::Unexpected { service: SERVICE, what: what.into() };
    let document = markup::parse(html).map_err(|_| unexpected("a page too complex"))?;
    let all = |name: &str| -> Vec<String> {
        let found = document.select(&format!("meta[name='citation_{name}'][content]"));
        found.iter().filter_map(|meta| meta.attr("content")).map(|content| content.to_string()).take(1_000).collect()
    };
    let one = |name: &str| all(name).into_iter().next();
    let day = |text: String| format!("{}T00:00:00Z", text.trim().replace('/', "-")).parse().ok();
    Ok(Paper {
        title: one("title").ok_or_else(|| unexpected("citation_title is missing"))?,
        summary: one("abstract").unwrap_or_default(),
        authors: all("author").iter().map(|name| first_name_first(name)).collect(),
        published: one("date").and_then(day),
        updated: one("online_date").and_then(day),
        doi: one("doi"),
        ..Paper::default()
    })
}

/// `Lovelace, Ada` is how those who cite write it.
fn first_name_first(name: &str) -> String {
    match name.split_once(',') {
        Some((last, first)) => format!("{} {}", first.trim(), last.trim()),
        None => name.to_owned(),
    }
}
