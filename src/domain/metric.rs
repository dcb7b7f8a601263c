//! The names of what is counted and measured, with their help: plain data that every room may use.
//!
//! What happens is counted where it happens; what can be looked up (depths, pools, the process) is set when somebody asks.
//! Labels come from small fixed sets: route templates, not paths; kinds, not ids; never a host, a user or a link.
//!
//! To add one: its name, kind and help in [`METRICS`], and the place that counts it. `deploy/` may refer only to these names;
//! `tests/it/metrics.rs` checks that. How they are kept and written is [`crate::telemetry::metrics`]'s business.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

/// Requests answered, by method, route and status.
pub const HTTP_REQUESTS: &str = "brainly_http_requests_total";
/// Seconds until the answer's headers, by method and route.
pub const HTTP_DURATION: &str = "brainly_http_request_duration_seconds";
/// Requests under way.
pub const HTTP_IN_FLIGHT: &str = "brainly_http_requests_in_flight";
/// Connections of clients.
pub const HTTP_CONNECTIONS: &str = "brainly_http_connections";
/// Connections that were closed for a newcomer, because they had been waited for longest.
pub const HTTP_SHED: &str = "brainly_http_connections_shed_total";
/// Connections by pool and state (`idle`, `used`).
pub const POOL_CONNECTIONS: &str = "brainly_db_pool_connections";
/// The most connections of a pool.
pub const POOL_MAX: &str = "brainly_db_pool_max_connections";
/// Seconds that a statement outside of a transaction waited for a connection.
pub const DB_WAIT: &str = "brainly_db_wait_duration_seconds";
/// Seconds that a writer waited for its transaction to begin.
pub const DB_BEGIN: &str = "brainly_db_begin_duration_seconds";
/// Whether the database answered when the metrics were asked for: 0 or 1. While it is 0, what it alone knows stands still.
pub const DB_UP: &str = "brainly_db_up";
/// Seconds that `SELECT 1` took at the last look.
pub const DB_LATENCY: &str = "brainly_db_latency_seconds";
/// Jobs by queue, kind and state.
pub const QUEUE_JOBS: &str = "brainly_queue_jobs";
/// Seconds that the oldest available job of a queue is due.
pub const QUEUE_OLDEST: &str = "brainly_queue_oldest_age_seconds";
/// Whether a queue is paused: 0 or 1.
pub const QUEUE_PAUSED: &str = "brainly_queue_paused";
/// Jobs that this process claimed, by kind.
pub const JOB_CLAIMS: &str = "brainly_job_claims_total";
/// Attempts that ended, by kind and outcome.
pub const JOBS: &str = "brainly_jobs_total";
/// Seconds that attempts took, by kind.
pub const JOB_DURATION: &str = "brainly_job_duration_seconds";
/// Requests to the outside, by class of host (`page`, `service`) and outcome.
pub const FETCHES: &str = "brainly_fetches_total";
/// Seconds that those took, by class.
pub const FETCH_DURATION: &str = "brainly_fetch_duration_seconds";
/// Bytes of bodies that were fetched, decoded, by class.
pub const FETCH_BYTES: &str = "brainly_fetch_bytes_total";
/// Texts that became vectors, by purpose (`passage`, `question`).
pub const EMBEDDED: &str = "brainly_embedded_texts_total";
/// Seconds that a batch of those took, by purpose.
pub const EMBED_DURATION: &str = "brainly_embed_duration_seconds";
/// Seconds since the last good backup was finished; not there before the first.
pub const BACKUP_AGE: &str = "brainly_backup_age_seconds";
/// 1 where the last backup to a folder or bucket failed within a week, and 0 otherwise.
pub const BACKUP_FAILING: &str = "brainly_backup_failing";
/// Always 1; the version is in the label.
pub const BUILD: &str = "brainly_build_info";

static COUNTING: AtomicBool = AtomicBool::new(false);

/// Says that from now on somebody keeps what is counted.
pub fn begin() {
    COUNTING.store(true, Ordering::Release);
}

/// Whether somebody keeps what is counted.
pub fn is_on() -> bool {
    COUNTING.load(Ordering::Acquire)
}

/// A metric without labels that is told of at every request or statement: it is looked up once.
#[derive(Debug)]
pub struct Held<T> {
    found: OnceLock<T>,
    find: fn() -> T,
}

impl<T> Held<T> {
    /// The metric that `find` finds, once there are metrics.
    pub const fn new(find: fn() -> T) -> Self {
        Self { found: OnceLock::new(), find }
    }

    /// The metric; none while nobody counts.
    pub fn get(&self) -> Option<&T> {
        is_on().then(|| self.found.get_or_init(self.find))
    }
}

/// What a metric is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Only grows.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Seconds, in buckets.
    Histogram,
}

/// Every metric of ours: name, kind, help. Those of the process (`process_*`) come from the field's own collector.
pub const METRICS: &[(&str, Kind, &str)] = &[
    (HTTP_REQUESTS, Kind::Counter, "Requests answered, by method, route and status."),
    (HTTP_DURATION, Kind::Histogram, "Seconds until the headers of the answer, by method and route."),
    (HTTP_IN_FLIGHT, Kind::Gauge, "Requests under way."),
    (HTTP_CONNECTIONS, Kind::Gauge, "Connections of clients."),
    (HTTP_SHED, Kind::Counter, "Connections that were closed for newcomers."),
    (POOL_CONNECTIONS, Kind::Gauge, "Connections to the database, by pool and state."),
    (POOL_MAX, Kind::Gauge, "The most connections that a pool opens."),
    (DB_WAIT, Kind::Histogram, "Seconds that a reader waited for a connection."),
    (DB_BEGIN, Kind::Histogram, "Seconds that a writer waited for its transaction to begin."),
    (DB_UP, Kind::Gauge, "Whether the database answered when the metrics were asked for."),
    (DB_LATENCY, Kind::Gauge, "Seconds that SELECT 1 took when the metrics were asked for."),
    (QUEUE_JOBS, Kind::Gauge, "Jobs by queue, kind and state."),
    (QUEUE_OLDEST, Kind::Gauge, "Seconds that the oldest available job of a queue is due."),
    (QUEUE_PAUSED, Kind::Gauge, "Whether a queue is paused."),
    (JOB_CLAIMS, Kind::Counter, "Jobs that this process claimed, by kind."),
    (JOBS, Kind::Counter, "Attempts that ended in this process, by kind and outcome."),
    (JOB_DURATION, Kind::Histogram, "Seconds that attempts took, by kind."),
    (FETCHES, Kind::Counter, "Requests to the outside, by class of host and outcome."),
    (FETCH_DURATION, Kind::Histogram, "Seconds that requests to the outside took, by class of host."),
    (FETCH_BYTES, Kind::Counter, "Bytes of bodies that were fetched, by class of host."),
    (EMBEDDED, Kind::Counter, "Texts that became vectors, by purpose."),
    (EMBED_DURATION, Kind::Histogram, "Seconds that a batch of texts took to become vectors, by purpose."),
    (BACKUP_AGE, Kind::Gauge, "Seconds since the last good backup was finished."),
    (
        BACKUP_FAILING,
        Kind::Gauge,
        "1 where the last backup to a folder or bucket failed within a week, and 0 otherwise.",
    ),
    (BUILD, Kind::Gauge, "Always 1; the label has the version."),
];
