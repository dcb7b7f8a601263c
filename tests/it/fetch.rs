//! Links of strangers: what is never fetched, what is, and what a hostile host can't do to us.
//!
//! All hosts here are on the loopback, opened by name or network as an operator would.

mod answers;
mod exceptions;
pub(crate) mod forms;
mod limits;
mod politeness;
mod posting;
mod redirects;
mod refused;
mod resolution;
mod secrecy;
mod site;

use std::num::NonZeroUsize;
use std::time::Duration;

use brainly::config::{self, PrivateException};
use brainly::domain::{Clock, Timestamp};
use brainly::fetch::{Error, Fetcher, Page, Refusal, Request};
use url::Url;

use site::Site;

const KIB: u64 = 1024;

/// Settings with room for every test: those that meet a limit set their own.
fn settings(allow_private: Vec<PrivateException>) -> config::Fetch {
    config::Fetch {
        timeout: Duration::from_mins(1),
        max_bytes: 64 * KIB,
        max_document_bytes: 64 * KIB,
        user_agent: "Brainly/test".to_owned(),
        host_concurrency: NonZeroUsize::new(2).expect("two"),
        host_spacing: Duration::ZERO,
        allow_private,
    }
}

fn open_host(name: &str, port: impl Into<Option<u16>>) -> PrivateException {
    PrivateException::Host { name: name.to_owned(), port: port.into() }
}

fn open_network(network: &str) -> PrivateException {
    PrivateException::Network(network.parse().expect("a network"))
}

fn noon() -> Timestamp {
    "2026-03-01T12:00:00Z".parse().expect("an instant")
}

fn clock() -> Clock {
    Clock::fixed(noon())
}

/// A fetcher that may reach `site` and nothing else that is private.
fn fetcher_for(site: &Site) -> Fetcher {
    fetcher(&settings(vec![site.exception()]))
}

fn fetcher(settings: &config::Fetch) -> Fetcher {
    Fetcher::new(settings, clock()).expect("a fetcher")
}

fn link(text: &str) -> Url {
    Url::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

async fn get(fetcher: &Fetcher, url: &str) -> Result<Page, Error> {
    fetcher.get(&Request::get(&link(url))).await
}

/// The error that fetching the site's `path` ends with.
async fn failure(site: &Site, path: &str) -> Error {
    get(&fetcher_for(site), &site.url(path)).await.expect_err(path)
}

#[track_caller]
fn assert_refused(outcome: Result<Page, Error>, why: &str) -> Refusal {
    match outcome {
        Err(error @ Error::Refused { reason, .. }) => {
            assert!(error.is_refused(), "{why}");
            assert!(error.for_people().ends_with("not allowed"), "{why}: {}", error.for_people());
            reason
        }
        other => panic!("{why}: expected a refusal, got {other:?}"),
    }
}
