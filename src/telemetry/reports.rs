//! Reports faults to Sentry: what is sent is chosen field by field, and its texts are scrubbed once more before they leave.
//!
//! A report is put into a queue of 30 and sent by a thread of its own; what finds it full is dropped, and no more than a hundred
//! leave in a minute, so that a database that is away costs neither time nor a quota.

use std::fmt;
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use reqwest::Client as HttpClient;
use sentry::protocol::{Context, Event, Exception, Map, TraceContext, User, Value};
use sentry::transports::ReqwestHttpTransportOptions;
use sentry::{Client, ClientOptions, Level, Transport, TransportFactory, TransportOptions};

use super::scrub::scrub;
use crate::config::Secret;
use crate::domain::fault::Fault;
use crate::domain::trace;

/// How long one report is tried to be handed over.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);
/// Reports that leave in a [`WINDOW`].
const MOST: u32 = 100;
const WINDOW: Duration = Duration::from_mins(1);

/// Who reports. Kept until the process ends: to drop it would be to wait for a server that hangs.
pub(super) struct Reports {
    client: Client,
    window: Mutex<(Instant, u32)>,
}

impl fmt::Debug for Reports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reports").finish_non_exhaustive()
    }
}

/// Reports leave with a client of ours.
struct Ours(HttpClient);

impl TransportFactory for Ours {
    fn create_transport_with_options(&self, options: TransportOptions) -> Arc<dyn Transport> {
        Arc::new(ReqwestHttpTransportOptions::from(options).with_client(self.0.clone()).build())
    }
}

impl Reports {
    /// Has faults reported to the project that `dsn` names; none when that is no DSN.
    pub(super) fn start(dsn: &Secret<String>, environment: &'static str, client: HttpClient) -> Option<&'static Self> {
        let mut options = ClientOptions::new()
            .release(concat!("brainly@", env!("CARGO_PKG_VERSION")))
            .environment(environment)
            .send_default_pii(false)
            .default_integrations(false)
            .before_send(|event| Some(scrubbed(event)))
            .transport(Ours(client));
        options.dsn = Some(dsn.expose().parse().ok()?);
        let window = Mutex::new((Instant::now(), 0));
        let reports: &'static Self = Box::leak(Box::new(Self { client: Client::with_options(options), window }));
        Some(reports)
    }

    /// Reports a fault; never blocks.
    pub(super) fn report(&self, fault: &Fault<'_>) {
        if self.may_report() {
            self.client.capture_event(event(fault), None);
        }
    }

    fn may_report(&self) -> bool {
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        if window.0.elapsed() > WINDOW {
            *window = (Instant::now(), 0);
        }
        window.1 += 1;
        window.1 <= MOST
    }

    /// Sends what is left, within `patience`.
    pub(super) fn end(&'static self, patience: Duration) {
        // Asked from another thread: with its queue full, the client would wait for a server that hangs.
        let (done, wait) = sync_channel(1);
        let asked = std::thread::Builder::new().name("reports-end".to_owned()).spawn(move || {
            self.client.flush(Some(patience));
            let _ = done.send(());
        });
        if asked.is_ok() {
            let _ = wait.recv_timeout(patience);
        }
    }
}

/// What is told of a fault: these fields, and no others.
fn event(fault: &Fault<'_>) -> Event<'static> {
    let mut event = Event { level: Level::Error, ..Event::default() };
    let mut tag = |name: &str, value: String| drop(event.tags.insert(name.to_owned(), value));
    let (kind, text) = match fault {
        Fault::Request { method, route, status, id, user, cause } => {
            tag("http.method", (*method).to_owned());
            tag("http.route", (*route).to_owned());
            tag("http.status", status.to_string());
            tag("request.id", (*id).to_owned());
            event.transaction = Some(format!("{method} {route}"));
            event.user = user.map(|user| of_user(user.to_string()));
            (format!("HTTP {status}"), cause.unwrap_or("the cause is in the log").to_owned())
        }
        Fault::Panic { place, message } => {
            tag("panic.location", (*place).to_owned());
            ("panic".to_owned(), format!("{message}, at {place}"))
        }
        Fault::Job { id, kind, attempt, owner, cause } => {
            tag("job.kind", (*kind).to_owned());
            tag("job.id", id.to_string());
            tag("job.attempt", attempt.to_string());
            event.transaction = Some(format!("job {kind}"));
            event.user = owner.map(|owner| of_user(owner.to_string()));
            (format!("job {kind} given up"), (*cause).to_owned())
        }
    };
    event.exception = vec![Exception { ty: kind, value: Some(text), ..Exception::default() }].into();
    if let Some(context) = trace_context() {
        event.contexts.insert("trace".to_owned(), context);
    }
    event
}

fn of_user(id: String) -> User {
    User { id: Some(id), ..User::default() }
}

/// The trace that is under way, so that one is found by the other.
fn trace_context() -> Option<Context> {
    let header = trace::traceparent()?;
    let mut parts = header.split('-').skip(1);
    let (trace_id, span_id) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    Some(TraceContext { trace_id, span_id, ..TraceContext::default() }.into())
}

/// The last look at what leaves: nothing of a request or a machine, and no text that was not scrubbed.
fn scrubbed(mut event: Event<'static>) -> Event<'static> {
    (event.request, event.server_name) = (None, None);
    event.breadcrumbs = Vec::new().into();
    event.extra = Map::<String, Value>::new();
    if let Some(user) = &mut event.user {
        *user = User { id: user.id.take(), ..User::default() };
    }
    event.message = event.message.as_deref().map(scrub);
    for exception in &mut event.exception.values {
        exception.value = exception.value.as_deref().map(scrub);
    }
    event
}

/// The word for an environment, as Sentry takes it.
pub(super) fn environment(environment: crate::config::Environment) -> &'static str {
    match environment {
        crate::config::Environment::Development => "development",
        crate::config::Environment::Staging => "staging",
        crate::config::Environment::Production => "production",
    }
}
