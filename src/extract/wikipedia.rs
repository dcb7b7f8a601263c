//! Wikipedia: an article's summary, and its text without what stands around it.
//!
//! Asks the REST API of the article's own language (<https://www.mediawiki.org/wiki/Specs/Summary/1.3.0>); when its older
//! part has no page, that of the software below. Wikimedia wants to know who asks: that is `FETCH_USER_AGENT`.

use serde::Deserialize;
use serde_json::json;
use url::Url;

use super::sites::Link;
use super::{Error, Extracted, FullTextType, MAX_DESCRIPTION, MAX_NAME, MAX_TEXT, MAX_TITLE};
use super::{Reach, Result, reach};
use crate::domain::Timestamp;
use crate::fetch::Request;
use crate::text::{clean, language, markup};

const SERVICE: &str = "Wikipedia";
const GONE: Error = Error::Gone("This article");
/// What stands in an article and is no part of its text.
const SURROUNDINGS: &str = "script, style, link, template, sup.reference, .mw-ref, .mw-references-wrap, ol.references, \
    .reflist, .navbox, .vertical-navbox, .sidebar, .infobox, .metadata, .ambox, .hatnote, .toc, .mw-editsection, .noprint, \
    .authority-control, .mwe-math-fallback-image-inline, .mwe-math-fallback-image-display, annotation, [role=navigation]";

#[derive(Default, Deserialize)]
struct Summary {
    r#type: Option<String>,
    title: Option<String>,
    titles: Option<Titles>,
    description: Option<String>,
    extract: Option<String>,
    lang: Option<String>,
    thumbnail: Option<Image>,
    #[serde(rename = "originalimage")]
    original_image: Option<Image>,
    revision: Option<serde_json::Value>,
    timestamp: Option<Timestamp>,
    wikibase_item: Option<String>,
    pageid: Option<i64>,
}

#[derive(Deserialize)]
struct Titles {
    canonical: Option<String>,
    normalized: Option<String>,
}

#[derive(Deserialize)]
struct Image {
    source: Option<String>,
}

pub(super) async fn read(reach: &Reach<'_>, link: &Link<'_>) -> Result<Extracted> {
    let (language, title) = link.recognized.content_id.split_once('/').ok_or(GONE)?;
    let own = || format!("https://{language}.wikipedia.org").parse().ok();
    let base: Url = reach.services.wikipedia.clone().or_else(own).ok_or(GONE)?;
    let summary = reach::at(&base, &["api", "rest_v1", "page", "summary", title]);
    let summary: Result<Summary> = reach.ask_json(SERVICE, Request::get(&summary)).await;
    if let Err(error) = &summary
        && !may_have_moved(error)
    {
        return summary.map(|_| Extracted::default());
    }
    let text = text_of(reach, &base, title).await;
    let mut found = match (summary, text) {
        (Ok(summary), text) => {
            let mut found = of_summary(&summary, language, title);
            match text {
                Ok(text) => put_text(&mut found, Some(text)),
                Err(why) => {
                    put_text(&mut found, summary.extract.as_deref().and_then(|text| clean::block(text, MAX_TEXT)));
                    found.shortfall =
                        Some(format!("Only the article's first lines could be read: {}", why.for_people()));
                }
            }
            found
        }
        (Err(_), Ok(text)) => {
            let mut found = of_summary(&Summary::default(), language, title);
            found.description = text.lines().find_map(|line| clean::line(line, MAX_DESCRIPTION));
            put_text(&mut found, Some(text));
            found
        }
        (Err(why), Err(also)) => return Err(if is_missing(&why) && is_missing(&also) { GONE } else { why }),
    };
    found.language = found.language.or_else(|| named_by_host(language));
    Ok(found)
}

/// Whether the rest of the API may still answer: it is not that we were sent away.
fn may_have_moved(error: &Error) -> bool {
    match error {
        Error::Fetch(error) => error.status().is_some_and(|status| !matches!(status, 401 | 403 | 429)),
        other => matches!(other, Error::Unexpected { .. }),
    }
}

fn is_missing(error: &Error) -> bool {
    matches!(error, Error::Fetch(error) if matches!(error.status(), Some(404 | 410)))
}

async fn text_of(reach: &Reach<'_>, base: &Url, title: &str) -> Result<String> {
    let older = reach::at(base, &["api", "rest_v1", "page", "html", title]);
    let newer = reach::at(base, &["w", "rest.php", "v1", "page", title, "html"]);
    let page = match reach.ask(Request::get(&older).accept("text/html").any_type()).await {
        Err(error) if may_have_moved(&error) => reach.ask(Request::get(&newer).accept("text/html").any_type()).await?,
        answer => answer?,
    };
    let text = tokio::task::spawn_blocking(move || words(&String::from_utf8_lossy(&page.body))).await;
    text.ok().flatten().ok_or_else(|| Error::Unexpected { service: SERVICE, what: "an article without text".into() })
}

/// The article's paragraphs, headings, lists and tables.
fn words(html: &str) -> Option<String> {
    let Ok(document) = markup::parse(html) else { return clean::block(&markup::strip(html, MAX_TEXT), MAX_TEXT) };
    document.select(SURROUNDINGS).remove();
    clean::block(&document.body()?.formatted_text(), MAX_TEXT)
}

fn of_summary(summary: &Summary, language: &str, title: &str) -> Extracted {
    let titles = summary.titles.as_ref();
    let canonical = titles.and_then(|titles| titles.canonical.as_deref()).unwrap_or(title);
    let shown = titles.and_then(|titles| titles.normalized.as_deref()).or(summary.title.as_deref());
    let image =
        [&summary.thumbnail, &summary.original_image].into_iter().flatten().find_map(|image| image.source.as_deref());
    let is_list = summary.r#type.as_deref() == Some("disambiguation");
    let line = |text: &Option<String>, max| text.as_deref().and_then(|text| clean::line(text, max));
    Extracted {
        title: clean::line(&shown.unwrap_or(title).replace('_', " "), MAX_TITLE),
        description: line(&summary.extract, MAX_DESCRIPTION),
        thumbnail_url: image.and_then(reach::web_link),
        language: summary.lang.as_deref().and_then(language::primary_subtag),
        site_name: Some(SERVICE.into()),
        canonical_link: reach::web_link(&format!(
            "https://{language}.wikipedia.org/wiki/{}",
            canonical.replace('?', "%3F")
        )),
        provider_data: Some(json!({
            "language": language, "title": clean::line(canonical, MAX_TITLE), "type": line(&summary.r#type, MAX_NAME),
            "description": line(&summary.description, MAX_DESCRIPTION), "pageId": summary.pageid,
            "revision": revision(summary.revision.as_ref()), "revisedAt": summary.timestamp,
            "wikidata": line(&summary.wikibase_item, MAX_NAME),
        })),
        shortfall: is_list.then(|| "This page lists the articles that share a title; it is no article itself".into()),
        ..Extracted::default()
    }
}

/// A number that is written as a text.
fn revision(value: Option<&serde_json::Value>) -> Option<u64> {
    let value = value?;
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

fn put_text(found: &mut Extracted, text: Option<String>) {
    found.full_text_type = text.is_some().then_some(FullTextType::Article);
    found.full_text = text;
}

/// The language that a host names: `simple` is English, and most others are what BCP 47 calls them.
fn named_by_host(host: &str) -> Option<String> {
    if host == "simple" { Some("en".into()) } else { language::primary_subtag(host) }
}
