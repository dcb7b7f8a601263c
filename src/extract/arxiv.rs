//! arXiv: what its API says of a paper, and the paper itself as a page or as a PDF.
//!
//! The API answers in Atom with elements of its own (<https://info.arxiv.org/help/api/user-manual.html>). It says that there is
//! no such paper with an empty feed or with an entry called "Error", and that it has had enough in plain text, each time with
//! status 200. While it is broken, a paper's own page tells nearly as much. All requests wait for their turn with the host.

mod answer;

use std::time::Duration;

use serde_json::json;
use url::Url;

use self::answer::Paper;
use super::sites::Link;
use super::{Error, Extracted, FullTextType, MAX_DESCRIPTION, MAX_NAME, MAX_TAG, MAX_TAGS, MAX_TEXT, MAX_TITLE};
use super::{Reach, Result, reach};
use crate::provider;
use crate::text::{clean, language};

const SERVICE: &str = "arXiv";
/// The most bytes of an answer about one paper.
const MAX_ANSWER: u64 = 2 * 1024 * 1024;
/// How long it is left alone when it has had enough and does not say for how long.
const REST: Duration = Duration::from_mins(1);
/// Authors whose names are kept; some experiments have thousands.
const MAX_AUTHORS: usize = 200;

pub(super) async fn read(reach: &Reach<'_>, link: &Link<'_>) -> Result<Extracted> {
    let id = &link.recognized.content_id;
    let version = provider::arxiv_version(link.source.target());
    let wanted = version.map_or_else(|| id.clone(), |version| format!("{id}v{version}"));
    let paper = match asked(reach, &wanted).await {
        Err(Error::Fetch(error)) if error.status().is_some_and(|status| status >= 500) => told(reach, &wanted).await?,
        Err(Error::Unexpected { .. }) => told(reach, &wanted).await?,
        answer => answer?,
    };
    let mut found = of_paper(&paper, id);
    match full_text(reach, &wanted).await {
        Ok(text) => with_text(&mut found, text),
        Err(why) => {
            found.shortfall =
                Some(format!("The paper itself could not be read, only its abstract: {}", why.for_people()));
        }
    }
    Ok(found)
}

/// What the API says.
async fn asked(reach: &Reach<'_>, id: &str) -> Result<Paper> {
    let mut url = reach::at(&reach.services.arxiv, &["api", "query"]);
    url.query_pairs_mut().append_pair("id_list", id).append_pair("max_results", "1");
    let request = reach.page(&url).accept("application/atom+xml").any_type().any_status().max_bytes(MAX_ANSWER);
    let page = reach.fetcher.get(&request).await?;
    if page.body.starts_with(b"Rate exceeded") || page.status == 429 {
        return Err(Error::Busy { service: SERVICE, after: REST });
    }
    answer::of_api(&page.body, page.status)
}

/// What the paper's own page says.
async fn told(reach: &Reach<'_>, id: &str) -> Result<Paper> {
    let request = reach.page(&form(reach, "abs", id)).accept("text/html").any_type().any_status().max_bytes(MAX_ANSWER);
    let page = reach.fetcher.get(&request).await?;
    match page.status {
        200..=299 => {}
        404 | 410 => return Err(answer::GONE),
        status => return Err(Error::Unexpected { service: SERVICE, what: format!("status {status}") }),
    }
    let paper = tokio::task::spawn_blocking(move || answer::of_page(&String::from_utf8_lossy(&page.body))).await;
    paper.unwrap_or_else(|_| Err(Error::Unexpected { service: SERVICE, what: "no page".into() }))
}

/// The paper as a page, which most have, or else as a PDF.
async fn full_text(reach: &Reach<'_>, id: &str) -> Result<Extracted> {
    let page = text_of(reach, &form(reach, "html", id)).await;
    match page {
        Ok(found) if found.full_text_type == Some(FullTextType::Article) => Ok(found),
        _ => text_of(reach, &form(reach, "pdf", id)).await,
    }
}

async fn text_of(reach: &Reach<'_>, url: &Url) -> Result<Extracted> {
    let page = reach.fetcher.get(&reach.page(url).accept("text/html,application/pdf").any_type()).await?;
    let found = reach.parser.read((&page).into()).await?;
    match found.wall {
        Some(wall) => Err(Error::Closed(wall.for_people())),
        None => Ok(found),
    }
}

/// Where a paper is in one of its forms. An old id has a slash.
fn form(reach: &Reach<'_>, form: &str, id: &str) -> Url {
    let segments: Vec<&str> = std::iter::once(form).chain(id.split('/')).collect();
    reach::at(&reach.services.arxiv, &segments)
}

fn of_paper(paper: &Paper, id: &str) -> Extracted {
    let summary = clean::block(&one_line_a_paragraph(&paper.summary), MAX_TEXT);
    let authors: Vec<String> =
        paper.authors.iter().filter_map(|name| clean::line(name, MAX_NAME)).take(MAX_AUTHORS).collect();
    let line = |text: &Option<String>, max| text.as_deref().and_then(|text| clean::line(text, max));
    Extracted {
        title: clean::line(&paper.title, MAX_TITLE),
        description: clean::line(&paper.summary, MAX_DESCRIPTION),
        author: in_one_line(&authors),
        published_at: paper.published,
        tags: paper.categories.iter().filter_map(|term| clean::line(term, MAX_TAG)).take(MAX_TAGS).collect(),
        language: summary.as_deref().and_then(language::detect).map(str::to_owned),
        site_name: Some(SERVICE.into()),
        canonical_link: Some(format!("https://arxiv.org/abs/{id}")),
        full_text_type: summary.is_some().then_some(FullTextType::Plain),
        full_text: summary,
        provider_data: Some(json!({
            "id": id, "version": paper.version, "updatedAt": paper.updated, "authors": authors,
            "doi": line(&paper.doi, MAX_NAME), "journalRef": line(&paper.journal_ref, MAX_TITLE),
            "comment": line(&paper.comment, MAX_TITLE), "primaryCategory": line(&paper.primary_category, MAX_TAG),
            "pdfUrl": format!("https://arxiv.org/pdf/{id}"),
        })),
        ..Extracted::default()
    }
}

fn with_text(found: &mut Extracted, text: Extracted) {
    found.full_text = text.full_text;
    found.full_text_type = text.full_text_type;
    found.reading_time_seconds = text.reading_time_seconds;
    found.reader_html = text.reader_html;
    found.language = text.language.or(found.language.take());
}

/// As many whole names as there is room for.
fn in_one_line(names: &[String]) -> Option<String> {
    let mut line = String::new();
    for name in names {
        let comma = if line.is_empty() { "" } else { ", " };
        if line.chars().count() + comma.len() + name.chars().count() > MAX_NAME - " et al.".len() {
            line.push_str(" et al.");
            break;
        }
        line.push_str(comma);
        line.push_str(name);
    }
    (!line.is_empty()).then_some(line)
}

/// Abstracts are wrapped like a letter; a line that is indented begins a paragraph.
fn one_line_a_paragraph(text: &str) -> String {
    let mut out = String::new();
    for line in text.trim().lines() {
        let begins = line.trim().is_empty() || line.starts_with("  ");
        out.push_str(if begins { "\n" } else { " " });
        out.push_str(line.trim());
    }
    out.trim().to_owned()
}
