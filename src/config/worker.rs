//! How the queue is worked.

use std::num::{NonZeroU32, NonZeroUsize};
use std::time::Duration;

use super::database::Engine;
use super::reader::Reader;
use super::setting::{DefaultValue, Setting, Values};
use super::value;

/// The worker, whether inside `serve` or on its own.
#[derive(Clone, Debug)]
pub struct Worker {
    /// Whether `serve` works the queue too.
    pub inline: Inline,
    /// Jobs at a time.
    pub concurrency: NonZeroUsize,
    /// How long running jobs and requests may go on after a signal to stop; zero doesn't wait.
    pub shutdown_grace: Duration,
    /// How long requests are taken after a signal to stop; zero closes the door at once.
    pub shutdown_drain: Duration,
    /// Where `brainly worker` answers `/health` and `/metrics`, on `HOST`; nowhere when `None`. 0 takes any that is free.
    pub health_port: Option<u16>,
    /// Attempts at enriching an item before it counts as failed.
    pub max_attempts: NonZeroU32,
}

/// Whether `serve` works the queue too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inline {
    /// On SQLite, where one process is the rule.
    Auto,
    /// Always.
    On,
    /// Never: `brainly worker` runs elsewhere.
    Off,
}

impl Inline {
    /// What the setting comes to on `engine`.
    pub const fn on(self, engine: Engine) -> bool {
        match self {
            Self::Auto => matches!(engine, Engine::Sqlite),
            Self::On => true,
            Self::Off => false,
        }
    }
}

const INLINE: Setting = Setting {
    name: "WORKER_INLINE",
    default: DefaultValue::Fixed("auto"),
    values: Values::OneOf(&["auto", "on", "off"]),
    about: "Whether `brainly serve` also works the queue. `auto`: on SQLite yes, on PostgreSQL no, where `brainly worker` does.",
    secret: false,
};

const CONCURRENCY: Setting = Setting {
    name: "WORKER_CONCURRENCY",
    default: DefaultValue::Fixed("8"),
    values: Values::Between("1", "256"),
    about: "Jobs that one process works on at a time.",
    secret: false,
};

const SHUTDOWN_GRACE: Setting = Setting {
    name: "SHUTDOWN_GRACE",
    default: DefaultValue::Fixed("30s"),
    values: Values::Between("0s", "1h"),
    about: "How long running requests and jobs may go on after a signal to stop. What isn't done by then is handed back to the queue.",
    secret: false,
};

const SHUTDOWN_DRAIN: Setting = Setting {
    name: "SHUTDOWN_DRAIN",
    default: DefaultValue::Fixed("0s"),
    values: Values::Between("0s", "5m"),
    about: "How long `brainly serve` still takes requests after a signal to stop, while `/health` says 503 and every answer closes its \
            connection. Behind a proxy: longer than it keeps an idle connection and takes to notice, such as `5s`; then none is dropped.",
    secret: false,
};

const HEALTH_PORT: Setting = Setting {
    name: "WORKER_HEALTH_PORT",
    default: DefaultValue::Unset,
    values: Values::Between("0", "65535"),
    about: "The port on which `brainly worker` answers `/health`, `/health/live` and `/metrics`, at the address `HOST`. Without it, \
            it listens nowhere.",
    secret: false,
};

const MAX_ATTEMPTS: Setting = Setting {
    name: "ENRICH_MAX_ATTEMPTS",
    default: DefaultValue::Fixed("5"),
    values: Values::Between("1", "100"),
    about: "How often an item's text is tried for before it counts as `failed`. It is then kept for a look and a retry.",
    secret: false,
};

impl Worker {
    pub(super) fn read(from: &mut Reader<'_>) -> Self {
        from.section("Worker");
        Self {
            inline: from.value(&INLINE, value::choice(&INLINE, &[Inline::Auto, Inline::On, Inline::Off])),
            concurrency: from.value(&CONCURRENCY, value::within(&CONCURRENCY, value::number)),
            shutdown_grace: from.value(&SHUTDOWN_GRACE, value::within(&SHUTDOWN_GRACE, value::duration)),
            shutdown_drain: from.value(&SHUTDOWN_DRAIN, value::within(&SHUTDOWN_DRAIN, value::duration)),
            health_port: from.optional(&HEALTH_PORT, value::within(&HEALTH_PORT, value::number)),
            max_attempts: from.value(&MAX_ATTEMPTS, value::within(&MAX_ATTEMPTS, value::number)),
        }
    }
}
