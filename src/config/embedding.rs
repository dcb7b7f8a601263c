//! What turns text into vectors, so that it can be found by its meaning.

use std::num::NonZeroU16;

use url::Url;

use super::reader::Reader;
use super::secret::Secret;
use super::setting::{DefaultValue, Setting, Values};
use super::value::{self, Parsed};

/// Where OpenAI's own interface is.
const OPENAI: &str = "https://api.openai.com/v1";
/// The model of an OpenAI-compatible server that is asked when none is named.
const OPENAI_MODEL: &str = "text-embedding-3-small";

/// The embedder.
#[derive(Clone, Debug)]
pub struct Embedding {
    /// Which kind of embedder.
    pub provider: EmbeddingProvider,
    /// For `local` the folder of an ONNX model, and the bundled encoder without one; for `openai` a model's name.
    pub model: Option<String>,
    /// How many numbers a vector has; learned from the model when it is not set.
    pub dimensions: Option<NonZeroU16>,
    /// What an OpenAI-compatible server wants to see.
    pub api_key: Option<Secret<String>>,
    /// Where it is, without a slash at the end of its path.
    pub base_url: Url,
    /// Bytes of memory for the vectors of large accounts.
    pub memory: u64,
}

/// Which kind of embedder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmbeddingProvider {
    /// In this process: the bundled encoder, or an ONNX model from a folder.
    Local,
    /// A server that speaks OpenAI's `/embeddings`.
    OpenAi,
    /// None: things are found by their words alone.
    None,
    /// Hashes of words: the same everywhere and worth nothing but for tests.
    Hashed,
}

const PROVIDER: Setting = Setting {
    name: "EMBEDDING_PROVIDER",
    default: DefaultValue::Derived("`openai` when `OPENAI_API_KEY` or `OPENAI_BASE_URL` is set, otherwise `local`"),
    values: Values::OneOf(&["local", "openai", "none", "hashed"]),
    about: "What makes things findable by their meaning. `local` runs in Brainly itself and needs nothing else; `openai` asks any \
            server that speaks OpenAI's `/embeddings` (Ollama, vLLM, TEI, LM Studio); `none` leaves it at words. `hashed` is for \
            tests: it knows nothing of meaning.",
    secret: false,
};

const MODEL: Setting = Setting {
    name: "EMBEDDING_MODEL",
    default: DefaultValue::Derived("`local`: the bundled encoder; `openai`: `text-embedding-3-small`"),
    values: Values::Like("`openai`: a model's name; `local`: a folder with `model.onnx` and `tokenizer.json`"),
    about: "The model. When it changes, the texts are embedded anew in the background, and the old vectors serve until that is done: those \
            of a folder while it lies beside the new one, those of a server while its address stays set.",
    secret: false,
};

const DIMENSIONS: Setting = Setting {
    name: "EMBEDDING_DIMENSIONS",
    default: DefaultValue::Derived("what the model gives"),
    values: Values::Between("1", "4000"),
    about: "How many numbers a vector has. An `openai` server is asked for so many, and an answer with another number is refused.",
    secret: false,
};

const API_KEY: Setting = Setting {
    name: "OPENAI_API_KEY",
    default: DefaultValue::Unset,
    values: Values::Like("a key, or a token of your own server"),
    about: "Sent to the OpenAI-compatible server. Texts of all users go there then.",
    secret: true,
};

const BASE_URL: Setting = Setting {
    name: "OPENAI_BASE_URL",
    default: DefaultValue::Fixed(OPENAI),
    values: Values::Like("a URL, such as `http://localhost:11434/v1`"),
    about: "Where the OpenAI-compatible server is; it may be on this machine or in a private network.",
    secret: false,
};

const MEMORY: Setting = Setting {
    name: "EMBEDDING_MEMORY",
    default: DefaultValue::Fixed("256MiB"),
    values: Values::Between("0", "64GiB"),
    about: "Memory of each process that answers, for the vectors of accounts with more than about 500 pieces of text, of which 100,000 take \
            80 MB with the bundled encoder. Accounts without room are read from the database for each question; on PostgreSQL, accounts of \
            more than 50,000 have an index instead.",
    secret: false,
};

impl Embedding {
    pub(super) fn read(from: &mut Reader<'_>) -> Self {
        from.section("Meaning");
        let given = |name| from.sources.given(name).map(|(text, _)| text.trim());
        let has_key = given("OPENAI_API_KEY").or_else(|| given("OPENAI_API_KEY_FILE")).is_some();
        // OpenAI's own is of no use without a key.
        let has_server = has_key || given(BASE_URL.name).is_some_and(|url| url != OPENAI);
        let default = match (has_server, cfg!(feature = "local-embedding")) {
            (true, _) => "openai",
            (false, true) => "local",
            (false, false) => "none",
        };
        let kinds =
            [EmbeddingProvider::Local, EmbeddingProvider::OpenAi, EmbeddingProvider::None, EmbeddingProvider::Hashed];
        let provider = from.value_or(&PROVIDER, default, value::choice(&PROVIDER, &kinds));
        let model = from.optional(&MODEL, value::text);
        let dimensions = from.optional(&DIMENSIONS, value::within(&DIMENSIONS, value::number));
        let api_key = from.optional(&API_KEY, key);
        let base_url = from.value(&BASE_URL, base_url);
        let memory = from.value(&MEMORY, value::within(&MEMORY, value::size));
        if provider == EmbeddingProvider::Local && model.is_none() && !cfg!(feature = "local-embedding") {
            from.refuse(
                "EMBEDDING_PROVIDER",
                "this program was built without the bundled encoder: name an ONNX model in EMBEDDING_MODEL, or choose openai or none",
            );
        }
        Self { provider, model, dimensions, api_key, base_url, memory }
    }

    /// The model of an OpenAI-compatible server.
    pub fn server_model(&self) -> &str {
        self.model.as_deref().unwrap_or(OPENAI_MODEL)
    }

    /// Is it OpenAI itself that is asked, and not a server of one's own?
    pub fn is_openai_itself(&self) -> bool {
        self.base_url.host_str() == Some("api.openai.com")
    }
}

fn key(text: &str) -> Parsed<Secret<String>> {
    if text.chars().all(|c| c.is_ascii_graphic()) {
        Ok(Secret::new(text.to_owned()))
    } else {
        Err("must be printable ASCII without spaces".to_owned())
    }
}

fn base_url(text: &str) -> Parsed<Url> {
    let mut url = value::http_url(text)?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err("must not have a query or a fragment".to_owned());
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}
