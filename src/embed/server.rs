//! A server that speaks OpenAI's `POST /embeddings`: OpenAI, Ollama, vLLM, TEI, LM Studio.
//!
//! The operator names it, so it may be on this machine or in a private network: it has a way out of its own that leads to
//! this one host and port. What users save never goes that way.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde::Deserialize;
use serde_json::json;
use tokio::sync::OnceCell;
use url::Url;

use super::{Error, Purpose, Result};
use crate::config::{self, EmbeddingProvider, PrivateException, Secret};
use crate::domain::{Clock, Timestamp};
use crate::fetch::{self, Fetcher, HeaderName, Request};

/// Time for a batch of passages; a server without a graphics card is slow.
const TIMEOUT: Duration = Duration::from_mins(2);
/// Bytes of an answer: 32 vectors of 4,000 numbers in JSON are 3 MB.
const MAX_BYTES: u64 = 64 << 20;
/// How long a server that did not answer a question is not asked one again.
const REST: Duration = Duration::from_secs(10);
/// Bytes of a text that no server finds too long.
const SHORT: usize = 256;

/// Models whose vectors we know, with US dollars a million tokens at OpenAI's in 2026.
const KNOWN: [(&str, usize, f64); 3] = [
    ("text-embedding-3-small", 1536, 0.02),
    ("text-embedding-3-large", 3072, 0.13),
    ("text-embedding-ada-002", 1536, 0.10),
];

#[derive(Debug)]
pub(super) struct Server {
    /// The model, `#` and the numbers that it is asked for, and `@` and the host where that is not OpenAI's own: whatever
    /// makes another space.
    name: String,
    model: String,
    url: Url,
    key: Option<Secret<String>>,
    wanted: Option<usize>,
    learned: OnceCell<usize>,
    is_openai: bool,
    fetcher: Fetcher,
    clock: Clock,
    resting_until: Mutex<Option<Timestamp>>,
}

#[derive(Deserialize)]
struct Answer {
    data: Vec<Embedded>,
}

#[derive(Deserialize)]
struct Embedded {
    index: Option<usize>,
    embedding: Vec<f32>,
}

impl Server {
    /// The model that is configured.
    pub(super) fn new(config: &config::Embedding, fetch: &config::Fetch, clock: &Clock) -> Result<Self> {
        let wanted = config.dimensions.map(|numbers| usize::from(numbers.get()));
        Self::of(config, config.server_model(), wanted, fetch, clock)
    }

    fn of(
        config: &config::Embedding,
        model: &str,
        wanted: Option<usize>,
        fetch: &config::Fetch,
        clock: &Clock,
    ) -> Result<Self> {
        let mut url = config.base_url.clone();
        url.set_path(&format!("{}/embeddings", url.path().trim_end_matches('/')));
        let host = url.host_str().unwrap_or_default().to_owned();
        let only = PrivateException::Host { name: host, port: url.port_or_known_default() };
        let fetch =
            config::Fetch { timeout: TIMEOUT, max_bytes: MAX_BYTES, allow_private: vec![only], ..fetch.clone() };
        let is_openai = config.is_openai_itself();
        let known = KNOWN.iter().find(|(name, ..)| is_openai && *name == model).map(|(_, dimensions, _)| *dimensions);
        let asked = wanted.map(|numbers| format!("#{numbers}")).unwrap_or_default();
        let host = if is_openai { String::new() } else { format!("@{}", place(&url)) };
        Ok(Self {
            name: format!("{model}{asked}{host}"),
            model: model.to_owned(),
            url,
            key: config.api_key.clone(),
            wanted,
            learned: OnceCell::new_with(wanted.or(known)),
            is_openai,
            fetcher: Fetcher::new(&fetch, clock.clone())?,
            clock: clock.clone(),
            resting_until: Mutex::new(None),
        })
    }

    /// The model of that name, when it is one of the server that is configured.
    pub(super) fn named(name: &str, config: &config::Embedding, fetch: &config::Fetch, clock: &Clock) -> Option<Self> {
        let is_known = config.api_key.is_some() || !config.is_openai_itself();
        let is_reachable = config.provider == EmbeddingProvider::OpenAi || is_known;
        let model = match name.rsplit_once('@') {
            _ if !is_reachable => None,
            Some((model, host)) => (host == place(&config.base_url)).then_some(model),
            None => config.is_openai_itself().then_some(name),
        }?;
        let (model, wanted) = match model.rsplit_once('#') {
            Some((model, numbers)) => (model, Some(numbers.parse().ok()?)),
            None => (model, None),
        };
        Self::of(config, model, wanted, fetch, clock).ok()
    }

