//! How GitHub is asked, and what its refusals mean.

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderName};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use url::Url;

use super::SERVICE;
use crate::extract::{Error, Reach, Result, Seen, reach};
use crate::fetch::{self, Page, Request};

const VERSION: HeaderName = HeaderName::from_static("x-github-api-version");
const JSON: &str = "application/vnd.github+json";
const RAW: &str = "application/vnd.github.raw+json";
/// How long we stay away when GitHub wants that and does not say how long, as its documentation advises; and at most.
const REST: Duration = Duration::from_mins(1);
const LONGEST_REST: Duration = Duration::from_hours(1);

/// The way to GitHub's API.
pub(super) struct Api<'a> {
    pub(super) reach: &'a Reach<'a>,
}

/// Whether an answer is of interest when nothing has changed since the link was last read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum When {
    Always,
    Changed,
}

impl<'a> Api<'a> {
    pub(super) const fn new(reach: &'a Reach<'a>) -> Self {
        Self { reach }
    }

    /// What the link is about, and its state. `what` it is, as in "This repository".
    ///
    /// # Errors
    /// [`Error::Unchanged`] when it is as [`Reach::seen`] says; see [`Api::json`].
    pub(super) async fn subject<T: DeserializeOwned>(&self, path: &[&str], what: &'static str) -> Result<(T, Seen)> {
        let page = self.get(&self.url(path), JSON, When::Changed, what).await?;
        Ok((reach::json(SERVICE, &page.body)?, seen(&page)))
    }

    /// What belongs to it.
    ///
    /// # Errors
    /// [`Error::Gone`] when there is none, or it is private; [`Error::Busy`] when the hour's questions are used up.
    pub(super) async fn json<T: DeserializeOwned>(&self, url: &Url, what: &'static str) -> Result<T> {
        let page = self.get(url, JSON, When::Always, what).await?;
        reach::json(SERVICE, &page.body)
    }

    /// A text as it was written.
    ///
    /// # Errors
    /// See [`Api::json`].
    pub(super) async fn raw(&self, url: &Url, what: &'static str) -> Result<Page> {
        self.get(url, RAW, When::Always, what).await
    }

    /// The same, if it has changed.
    ///
    /// # Errors
    /// See [`Api::subject`].
    pub(super) async fn raw_subject(&self, url: &Url, what: &'static str) -> Result<(Page, Seen)> {
        let page = self.get(url, RAW, When::Changed, what).await?;
        let seen = seen(&page);
        Ok((page, seen))
    }

    /// The answer to a GraphQL question; `None` without a token, or with one that GitHub refuses.
    ///
    /// # Errors
    /// See [`Api::json`]. What GraphQL calls an error is part of the answer.
    pub(super) async fn query(&self, query: &str, variables: &Value, what: &'static str) -> Result<Option<Value>> {
        if self.reach.services.github_token.is_none() {
            return Ok(None);
        }
        let question = Request::post_json(
            &graphql(&self.reach.services.github_api),
            &json!({
                "query": query, "variables": variables,
            }),
        );
        let page = self.reach.ask(self.signed(question.any_type().any_status())).await?;
        if page.status == 401 {
            return Ok(None);
        }
        let page = self.checked(page, what)?;
        let answer: Value = reach::json(SERVICE, &page.body)?;
        let refused =
            |kind| answer["errors"].as_array().is_some_and(|all| all.iter().any(|error| error["type"] == kind));
        if refused("RATE_LIMITED") {
            return Err(busy(self.rest(&page).unwrap_or(REST)));
        }
        if refused("NOT_FOUND") {
            return Err(Error::Gone(what));
        }
        Ok(Some(answer))
    }

    pub(super) fn url(&self, path: &[&str]) -> Url {
        reach::at(&self.reach.services.github_api, path)
    }

    /// Where people see what the API tells.
    pub(super) fn page(&self, path: &[&str]) -> Url {
        let mut url = self.reach.services.github_api.clone();
        if let Some(base) = url.path().trim_end_matches('/').strip_suffix("/api/v3").map(str::to_owned) {
            url.set_path(&base);
        } else if let Some(host) = url.domain().and_then(|host| host.strip_prefix("api.")).map(str::to_owned) {
            // A host that was part of one can be one; if not, the page is not found.
            let _ = url.set_host(Some(&host));
        }
        reach::at(&url, path)
    }

    async fn get(&self, url: &Url, accept: &str, when: When, what: &'static str) -> Result<Page> {
        let mut request = Request::get(url).accept(accept).any_type().any_status().header(VERSION, "2022-11-28");
        if let (When::Changed, Some(etag)) = (when, self.reach.seen.as_ref().and_then(|seen| seen.etag.as_deref())) {
            request = request.if_none_match(etag);
        }
        let mut page = self.reach.ask(self.signed(request.clone())).await?;
        if page.status == 401 && self.reach.services.github_token.is_some() {
            tracing::warn!("GITHUB_TOKEN is refused by GitHub, and left out");
            page = self.reach.ask(request).await?;
        }
        self.checked(page, what)
    }

    fn signed(&self, request: Request) -> Request {
        match &self.reach.services.github_token {
            Some(token) => request.header(AUTHORIZATION, &format!("Bearer {}", token.expose())),
            None => request,
        }
    }

    fn checked(&self, page: Page, what: &'static str) -> Result<Page> {
        match page.status {
            200..=299 => Ok(page),
            404 | 410 => Err(Error::Gone(what)),
            451 => Err(Error::Closed("GitHub shows this no longer, for legal reasons".into())),
            401 | 403 | 429 => Err(match self.rest(&page) {
                Some(after) => busy(after),
                None => Error::Closed("GitHub does not let Brainly read this".into()),
            }),
            status => {
                let host = page.final_url.host_str().unwrap_or_default().to_owned();
                Err(fetch::Error::Status { host, status, retry_after: None }.into())
            }
        }
    }

    /// For how long GitHub wants to be left alone, if that is what it says.
    fn rest(&self, page: &Page) -> Option<Duration> {
        let number = |name| page.header(name).and_then(|text| text.trim().parse::<u64>().ok());
        if let Some(seconds) = number("retry-after") {
            return Some(Duration::from_secs(seconds));
        }
        if number("x-ratelimit-remaining") == Some(0) {
            let now = u64::try_from(self.reach.now.timestamp()).unwrap_or_default();
            let left = number("x-ratelimit-reset").map_or(REST.as_secs(), |reset| reset.saturating_sub(now) + 1);
            return Some(Duration::from_secs(left));
        }
        let says_so = String::from_utf8_lossy(&page.body).to_ascii_lowercase().contains("rate limit");
        (page.status == 429 || says_so).then_some(REST)
    }
}

fn busy(after: Duration) -> Error {
    Error::Busy { service: SERVICE, after: after.clamp(Duration::from_secs(1), LONGEST_REST) }
}

fn seen(page: &Page) -> Seen {
    Seen { etag: page.etag.clone(), last_modified: None }
}

/// GraphQL stands beside the REST API; on GitHub Enterprise one step above.
fn graphql(api: &Url) -> Url {
    let mut url = api.clone();
    if let Some(base) = url.path().trim_end_matches('/').strip_suffix("/v3").map(str::to_owned) {
        url.set_path(&base);
    }
    reach::at(&url, &["graphql"])
}
