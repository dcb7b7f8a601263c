//! oEmbed: what a site says of a page for those who would embed it (<https://oembed.com>).
//!
//! What it would have embedded is a stranger's HTML: of it no more than words are ever taken.

use serde::Deserialize;
use url::Url;

use super::{Extracted, MAX_NAME, MAX_TEXT, MAX_TITLE, Reach, Result, reach};
use crate::fetch::Request;
use crate::text::{clean, markup};

/// The most bytes of an answer.
const MAX_ANSWER: u64 = 256 * 1024;

/// An answer. Services leave out what they please.
#[derive(Default, Deserialize)]
pub(super) struct OEmbed {
    #[serde(default)]
    title: Option<serde_json::Value>,
    #[serde(default)]
    author_name: Option<serde_json::Value>,
    #[serde(default)]
    author_url: Option<serde_json::Value>,
    #[serde(default)]
    thumbnail_url: Option<serde_json::Value>,
    #[serde(default)]
    provider_name: Option<serde_json::Value>,
    #[serde(default)]
    html: Option<serde_json::Value>,
}

impl OEmbed {
    /// Asks `service`, whose address is a setting, for `page`.
    pub(super) async fn of_service(reach: &Reach<'_>, service: &'static str, at: &Url, page: &str) -> Result<Self> {
        let mut url = at.clone();
        url.query_pairs_mut().append_pair("url", page).append_pair("format", "json");
        reach.ask_json(service, Request::get(&url).max_bytes(MAX_ANSWER)).await
    }

    /// Asks where a page says that it can be asked.
    pub(super) async fn of_page(reach: &Reach<'_>, at: &Url) -> Result<Self> {
        let request =
            reach.page(at).accept("application/json+oembed,application/json").any_type().max_bytes(MAX_ANSWER);
        reach::json("oEmbed", &reach.fetcher.get(&request).await?.body)
    }

    /// The words of what would be embedded.
    pub(super) fn words(&self) -> Option<String> {
        clean::block(&markup::strip(text(self.html.as_ref())?, MAX_TEXT), MAX_TEXT)
    }

    /// Puts what it says where `found` says nothing.
    pub(super) fn fill(&self, found: &mut Extracted) {
        let line = |value: &Option<serde_json::Value>, max| clean::line(text(value.as_ref())?, max);
        found.title = found.title.take().or_else(|| line(&self.title, MAX_TITLE));
        if found.author.is_none() {
            found.author = line(&self.author_name, MAX_NAME);
            found.author_url = found.author_url.take().or_else(|| link(self.author_url.as_ref()));
        }
        found.thumbnail_url = found.thumbnail_url.take().or_else(|| link(self.thumbnail_url.as_ref()));
        found.site_name = found.site_name.take().or_else(|| line(&self.provider_name, MAX_NAME));
    }
}

fn text(value: Option<&serde_json::Value>) -> Option<&str> {
    value?.as_str()
}

fn link(value: Option<&serde_json::Value>) -> Option<String> {
    reach::web_link(text(value)?.trim())
}
