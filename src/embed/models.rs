//! The model that is configured, and those of other spaces.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

#[cfg(feature = "local-embedding")]
use super::bundled::Bundled;
use super::hashed::Hashed;
#[cfg(feature = "onnx")]
use super::onnx::Onnx;
use super::server::Server;
use super::{Embedder, Kind, Result};
use crate::config::{self, EmbeddingProvider};
use crate::domain::Clock;

/// Every model that this program can ask. Loads none before it is asked.
#[derive(Debug)]
pub struct Models {
    current: Option<Embedder>,
    former: Mutex<HashMap<String, Option<Embedder>>>,
    config: config::Embedding,
    fetch: config::Fetch,
    clock: Clock,
}

impl Models {
    /// What `config` says; the server, if it is one, is reached as `fetch` says.
    ///
    /// # Errors
    /// [`super::Error::Setup`] when it can't be used on this machine.
    pub fn new(config: &config::Embedding, fetch: &config::Fetch, clock: &Clock) -> Result<Self> {
        let (config, fetch, clock) = (config.clone(), fetch.clone(), clock.clone());
        let current = Embedder::new(&config, &fetch, &clock)?;
        Ok(Self { current, former: Mutex::default(), config, fetch, clock })
    }

    /// The model that is configured; none when things are found by their words alone.
    pub const fn current(&self) -> Option<&Embedder> {
        self.current.as_ref()
    }

    /// The model of that name, if this program still has it: a former one goes on answering until the space of the new one
    /// is whole.
    pub fn named(&self, model: &str) -> Option<Embedder> {
        let current = self.current.as_ref()?;
        if current.model() == model {
            return Some(current.clone());
        }
        let mut former = self.former.lock().unwrap_or_else(PoisonError::into_inner);
        former.entry(model.to_owned()).or_insert_with(|| self.make(model)).clone()
    }

    fn make(&self, model: &str) -> Option<Embedder> {
        #[cfg(feature = "local-embedding")]
        if let Some(bundled) = Bundled::named(model) {
            return Some(Embedder(Arc::new(Kind::Bundled(bundled))));
        }
        #[cfg(feature = "onnx")]
        if let Some(onnx) = self.config.model.as_deref().and_then(|current| Onnx::named(model, current)) {
            return Some(Embedder(Arc::new(Kind::Onnx(Box::new(onnx)))));
        }
        if self.config.provider == EmbeddingProvider::Hashed {
            return Hashed::named(model).map(|hashed| Embedder(Arc::new(Kind::Hashed(hashed))));
        }
        let server = Server::named(model, &self.config, &self.fetch, &self.clock)?;
        Some(Embedder(Arc::new(Kind::Server(Box::new(server)))))
    }
}
