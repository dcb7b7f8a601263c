//! Text into vectors: texts that mean the same lie close to one another.
//!
//! An [`Embedder`] is one model. Every vector it gives has length 1, so that the cosine of two is their dot product; how
//! many numbers a vector has, and which model made it, is what [`crate::store`] keeps as a *space*. Vectors of two models
//! say nothing about each other and are never compared.
//!
//! Whatever a model or a server answers is checked here: as many vectors as texts, of one dimension, of finite numbers.
//!
//! To add a kind of model: one file here with `embed`, one variant of `Kind`, a word in `EMBEDDING_PROVIDER`.
//! When and what to embed is the actions' business; cutting texts into pieces that a model takes is [`crate::text`]'s.

#[cfg(feature = "local-embedding")]
mod bundled;
mod error;
mod hashed;
mod line;
mod models;
#[cfg(feature = "onnx")]
mod onnx;
mod server;

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::config::{self, EmbeddingProvider};
use crate::domain::{Clock, metric};

pub use error::{Error, Result};
pub use models::Models;

/// Texts that are handed over at once.
pub const BATCH: usize = 32;

/// How long a question is worked on, before it is answered without its meaning.
const PATIENCE: Duration = Duration::from_secs(2);

/// A model, ready for texts. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Embedder(Arc<Kind>);

#[derive(Debug)]
enum Kind {
    #[cfg(feature = "local-embedding")]
    Bundled(bundled::Bundled),
    #[cfg(feature = "onnx")]
    Onnx(Box<onnx::Onnx>),
    Server(Box<server::Server>),
    Hashed(hashed::Hashed),
}

/// What a text is to the search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A piece of what somebody keeps: there are many, and nobody looks at the clock.
    Passage,
    /// What somebody asks for, and waits.
    Question,
}

impl Purpose {
    const fn name(self) -> &'static str {
        match self {
            Self::Passage => "passage",
            Self::Question => "question",
        }
    }
}

impl Embedder {
    fn new(config: &config::Embedding, fetch: &config::Fetch, clock: &Clock) -> Result<Option<Self>> {
        let kind = match config.provider {
            EmbeddingProvider::None => return Ok(None),
            EmbeddingProvider::Hashed => Kind::Hashed(hashed::Hashed::new(config.dimensions)),
            EmbeddingProvider::OpenAi => Kind::Server(Box::new(server::Server::new(config, fetch, clock)?)),
            EmbeddingProvider::Local => return local(config).map(Some),
        };
        Ok(Some(Self(Arc::new(kind))))
    }

    /// The model's name: two embedders of one name give vectors that can be compared.
    pub fn model(&self) -> &str {
        match &*self.0 {
            #[cfg(feature = "local-embedding")]
            Kind::Bundled(bundled) => bundled.model(),
            #[cfg(feature = "onnx")]
            Kind::Onnx(onnx) => onnx.model(),
            Kind::Server(server) => server.model(),
            Kind::Hashed(hashed) => hashed.model(),
        }
    }

    /// How many numbers its vectors have; a server of which nobody said so is asked once.
    ///
    /// # Errors
    /// [`Error`] when it had to be asked and did not answer.
    pub async fn dimensions(&self) -> Result<usize> {
        match &*self.0 {
            #[cfg(feature = "local-embedding")]
            Kind::Bundled(bundled) => Ok(bundled.dimensions()),
            #[cfg(feature = "onnx")]
            Kind::Onnx(onnx) => onnx.dimensions().await,
            Kind::Server(server) => server.dimensions().await,
            Kind::Hashed(hashed) => Ok(hashed.dimensions()),
        }
    }

    /// A cosine below which two texts have nothing to do with each other.
    pub fn floor(&self) -> f64 {
        match &*self.0 {
            Kind::Hashed(_) => 0.1,
            _ => 0.2,
        }
    }

    /// US dollars that a million tokens cost; none for a model that costs nothing or of which we don't know.
    pub fn price(&self) -> Option<f64> {
        match &*self.0 {
            Kind::Server(server) => server.price(),
            _ => None,
        }
    }

