//! A repository, or a folder of it, with its README.

use serde::Deserialize;
use serde_json::json;
use url::Url;

use super::api::Api;
use super::place::Way;
use super::{SERVICE, User};
use crate::domain::Timestamp;
use crate::extract::{
    Error, Extracted, FullTextType, MAX_DESCRIPTION, MAX_NAME, MAX_TAG, MAX_TAGS, MAX_TEXT, MAX_TITLE, Result, prose,
};
use crate::text::{charset, clean};

const WHAT: &str = "This repository";

#[derive(Deserialize)]
struct Repository {
    full_name: String,
    html_url: Option<String>,
    description: Option<String>,
    homepage: Option<String>,
    #[serde(default)]
    topics: Vec<String>,
    language: Option<String>,
    license: Option<License>,
    stargazers_count: Option<u64>,
    forks_count: Option<u64>,
    default_branch: Option<String>,
    #[serde(default)]
    archived: bool,
    #[serde(default)]
    fork: bool,
    created_at: Option<Timestamp>,
    pushed_at: Option<Timestamp>,
    owner: Option<User>,
}

#[derive(Deserialize)]
struct License {
    spdx_id: Option<String>,
}

pub(super) async fn read(api: &Api<'_>, [owner, name]: [&str; 2], folder: Option<&Way>) -> Result<Extracted> {
    let (repository, seen) = api.subject::<Repository>(&["repos", owner, name], WHAT).await?;
    let mut found = extracted(&repository);
    found.seen = Some(seen);
    if let Some(way) = folder.filter(|way| !way.path.is_empty()) {
        found.title = clean::line(&format!("{} · {}", way.shown(), repository.full_name), MAX_TITLE);
    }
    match readme(api, [owner, name], folder).await {
        Ok(readme) => {
            found.full_text_type = readme.is_some().then_some(FullTextType::Markdown);
            found.full_text = readme;
        }
        Err(error @ Error::Busy { .. }) => return Err(error),
        Err(error) => found.shortfall = Some(format!("Its README could not be read: {}", error.for_people())),
    }
    Ok(found)
}

/// The folder's README, else the repository's, if there is one.
async fn readme(api: &Api<'_>, [owner, name]: [&str; 2], folder: Option<&Way>) -> Result<Option<String>> {
    let root = api.url(&["repos", owner, name, "readme"]);
    if let Some(way) = folder {
        let mut path = vec!["repos", owner, name, "readme"];
        path.extend(way.path.iter().map(String::as_str));
        let mut url = api.url(&path);
        url.query_pairs_mut().append_pair("ref", &way.reference);
        if let Some(text) = text_at(api, &url).await? {
            return Ok(Some(text));
        }
    }
    text_at(api, &root).await
}

async fn text_at(api: &Api<'_>, url: &Url) -> Result<Option<String>> {
    match api.raw(url, "This README").await {
        Ok(page) => Ok(clean::block(&charset::decode(&page.body, None, None), MAX_TEXT)),
        Err(Error::Gone(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

fn extracted(repository: &Repository) -> Extracted {
    let line = |text: &Option<String>| text.as_deref().and_then(|text| clean::line(text, MAX_NAME));
    let mut found = Extracted {
        title: clean::line(&repository.full_name, MAX_TITLE),
        description: repository.description.as_deref().and_then(|text| clean::line(text, MAX_DESCRIPTION)),
        published_at: repository.created_at,
        tags: repository.topics.iter().filter_map(|topic| clean::line(topic, MAX_TAG)).take(MAX_TAGS).collect(),
        site_name: Some(SERVICE.into()),
        canonical_link: repository.html_url.as_deref().and_then(prose::link),
        provider_data: Some(json!({
            "type": "repository",
            "repository": clean::line(&repository.full_name, MAX_TITLE),
            "homepage": repository.homepage.as_deref().and_then(prose::link),
            "language": line(&repository.language),
            "license": repository.license.as_ref().and_then(|license| line(&license.spdx_id)),
            "stars": repository.stargazers_count,
            "forks": repository.forks_count,
            "defaultBranch": line(&repository.default_branch),
            "archived": repository.archived,
            "fork": repository.fork,
            "pushedAt": repository.pushed_at,
        })),
        ..Extracted::default()
    };
    if let Some(owner) = &repository.owner {
        owner.sign(&mut found);
    }
    found
}
