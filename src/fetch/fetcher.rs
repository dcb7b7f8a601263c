//! Follows a link, hop by hop, to its page.

use std::fmt;
use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::Response;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use rustls::ClientConfig;
use tokio::time::error::Elapsed;
use tokio::time::{Instant, timeout};
use tracing::Span;
use url::{Host, Url};

use super::attempt;
use super::body::{self, Limits};
use super::deadlines::Deadlines;
use super::error::{self, Error, Stage};
use super::guard::{Guard, Target, bare_host};
use super::hosts;
use super::memory::Memory;
use super::pace::{Pace, Rules, Visitor};
use super::page::{self, Arrival, Page};
use super::politeness::Politeness;
use super::redirect::{self, Trail};
use super::refusal::Refusal;
use super::request::Request;
use super::resolve::{Resolve, SystemResolver};
use super::retry;
use super::tls;
use crate::config;
use crate::domain::{Clock, Timestamp, metric, trace};

/// Reads pages. Cheap to clone; clones share what they know of hosts.
#[derive(Clone)]
pub struct Fetcher(Arc<Inner>);

struct Inner {
    guard: Guard,
    politeness: Politeness,
    resolver: Box<dyn Resolve>,
    tls: ClientConfig,
    user_agent: HeaderValue,
    clock: Clock,
    timeout: Duration,
    max_bytes: u64,
    max_document_bytes: u64,
}

/// Enough of an answer to tell what it is, in bytes.
const TELLING: u64 = 64 * 1024;

/// What one hop came to.
enum Step {
    Arrived(Arrival),
    SentOn(Response),
}

impl Fetcher {
    /// A fetcher that asks the operating system for addresses, and leaves hosts in peace by what it knows itself.
    ///
    /// # Errors
    /// [`Error::Setup`] when the user agent or the encryption can't be used. A machine without certificate authorities is fine.
    pub fn new(config: &config::Fetch, clock: Clock) -> Result<Self, Error> {
        Self::with_resolver(config, clock, SystemResolver)
    }

    /// A fetcher that asks the operating system for addresses, and leaves hosts in peace together with all who share `pace`.
    ///
    /// # Errors
    /// See [`Fetcher::new`].
    pub fn with_pace(config: &config::Fetch, clock: Clock, pace: impl Pace + 'static) -> Result<Self, Error> {
        Self::build(config, clock, SystemResolver, pace)
    }

    /// A fetcher that asks `resolver` for addresses.
    ///
    /// # Errors
    /// See [`Fetcher::new`].
    pub fn with_resolver(
        config: &config::Fetch,
        clock: Clock,
        resolver: impl Resolve + 'static,
    ) -> Result<Self, Error> {
        let memory = Memory::new(clock.clone());
        Self::build(config, clock, resolver, memory)
    }

    fn build(
        config: &config::Fetch,
        clock: Clock,
        resolver: impl Resolve + 'static,
        pace: impl Pace + 'static,
    ) -> Result<Self, Error> {
        let rules = Rules { concurrency: config.host_concurrency.get(), spacing: config.host_spacing };
        let user_agent = HeaderValue::from_str(&config.user_agent)
            .map_err(|source| Error::Setup { what: "user agent", source: source.into() })?;
        Ok(Self(Arc::new(Inner {
            guard: Guard::new(&config.allow_private),
            politeness: Politeness::new(pace, rules),
            resolver: Box::new(resolver),
            tls: tls::config()?,
            user_agent,
            clock,
            timeout: config.timeout,
            max_bytes: config.max_bytes,
            max_document_bytes: config.max_document_bytes,
        })))
    }

