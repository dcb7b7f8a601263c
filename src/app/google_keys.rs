//! Google's public keys, fetched when first needed and kept as long as Google says.

use tokio::sync::Mutex;
use url::Url;

use crate::auth::google::{self, GoogleIdentity, GoogleKeys};
use crate::domain::{Clock, Timestamp};
use crate::fetch::{self, Fetcher};

/// Verifies ID tokens for one client id.
pub struct GoogleSignIn {
    client_id: String,
    certs_url: Url,
    kept: Mutex<Option<(GoogleKeys, Timestamp)>>,
}

/// Why nobody is signed in.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The credential does not hold.
    #[error(transparent)]
    Credential(#[from] google::Error),
    /// Google's keys can't be had now.
    #[error("Google's keys can't be fetched")]
    Keys(#[from] fetch::Error),
}

impl GoogleSignIn {
    /// For the application that Google knows as `client_id`, with the keys at `certs_url`.
    pub fn new(client_id: String, certs_url: Url) -> Self {
        Self { client_id, certs_url, kept: Mutex::default() }
    }

    /// Who signed in. A key that we don't know may be new: then the keys are fetched once more.
    ///
    /// # Errors
    /// [`Error::Credential`] when the token does not hold, [`Error::Keys`] when it can't be checked now.
    pub async fn verify(&self, credential: &str, fetcher: &Fetcher, clock: &Clock) -> Result<GoogleIdentity, Error> {
        let mut kept = self.kept.lock().await;
        let mut fresh = false;
        loop {
            let now = clock.now();
            let keys = match kept.take().filter(|(_, until)| *until > now) {
                Some(keys) => kept.insert(keys),
                None => {
                    fresh = true;
                    kept.insert(self.fetch(fetcher, now).await?)
                }
            };
            match google::verify(credential, &keys.0, &self.client_id, now) {
                Err(google::Error::UnknownKey) if !fresh => *kept = None,
                verdict => return Ok(verdict?),
            }
        }
    }

    async fn fetch(&self, fetcher: &Fetcher, now: Timestamp) -> Result<(GoogleKeys, Timestamp), Error> {
        let page = fetcher.get(&fetch::Request::get(&self.certs_url).accept("application/json")).await?;
        let keys = GoogleKeys::from_jwks(&page.body)?;
        Ok((keys, now + google::max_age(page.header("cache-control"))))
    }
}
