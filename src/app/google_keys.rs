//! Google's public keys, fetched when first needed and kept as long as Google says.
//!
//! One caller fetches, the others wait or go on with the keys that are there. How often is not for strangers to say: a
//! credential that names an unknown key makes us ask again once a minute at most, and an endpoint that failed is left
//! alone for some seconds.

use std::sync::Arc;

use chrono::TimeDelta;
use tokio::sync::{Mutex, RwLock};
use url::Url;

use crate::auth::google::{self, GoogleIdentity, GoogleKeys};
use crate::domain::{Clock, Timestamp};
use crate::fetch::{self, Fetcher};

/// How long a set counts as new, so that a key that is not in it does not exist.
const NEW_FOR: TimeDelta = TimeDelta::minutes(1);
/// How long an endpoint that failed is left alone.
const PAUSE: TimeDelta = TimeDelta::seconds(5);

/// Verifies ID tokens for one client id.
pub struct GoogleSignIn {
    client_id: String,
    certs_url: Url,
    kept: RwLock<Option<KeySet>>,
    /// Held while somebody fetches; when that last failed.
    failed_at: Mutex<Option<Timestamp>>,
}

#[derive(Clone)]
struct KeySet {
    keys: Arc<GoogleKeys>,
    fetched_at: Timestamp,
    good_until: Timestamp,
}

/// Why nobody is signed in.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The credential does not hold.
    #[error(transparent)]
    Credential(#[from] google::Error),
    /// Google's keys can't be had now; why is in the log.
    #[error("Google's keys can't be fetched")]
    Keys,
}

impl GoogleSignIn {
    /// For the application that Google knows as `client_id`, with the keys at `certs_url`.
    pub fn new(client_id: String, certs_url: Url) -> Self {
        Self { client_id, certs_url, kept: RwLock::default(), failed_at: Mutex::default() }
    }

    /// Who signed in. A key that we don't know may be new: then the keys are fetched once more.
    ///
    /// # Errors
    /// [`Error::Credential`] when the token does not hold, [`Error::Keys`] when it can't be checked now.
    pub async fn verify(&self, credential: &str, fetcher: &Fetcher, clock: &Clock) -> Result<GoogleIdentity, Error> {
        let now = clock.now();
        let verify = |set: &KeySet| google::verify(credential, &set.keys, &self.client_id, now);
        let set = self.keys(fetcher, now, |set| set.good_until > now).await?;
        match verify(&set) {
            Err(google::Error::UnknownKey) => {
                let newer = self.keys(fetcher, now, |set| now - set.fetched_at < NEW_FOR).await?;
                Ok(verify(&newer)?)
            }
            verdict => Ok(verdict?),
        }
    }

    /// The kept keys when they `will_do`, else those that Google has now.
    async fn keys(
        &self,
        fetcher: &Fetcher,
        now: Timestamp,
        will_do: impl Fn(&KeySet) -> bool,
    ) -> Result<KeySet, Error> {
        let kept = async || self.kept.read().await.clone().filter(|set| will_do(set));
        if let Some(set) = kept().await {
            return Ok(set);
        }
        let mut failed_at = self.failed_at.lock().await;
        // Whoever held the lock before us may have fetched them.
        if let Some(set) = kept().await {
            return Ok(set);
        }
        if failed_at.is_some_and(|at| now - at < PAUSE) {
            return Err(Error::Keys);
        }
        match self.fetch(fetcher, now).await {
            Ok(set) => {
                *self.kept.write().await = Some(set.clone());
                *failed_at = None;
                Ok(set)
            }
            Err(error) => {
                tracing::warn!(error, "Google's keys can't be fetched");
                *failed_at = Some(now);
                Err(Error::Keys)
            }
        }
    }

    /// Fetches the set, or says for the log why not.
    async fn fetch(&self, fetcher: &Fetcher, now: Timestamp) -> Result<KeySet, String> {
        let request = fetch::Request::get(&self.certs_url).accept("application/json").to_service();
        let page = fetcher.get(&request).await.map_err(|error| error.to_string())?;
        let keys = GoogleKeys::from_jwks(&page.body).map_err(|error| error.to_string())?;
        let good_until = now + google::max_age(page.header("cache-control"));
        Ok(KeySet { keys: Arc::new(keys), fetched_at: now, good_until })
    }
}
