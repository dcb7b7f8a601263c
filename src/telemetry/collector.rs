//! The way to the collector of traces: our own HTTP client, on the exporter's thread.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures::future::BoxFuture;
use opentelemetry_http::{HttpClient, HttpError, Request, Response};
use reqwest::Client;
use tokio::runtime::{Builder, Runtime};

use crate::domain::fault;

/// The shortest time between two words on a collector that does not take what it gets.
const QUIET: Duration = Duration::from_mins(5);
/// Bytes of an answer; more is no collector's.
const MOST: usize = 64 * 1024;

/// Hands batches over, one at a time, and says now and then that it can't.
pub(super) struct Collector {
    client: Client,
    runtime: Runtime,
    told: Mutex<Option<Instant>>,
}

impl Collector {
    /// # Errors
    /// When the machine has nothing left to run it on.
    pub(super) fn new(client: Client) -> std::io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        Ok(Self { client, runtime, told: Mutex::default() })
    }

    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let request = reqwest::Request::try_from(request)?;
        let mut answer = self.client.execute(request).await.map_err(reqwest::Error::without_url)?;
        let mut body = Vec::new();
        while let Some(part) = answer.chunk().await.map_err(reqwest::Error::without_url)? {
            body.extend_from_slice(&part);
            if body.len() > MOST {
                return Err("the answer is too long".into());
            }
        }
        let mut response = Response::new(Bytes::from(body));
        *response.status_mut() = answer.status();
        *response.headers_mut() = std::mem::take(answer.headers_mut());
        Ok(response)
    }

    fn complain(&self, why: &dyn fmt::Display) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.is_none_or(|at| at.elapsed() > QUIET) {
            *told = Some(Instant::now());
            tracing::warn!(error = %why, "the collector does not take traces; they are lost until it does");
        }
    }
}

impl HttpClient for Collector {
    // What `async_trait` writes.
    fn send_bytes<'a, 'b>(&'a self, request: Request<Bytes>) -> BoxFuture<'b, Result<Response<Bytes>, HttpError>>
    where
        'a: 'b,
        Self: 'b,
    {
        // The exporter's thread has no runtime and does nothing else meanwhile.
        let sent = self.runtime.block_on(self.send(request));
        match &sent {
            Ok(answer) if !answer.status().is_success() => self.complain(&answer.status()),
            Ok(_) => *self.told.lock().unwrap_or_else(PoisonError::into_inner) = None,
            Err(error) => self.complain(&fault::chain(error.as_ref())),
        }
        Box::pin(std::future::ready(sent))
    }
}

impl fmt::Debug for Collector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Collector").finish_non_exhaustive()
    }
}
