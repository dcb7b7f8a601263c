//! [`App`]: everything that actions need, built once and cheap to clone.

use std::ops::Deref;
use std::sync::Arc;

use crate::auth::{jwt, password};
use crate::config::{Config, Secret, secret_file};
use crate::db::{self, Db};
use crate::domain::{Clock, Timestamp};
use crate::embed::{self, Models};
use crate::extract::Parser;
use crate::fetch::{self, Fetcher};
use crate::queue::Wake;
use crate::store::index::meaning::Memory;
use crate::telemetry;

mod google_keys;
pub mod limiter;
mod pace;

pub use google_keys::{Error as GoogleError, GoogleSignIn};
use limiter::Limiter;
use pace::SharedPace;

/// The parts of a running Brainly. Derefs to [`Parts`].
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What an [`App`] is made of.
pub struct Parts {
    /// The database.
    pub db: Db,
    /// What time it is.
    pub clock: Clock,
    /// What the operator set.
    pub config: Config,
    /// The way out to the network.
    pub fetcher: Fetcher,
    /// Reads what came from there.
    pub parser: Parser,
    /// The models of meaning.
    pub models: Models,
    /// Vectors of large accounts.
    pub memory: Memory,
    /// Hashes and verifies passwords.
    pub passwords: password::PasswordHasher,
    /// Signs and verifies session tokens.
    pub tokens: jwt::Keys,
    /// Google's keys, when sign-in with Google is on.
    pub google: Option<GoogleSignIn>,
    /// Tells waiting workers that there is a job.
    pub wake: Wake,
    /// What is left of each client's rate limits.
    pub limiter: Limiter,
    /// When this process was ready to begin.
    pub started_at: Timestamp,
}

/// Why an [`App`] can't be built.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database can't be opened.
    #[error("the database can't be opened")]
    Database(#[from] db::Error),
    /// The secret that signs tokens can't be kept.
    #[error("the secret for session tokens can't be read from or written to the data directory")]
    SecretFile(#[source] std::io::Error),
    /// The secret that signs tokens is not good enough.
    #[error(transparent)]
    Secret(#[from] jwt::Error),
    /// Password hashing can't be set up.
    #[error("password hashing can't be set up")]
    Passwords(#[from] password::Error),
    /// The HTTP client can't be set up.
    #[error("the HTTP client can't be set up")]
    Fetch(#[from] fetch::Error),
    /// The model of meaning can't be used.
    #[error("the embedding model can't be used")]
    Embedding(#[from] embed::Error),
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl App {
    /// Opens the database that `config` names and builds the rest around it.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn open(config: Config, clock: Clock) -> Result<Self, Error> {
        let db = Db::open(config.database.url.expose(), config.database.pool_max).await?;
        db.set_right(&clock).await?;
        Self::with_db(config, clock, db)
    }

    /// Builds the rest around a database that is open already.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn with_db(config: Config, clock: Clock, db: Db) -> Result<Self, Error> {
        if config.observability.metrics {
            telemetry::metrics::init();
        }
        let pace = SharedPace::new(db.clone(), clock.clone());
        let fetcher = Fetcher::with_pace(&config.fetch, clock.clone(), pace)?;
        let models = Models::new(&config.embedding, &config.fetch, &clock)?;
        let memory = Memory::new(usize::try_from(config.embedding.memory).unwrap_or(usize::MAX));
        let tokens = jwt::Keys::new(
            jwt_secret(&config)?.expose().as_bytes(),
            config.auth.jwt_secret_previous.as_ref().map(|secret| secret.expose().as_bytes()),
            config.auth.jwt_ttl,
        )?;
        let passwords = password::PasswordHasher::new(password::default_concurrency())?;
        let google = config
            .auth
            .google_client_id
            .as_ref()
            .map(|client| GoogleSignIn::new(client.clone(), config.auth.google_certs_url.clone()));
        let (wake, limiter, started_at) = (Wake::default(), Limiter::default(), clock.now());
        let parser = Parser::new(&config.parse);
        let parts = Parts {
            db,
            clock,
            config,
            fetcher,
            parser,
            models,
            memory,
            passwords,
            tokens,
            google,
            wake,
            limiter,
            started_at,
        };
        Ok(Self(Arc::new(parts)))
    }
}

/// The configured secret, or the one that is kept in the data directory (made at the first start).
fn jwt_secret(config: &Config) -> Result<Secret<String>, Error> {
    match &config.auth.jwt_secret {
        Some(secret) => Ok(secret.clone()),
        None => secret_file::load_or_create(&config.data_dir).map_err(Error::SecretFile),
    }
}
