//! A file of a repository, as it is there.

use serde_json::json;
use url::Url;

use super::SERVICE;
use super::api::Api;
use super::place::Way;
use crate::extract::{Error, Extracted, FullTextType, MAX_NAME, MAX_TEXT, MAX_TITLE, Raw, Result, prose};
use crate::text::{charset, clean};

const WHAT: &str = "This file";
/// How far a file is looked at to tell whether it is text, in bytes; as git does.
const LOOK: usize = 8_000;

pub(super) async fn read(api: &Api<'_>, [owner, name]: [&str; 2], ways: &[Way], link: &Url) -> Result<Extracted> {
    for way in ways {
        let mut path = vec!["repos", owner, name, "contents"];
        path.extend(way.path.iter().map(String::as_str));
        let mut url = api.url(&path);
        url.query_pairs_mut().append_pair("ref", &way.reference);
        let (page, seen) = match api.raw_subject(&url, WHAT).await {
            Err(Error::Gone(_)) => continue,
            other => other?,
        };
        let mut found = content(api, &page.body, way, link).await?;
        let of = format!("{owner}/{name}");
        found.title = found.title.or_else(|| clean::line(&format!("{} · {of}", way.shown()), MAX_TITLE));
        found.author = found.author.or_else(|| clean::line(owner, MAX_NAME));
        found.author_url = found.author_url.or_else(|| prose::link(api.page(&[owner]).as_str()));
        found.site_name = Some(SERVICE.into());
        found.provider_data = Some(json!({
            "type": "file", "repository": of, "path": way.shown(), "reference": way.reference,
        }));
        found.seen = Some(seen);
        return Ok(found);
    }
    Err(Error::Gone(WHAT))
}

/// Text as it was written; of anything else what its format tells.
async fn content(api: &Api<'_>, body: &bytes::Bytes, way: &Way, link: &Url) -> Result<Extracted> {
    let start = &body[..body.len().min(LOOK)];
    if start.contains(&0) || start.starts_with(b"%PDF-") {
        let raw = Raw { body: body.clone(), content_type: None, url: link.clone() };
        return Ok(api.reach.parser.read(raw).await?);
    }
    let full_text = clean::block(&charset::decode(body, None, None), MAX_TEXT);
    let kind = way.path.last().map_or(FullTextType::Plain, |name| type_of(name));
    Ok(Extracted { full_text_type: full_text.is_some().then_some(kind), full_text, ..Extracted::default() })
}

/// What sort of text a file of this name holds.
pub(super) fn type_of(name: &str) -> FullTextType {
    let is_markdown = [".md", ".markdown", ".mdown", ".mkd"].iter().any(|end| name.to_ascii_lowercase().ends_with(end));
    if is_markdown { FullTextType::Markdown } else { FullTextType::Plain }
}
