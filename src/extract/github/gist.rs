//! A gist: its files, one after the other, and what was said of them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Deserialize;
use serde_json::json;

use super::api::Api;
use super::file::type_of;
use super::{SERVICE, User, comments};
use crate::domain::Timestamp;
use crate::extract::{Extracted, FullTextType, MAX_DESCRIPTION, MAX_NAME, MAX_TEXT, MAX_TITLE, Result, prose};
use crate::text::{charset, clean};

const WHAT: &str = "This gist";
/// Files that are fetched by themselves, since GitHub gives only their beginning.
const MAX_FETCHED: usize = 10;

#[derive(Deserialize)]
struct Gist {
    description: Option<String>,
    html_url: Option<String>,
    #[serde(default)]
    files: BTreeMap<String, File>,
    owner: Option<User>,
    created_at: Option<Timestamp>,
    #[serde(default)]
    comments: u64,
    /// There are more files than GitHub names.
    #[serde(default)]
    truncated: bool,
}

#[derive(Deserialize)]
struct File {
    language: Option<String>,
    raw_url: Option<String>,
    #[serde(default)]
    truncated: bool,
    content: Option<String>,
}

pub(super) async fn read(api: &Api<'_>, id: &str) -> Result<Extracted> {
    let (mut gist, seen) = api.subject::<Gist>(&["gists", id], WHAT).await?;
    let is_whole = complete(api, &mut gist).await && !gist.truncated;
    let mut found = Extracted { seen: Some(seen), ..extracted(&gist) };
    let (mut text, kind) = match gist.files.iter().next() {
        Some((name, file)) if gist.files.len() == 1 => (file.content.clone().unwrap_or_default(), type_of(name)),
        _ => (all_files(&gist), FullTextType::Markdown),
    };
    comments::add(api, &["gists", id, "comments"], gist.comments, &mut text, &mut found).await?;
    found.full_text = clean::block(&text, MAX_TEXT);
    found.full_text_type = found.full_text.is_some().then_some(kind);
    if !is_whole {
        found.shortfall = Some("Some of its files could not be read whole".into());
    }
    Ok(found)
}

/// Fetches the files of which GitHub gave the beginning; whether all of them are whole now. Where they are is a link of
/// the answer's, so it is fetched like any stranger's.
async fn complete(api: &Api<'_>, gist: &mut Gist) -> bool {
    let mut is_whole = true;
    let truncated = gist.files.values_mut().filter(|file| file.truncated);
    for (fetched, file) in truncated.enumerate() {
        let Some(url) = file.raw_url.as_deref().and_then(|url| url.parse().ok()).filter(|_| fetched < MAX_FETCHED)
        else {
            is_whole = false;
            continue;
        };
        match api.reach.fetcher.get(&api.reach.page(&url)).await {
            Ok(page) => file.content = Some(charset::decode(&page.body, None, None)),
            Err(_) => is_whole = false,
        }
    }
    is_whole
}

fn extracted(gist: &Gist) -> Extracted {
    let first = gist.files.keys().next().and_then(|name| clean::line(name, MAX_TITLE));
    let description = gist.description.as_deref().and_then(|text| clean::line(text, MAX_DESCRIPTION));
    let languages: Vec<String> = gist.files.values().filter_map(|file| file.language.clone()).collect();
    let mut found = Extracted {
        title: description.as_deref().and_then(|text| clean::line(text, MAX_TITLE)).or(first),
        description,
        published_at: gist.created_at,
        site_name: Some(SERVICE.into()),
        canonical_link: gist.html_url.as_deref().and_then(prose::link),
        provider_data: Some(json!({
            "type": "gist",
            "files": gist.files.keys().filter_map(|name| clean::line(name, MAX_NAME)).collect::<Vec<_>>(),
            "languages": languages.iter().filter_map(|name| clean::line(name, MAX_NAME)).collect::<Vec<_>>(),
            "comments": gist.comments,
        })),
        ..Extracted::default()
    };
    if let Some(owner) = &gist.owner {
        owner.sign(&mut found);
    }
    found
}

/// Each file under its name: Markdown as it is, everything else as code.
fn all_files(gist: &Gist) -> String {
    let mut text = String::new();
    for (name, file) in &gist.files {
        let content = file.content.as_deref().unwrap_or_default();
        if text.len() > MAX_TEXT {
            break;
        }
        if type_of(name) == FullTextType::Markdown {
            let _ = write!(text, "## {name}\n\n{content}\n\n");
        } else {
            let fence = fence(content);
            let _ = write!(text, "## {name}\n\n{fence}\n{content}\n{fence}\n\n");
        }
    }
    text
}

/// More backticks than stand anywhere in a row.
fn fence(content: &str) -> String {
    let longest = content.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    "`".repeat((longest + 1).max(3))
}
