//! The way to the collector of traces: our own HTTP client, on the exporter's thread.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, StatusCode};
use tokio::runtime::{Builder, Runtime};
use url::Url;

use super::Error;
use crate::config;
use crate::domain::fault;

/// The shortest time between two words on a collector that does not take what it gets.
const QUIET: Duration = Duration::from_mins(5);
/// Bytes of an answer that are read, so that the connection can be used again; more is no collector's.
const MOST: usize = 64 * 1024;

/// Hands batches over, one at a time, and says now and then that it can't.
pub(super) struct Collector {
    client: Client,
    address: Url,
    headers: HeaderMap,
    runtime: Runtime,
    told: Mutex<Option<Instant>>,
}

impl Collector {
    /// # Errors
    /// When its headers can't be used, or the machine has nothing left to run it on.
    pub(super) fn new(config: &config::Traces, client: Client) -> Result<Self, Error> {
        let runtime =
            Builder::new_current_thread().enable_all().build().map_err(Error::of("the collector's thread"))?;
        let mut address = config.endpoint.clone();
        address.set_path(&format!("{}/v1/traces", address.path().trim_end_matches('/')));
        let mut headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("application/x-protobuf"))]);
        for (name, value) in &config.headers {
            let name = HeaderName::try_from(name).map_err(Error::of("a header for the collector"))?;
            let value = HeaderValue::try_from(value.expose()).map_err(Error::of("a header for the collector"))?;
            headers.insert(name, value);
        }
        Ok(Self { client, address, headers, runtime, told: Mutex::default() })
    }

    /// Hands `batch` over. Blocks a thread that has no runtime and does nothing else meanwhile.
    pub(super) fn hand_over(&self, batch: Vec<u8>) {
        match &self.runtime.block_on(self.send(batch)) {
            Ok(status) if status.is_success() => *self.told.lock().unwrap_or_else(PoisonError::into_inner) = None,
            Ok(status) => self.complain(status),
            Err(error) => self.complain(&fault::chain(error)),
        }
    }

    async fn send(&self, batch: Vec<u8>) -> reqwest::Result<StatusCode> {
        let request = self.client.post(self.address.clone()).headers(self.headers.clone()).body(batch);
        let mut answer = request.send().await.map_err(reqwest::Error::without_url)?;
        let mut read = 0;
        while let Some(part) = answer.chunk().await.map_err(reqwest::Error::without_url)? {
            read += part.len();
            if read > MOST {
                break;
            }
        }
        Ok(answer.status())
    }

    fn complain(&self, why: &dyn fmt::Display) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.is_none_or(|at| at.elapsed() > QUIET) {
            *told = Some(Instant::now());
            tracing::warn!(error = %why, "the collector does not take traces; they are lost until it does");
        }
    }
}

impl fmt::Debug for Collector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Collector").finish_non_exhaustive()
    }
}