    #[expect(clippy::misnamed_getters, reason = "to the others, the model is what names the space")]
    pub(super) fn model(&self) -> &str {
        &self.name
    }

    pub(super) fn price(&self) -> Option<f64> {
        KNOWN.iter().find(|(name, ..)| self.is_openai && *name == self.model).map(|(.., price)| *price)
    }

    pub(super) async fn dimensions(&self) -> Result<usize> {
        let learned = self.learned.get_or_try_init(async || {
            let vectors = self.ask(&["How many numbers?".to_owned()]).await?;
            vectors.first().map(Vec::len).filter(|numbers| *numbers > 0).ok_or(Error::Garbage("no vector"))
        });
        learned.await.copied()
    }

    pub(super) async fn embed(&self, texts: Vec<String>, purpose: Purpose) -> Result<Vec<Vec<f32>>> {
        if purpose == Purpose::Passage {
            return self.ask_in_parts(&texts).await;
        }
        // A server that is down must cost one question its two seconds, not each.
        if self.rests() {
            return Err(Error::Resting);
        }
        let mut watch = Watch { server: self, answered: false };
        let answer = self.ask_in_parts(&texts).await;
        watch.answered = answer.is_ok();
        answer
    }

    /// Servers differ in how many texts they take at once, and in how long one may be: those that say "too much" get half of the
    /// texts, and of a single one its first half. Other models do not read further than they can, either.
    async fn ask_in_parts(&self, texts: &[String]) -> Result<Vec<Vec<f32>>> {
        let answer = self.ask(texts).await;
        if !matches!(&answer, Err(Error::Server(fetch::Error::Status { status: 400 | 413 | 422, .. }))) {
            return answer;
        }
        match texts {
            [text] if text.len() > SHORT => {
                let half = text[..text.floor_char_boundary(text.len() / 2)].to_owned();
                Box::pin(self.ask_in_parts(&[half])).await
            }
            [] | [_] => answer,
            _ => {
                let (first, second) = texts.split_at(texts.len() / 2);
                let mut vectors = Box::pin(self.ask_in_parts(first)).await?;
                vectors.extend(Box::pin(self.ask_in_parts(second)).await?);
                Ok(vectors)
            }
        }
    }

    async fn ask(&self, texts: &[String]) -> Result<Vec<Vec<f32>>> {
        let mut question = json!({ "model": self.model, "input": texts, "encoding_format": "float" });
        if let Some(dimensions) = self.wanted {
            question["dimensions"] = dimensions.into();
        }
        let mut request = Request::post_json(&self.url, &question).to_service().traced();
        if let Some(key) = &self.key {
            request = request.header(HeaderName::from_static("authorization"), &format!("Bearer {}", key.expose()));
        }
        let page = self.fetcher.get(&request).await?;
        let answer: Answer =
            serde_json::from_slice(&page.body).map_err(|_| Error::Garbage("it is not what OpenAI's interface says"))?;
        in_order(answer, texts.len())
    }

    fn rests(&self) -> bool {
        let until = self.resting_until.lock().unwrap_or_else(PoisonError::into_inner);
        until.is_some_and(|until| until > self.clock.now())
    }
}

/// Lets a server rest that did not answer, also when whoever asked has lost patience.
struct Watch<'a> {
    server: &'a Server,
    answered: bool,
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        if !self.answered {
            let mut until = self.server.resting_until.lock().unwrap_or_else(PoisonError::into_inner);
            *until = Some(self.server.clock.now() + REST);
        }
    }
}

/// The vectors in the order of the texts, each exactly once.
fn in_order(answer: Answer, count: usize) -> Result<Vec<Vec<f32>>> {
    if answer.data.len() != count {
        return Err(Error::Garbage("not as many vectors as texts"));
    }
    let mut vectors = vec![Vec::new(); count];
    for (at, embedded) in answer.data.into_iter().enumerate() {
        let place = vectors.get_mut(embedded.index.unwrap_or(at)).ok_or(Error::Garbage("a vector for no text"))?;
        *place = embedded.embedding;
    }
    if vectors.iter().any(Vec::is_empty) {
        return Err(Error::Garbage("a text without a vector"));
    }
    Ok(vectors)
}

fn place(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}