    /// Fetches what `request` names, redirects followed.
    ///
    /// A turn with a busy host is waited for a few seconds at most per hop, which come on top of the request's timeout.
    ///
    /// # Errors
    /// See [`Error`]; any final status but 2xx is one, unless it is the 304 that a conditional request asks for or the request
    /// takes any.
    #[tracing::instrument(name = "fetch.get", skip_all, err(level = "debug"),
        fields(host = bare_host(&request.url), status, size_bytes, duration_ms, redirects))]
    pub async fn get(&self, request: &Request) -> Result<Page, Error> {
        let begun = Instant::now();
        let mut trail = Trail::new(&request.url);
        let outcome = self.0.walk(request, &mut trail).await;
        let span = Span::current();
        let duration_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        span.record("redirects", trail.len()).record("duration_ms", duration_ms);
        match &outcome {
            Ok(arrival) => span.record("status", arrival.status).record("size_bytes", arrival.body.len()),
            Err(error) => span.record("status", error.status()),
        };
        count(request, &outcome, begun.elapsed());
        let arrival = outcome?;
        tracing::debug!("fetched");
        Ok(Page::new(trail.here().clone(), arrival, trail.into_hops()))
    }
}

/// What came of a request, by what was asked: a stranger's page, or a service.
fn count(request: &Request, outcome: &Result<Arrival, Error>, took: Duration) {
    let class = if request.to_service { "service" } else { "page" };
    let (word, bytes) = match outcome {
        Ok(arrival) => (error::answer_name(arrival.status), arrival.body.len()),
        Err(error) => (error.name(), 0),
    };
    metrics::counter!(metric::FETCHES, "class" => class, "outcome" => word).increment(1);
    metrics::counter!(metric::FETCH_BYTES, "class" => class).increment(bytes as u64);
    metrics::histogram!(metric::FETCH_DURATION, "class" => class).record(took);
}

impl fmt::Debug for Fetcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fetcher").field("guard", &self.0.guard).finish_non_exhaustive()
    }
}

impl Inner {
    async fn walk(&self, request: &Request, trail: &mut Trail) -> Result<Arrival, Error> {
        if request.is_malformed {
            return Err(Error::BadRequest { host: bare_host(&request.url), what: "a header" });
        }
        let deadlines = Deadlines::from(request.timeout.map_or(self.timeout, |timeout| timeout.min(self.timeout)));
        let mut left = deadlines.whole;
        let visitor = request.visitor.clone().unwrap_or_else(Visitor::passer_by);
        loop {
            let url = trail.here();
            let target = self.guard.check(url).map_err(|reason| Error::Refused { host: bare_host(url), reason })?;
            let turn = if request.to_service && trail.is_at_home() && !hosts::wants_peace(&target.host) {
                self.politeness.may_ask(&target, self.clock.now())?;
                None
            } else {
                Some(self.politeness.enter(&target, &visitor, left, deadlines.whole).await?)
            };
            let begun = Instant::now();
            let step = timeout(left, self.step(request, trail, &target, deadlines)).await;
            let spent = begun.elapsed();
            match (turn, asked_for_peace(&step, self.clock.now())) {
                (Some(turn), quiet) => self.politeness.leave(turn, quiet).await,
                (None, Some(quiet)) => self.politeness.leave_alone(&target, self.clock.now(), quiet),
                (None, None) => {}
            }
            match step {
                Ok(Ok(Step::Arrived(arrival))) => return Ok(arrival),
                Ok(Ok(Step::SentOn(response))) => {
                    trail.follow(&response, request.to_service)?;
                    if request.until.is_some_and(|is_there| is_there(trail.here())) {
                        let status = response.status().as_u16();
                        return Ok(Arrival { status, headers: HeaderMap::new(), body: Bytes::new(), is_cut: false });
                    }
                }
                Ok(Err(error)) => return Err(error),
                Err(_) => return Err(Error::Timeout { host: target.host, stage: Stage::Whole }),
            }
            left = left.saturating_sub(spent);
        }
    }

    async fn step(
        &self,
        request: &Request,
        trail: &Trail,
        target: &Target,
        deadlines: Deadlines,
    ) -> Result<Step, Error> {
        let (url, host) = (trail.here(), &target.host);
        let addresses = self.resolve(url, target, deadlines).await?;
        let addresses =
            self.guard.admit(target, &addresses).map_err(|reason| Error::Refused { host: host.clone(), reason })?;
        let checked = addresses.clone();
        let client = attempt::client(addresses, self.tls.clone(), &self.user_agent, deadlines)?;
        let mut headers = request.shared.clone();
        if trail.is_at_home() {
            headers.extend(request.private.clone());
            if request.traced {
                headers.extend(traceparent());
            }
        }
        let response = attempt::send(&client, url, headers, request.body.clone(), host, deadlines).await?;
        if response.remote_addr().is_some_and(|address| !checked.contains(&address)) {
            let reason = Refusal::Address("not one of those that were checked");
            return Err(Error::Refused { host: host.clone(), reason });
        }
        if redirect::is_redirect(&response) {
            if request.body.is_some() {
                return Err(Error::BadRedirect { host: host.clone() });
            }
            return Ok(Step::SentOn(response));
        }
        if !request.takes_status(response.status().as_u16()) {
            return Err(self.rejected(&response, target));
        }
        self.arrive(request, response, target).await
    }

