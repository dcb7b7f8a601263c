//! What an operator may set: read once at start-up, checked as a whole, then plain values.
//!
//! Flags win over the environment, that over `.env` in the working directory, that over the defaults. A secret `X` may come as
//! `X_FILE`, a path. [`Config::from_sources`] answers with everything that can't work at once, and never with a secret's value.
//!
//! To add a setting: in its section's file one [`Setting`] row, one field, and the line in `read` that joins the two. Help,
//! `.env.example`, `docs/configuration.md` and `brainly config` follow from the row. To add a section: one file, one field of
//! [`Config`], one line in `Config::read`.
//!
//! Nothing else in Brainly reads the environment, and nothing here opens a database or a socket.

mod auth;
mod backup;
mod database;
mod embedding;
mod encryption;
mod environment;
mod fetch;
pub mod generate;
mod http;
mod limits;
mod log;
mod observability;
mod parse;
mod problems;
mod reader;
mod retention;
mod secret;
pub mod secret_file;
mod services;
mod setting;
mod sources;
mod value;
mod worker;

use std::path::PathBuf;

pub use auth::{Auth, Signups};
pub use backup::{Backup, Bucket, ServerSideEncryption};
pub use database::{Database, Engine};
pub use embedding::{Embedding, EmbeddingProvider};
pub use encryption::Encryption;
pub use environment::Environment;
pub use fetch::{Fetch, PrivateException};
pub use http::Http;
pub use limits::{RateLimit, RateLimits};
pub use log::{Level, Log, LogFormat};
pub use observability::{Observability, Sampler, Traces};
pub use parse::Parse;
pub use problems::{Problem, Problems};
pub use retention::Retention;
pub use secret::Secret;
pub use services::{Services, YoutubeClient};
pub use setting::{DefaultValue, Effective, Section, Setting, Source, Values};
pub use sources::Sources;
pub use worker::{Inline, Worker};

use reader::Reader;

/// Everything that is set, checked. Its `Debug` shows no secret.
#[derive(Clone, Debug)]
pub struct Config {
    /// How this instance is used.
    pub environment: Environment,
    /// Where Brainly keeps its files; not necessarily there yet.
    pub data_dir: PathBuf,
    /// Which database, and how many connections.
    pub database: Database,
    /// Where to listen and whom to believe.
    pub http: Http,
    /// Who may sign in, and with which keys tokens are signed.
    pub auth: Auth,
    /// How much one client may ask.
    pub limits: RateLimits,
    /// What is logged, and how.
    pub log: Log,
    /// Who may see what goes on.
    pub observability: Observability,
    /// How the queue is worked.
    pub worker: Worker,
    /// How links are fetched.
    pub fetch: Fetch,
    /// How what came is read.
    pub parse: Parse,
    /// The services that extractors ask.
    pub services: Services,
    /// What makes things findable by their meaning.
    pub embedding: Embedding,
    /// How long things are kept.
    pub retention: Retention,
    /// Where backups go and when they are made.
    pub backup: Backup,
    /// What looks like a mistake but can work: one sentence each, for the log at start-up.
    pub warnings: Vec<String>,
    effective: Vec<Effective>,
}

impl Config {
    /// Reads and checks every setting.
    ///
    /// Reads the files that `X_FILE` variables name; all else comes from `sources`.
    ///
    /// # Errors
    /// [`Problems`] with everything that can't work, not only the first.
    pub fn from_sources(sources: &Sources) -> Result<Self, Problems> {
        let mut from = Reader::new(sources);
        let mut config = Self::read(&mut from);
        let read = from.finish()?;
        config.effective = read.effective;
        config.warnings = read.warnings;
        Ok(config)
    }

    /// Every setting with its value and where that came from, in the order of the documentation; secrets are hidden.
    pub fn effective(&self) -> &[Effective] {
        &self.effective
    }

    /// Every setting there is, section by section.
    pub fn sections() -> Vec<Section> {
        // Reading nothing declares everything: a setting can't be read without its row.
        let nothing = Sources::default();
        let mut from = Reader::new(&nothing);
        Self::read(&mut from);
        from.into_sections()
    }

    fn read(from: &mut Reader<'_>) -> Self {
        let (environment, data_dir) = environment::read(from);
        let database = Database::read(from, &data_dir);
        let http = Http::read(from, environment);
        let auth = Auth::read(from, database.engine);
        let limits = RateLimits::read(from);
        let log = Log::read(from);
        let observability = Observability::read(from);
        let worker = Worker::read(from);
        let fetch = Fetch::read(from, http.public_url.as_ref());
        let parse = Parse::read(from);
        let services = Services::read(from);
        let embedding = Embedding::read(from);
        let retention = Retention::read(from);
        let backup = Backup::read(from, &data_dir);
        let (warnings, effective) = (Vec::new(), Vec::new());
        Self {
            environment,
            data_dir,
            database,
            http,
            auth,
            limits,
            log,
            observability,
            worker,
            fetch,
            parse,
            services,
            embedding,
            retention,
            backup,
            warnings,
            effective,
        }
    }
}