    /// A vector of length 1 for each text, in their order. An empty text is a text, too.
    ///
    /// # Errors
    /// [`Error`]; there are no vectors then, also not for some of the texts.
    #[tracing::instrument(name = "embed.passages", skip_all, fields(model = self.model(), texts = texts.len()))]
    pub async fn passages(&self, texts: Vec<String>) -> Result<Vec<Vec<f32>>> {
        self.embed(texts, Purpose::Passage).await
    }

    /// The vector of a question, within two seconds.
    ///
    /// # Errors
    /// [`Error::Slow`] when it takes longer; see [`Embedder::passages`].
    #[tracing::instrument(name = "embed.question", skip_all, fields(model = self.model()))]
    pub async fn question(&self, text: &str) -> Result<Vec<f32>> {
        let asked = self.embed(vec![text.to_owned()], Purpose::Question);
        let vectors = tokio::time::timeout(PATIENCE, asked).await.map_err(|_| Error::Slow)??;
        vectors.into_iter().next().ok_or(Error::Garbage("no vector"))
    }

    async fn embed(&self, mut texts: Vec<String>, purpose: Purpose) -> Result<Vec<Vec<f32>>> {
        if texts.is_empty() {
            return Ok(Vec::new());
        }
        for text in &mut texts {
            if text.trim().is_empty() {
                ".".clone_into(text);
            }
        }
        let (count, begun) = (texts.len(), Instant::now());
        let vectors = match &*self.0 {
            #[cfg(feature = "local-embedding")]
            Kind::Bundled(bundled) => bundled.embed(texts, purpose).await?,
            #[cfg(feature = "onnx")]
            Kind::Onnx(onnx) => onnx.embed(texts, purpose).await?,
            Kind::Server(server) => server.embed(texts, purpose).await?,
            Kind::Hashed(hashed) => texts.iter().map(|text| hashed.embed(text)).collect(),
        };
        let vectors = checked(vectors, count, self.dimensions().await?)?;
        metrics::counter!(metric::EMBEDDED, "purpose" => purpose.name()).increment(count as u64);
        metrics::histogram!(metric::EMBED_DURATION, "purpose" => purpose.name()).record(begun.elapsed());
        Ok(vectors)
    }
}

#[cfg_attr(
    not(any(feature = "onnx", feature = "local-embedding")),
    expect(unreachable_code, unused_variables, reason = "a program without either has no local encoder")
)]
fn local(config: &config::Embedding) -> Result<Embedder> {
    let kind = match config.model.as_deref() {
        #[cfg(feature = "onnx")]
        Some(folder) => Kind::Onnx(Box::new(onnx::Onnx::new(folder, config.dimensions)?)),
        #[cfg(not(feature = "onnx"))]
        Some(_) => return Err(Error::Setup("this program was built without ONNX models")),
        #[cfg(feature = "local-embedding")]
        None => Kind::Bundled(bundled::Bundled::new(config.dimensions)?),
        #[cfg(not(feature = "local-embedding"))]
        None => return Err(Error::Setup("this program was built without the bundled encoder")),
    };
    Ok(Embedder(Arc::new(kind)))
}

/// Vectors as they must be, each brought to length 1.
fn checked(mut vectors: Vec<Vec<f32>>, count: usize, dimensions: usize) -> Result<Vec<Vec<f32>>> {
    if vectors.len() != count {
        return Err(Error::Garbage("not as many vectors as texts"));
    }
    for vector in &mut vectors {
        if vector.len() != dimensions {
            return Err(Error::WrongDimensions { wanted: dimensions, got: vector.len() });
        }
        let length = vector.iter().map(|x| f64::from(*x) * f64::from(*x)).sum::<f64>().sqrt();
        if !length.is_finite() || length <= 0.0 {
            return Err(Error::Garbage("a vector without a direction"));
        }
        #[expect(clippy::cast_possible_truncation, reason = "vectors are kept in single precision")]
        for x in vector {
            *x = (f64::from(*x) / length) as f32;
        }
    }
    Ok(vectors)
}