    /// The one question for this hop; an address needs none.
    async fn resolve(&self, url: &Url, target: &Target, deadlines: Deadlines) -> Result<Vec<IpAddr>, Error> {
        let host = || target.host.clone();
        let name = match url.host() {
            Some(Host::Ipv4(address)) => return Ok(vec![address.into()]),
            Some(Host::Ipv6(address)) => return Ok(vec![address.into()]),
            _ => &target.host,
        };
        match timeout(deadlines.resolve, self.resolver.resolve(name)).await {
            Ok(Ok(addresses)) if addresses.is_empty() => {
                Err(Error::Dns { host: host(), source: io::Error::from(io::ErrorKind::NotFound) })
            }
            Ok(Ok(addresses)) => Ok(addresses),
            Ok(Err(source)) => Err(Error::Dns { host: host(), source }),
            Err(_) => Err(Error::Timeout { host: host(), stage: Stage::Resolve }),
        }
    }

    fn rejected(&self, response: &Response, target: &Target) -> Error {
        let status = response.status().as_u16();
        let retry_after = asked_to_wait(status, response.headers(), self.clock.now());
        Error::Status { host: target.host.clone(), status, retry_after }
    }

    async fn arrive(&self, request: &Request, response: Response, target: &Target) -> Result<Step, Error> {
        let host = target.host.as_str();
        let content_type = page::text(response.headers(), "content-type").unwrap_or_default();
        let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if !essence.is_empty() && !request.takes(&essence) {
            return Err(Error::UnsupportedType { host: host.to_owned(), content_type: essence });
        }
        let document = if request.or_document { self.max_document_bytes.max(self.max_bytes) } else { self.max_bytes };
        let asked = request.max_bytes.unwrap_or(u64::MAX);
        let page = self.max_bytes.min(asked);
        let kept = if is_text(&essence) { page } else { page.min(TELLING) };
        let limits = Limits { page, document: document.min(asked), beginning: request.or_beginning.then_some(kept) };
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let rejected = (status >= 400).then(|| self.rejected(&response, target));
        // Of an answer that says no, the no counts for more than the rest.
        let (body, is_cut) = match (body::read(response, host, limits).await, rejected) {
            (Err(_), Some(rejected)) => return Err(rejected),
            (body, _) => body?,
        };
        Ok(Step::Arrived(Arrival { status, headers, body, is_cut }))
    }
}

/// Whether an answer of this type is worth more than a look at how it begins; one that says nothing of it may be.
fn is_text(essence: &str) -> bool {
    let texts = ["", "application/xhtml+xml", "application/xml", "application/json"];
    texts.contains(&essence) || essence.starts_with("text/") || essence.ends_with("+xml") || essence.ends_with("+json")
}

/// The trace that is under way, for a host that may know it.
fn traceparent() -> Option<(HeaderName, HeaderValue)> {
    let value = HeaderValue::try_from(trace::traceparent()?).ok()?;
    Some((HeaderName::from_static(trace::TRACEPARENT), value))
}

/// For how long, when a host answered so.
fn asked_for_peace(step: &Result<Result<Step, Error>, Elapsed>, now: Timestamp) -> Option<Duration> {
    match step {
        Ok(Err(Error::Status { retry_after, .. })) => *retry_after,
        Ok(Ok(Step::Arrived(arrival))) => asked_to_wait(arrival.status, &arrival.headers, now),
        _ => None,
    }
}

/// When a host that said no wants to be asked again, if it said that.
pub(super) fn asked_to_wait(status: u16, headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    if status < 400 {
        return None;
    }
    retry::asked_by(|name| page::text(headers, name), status, now)
}
