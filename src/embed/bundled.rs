//! The encoder that is part of this program: paraphrase-MiniLM-L3-v2, 384 numbers, 128 tokens, no key and no download.
//!
//! It is unpacked at its first use, which takes a tenth of a second and 100 MB. Questions have a line of their own, so that
//! nobody who asks waits for a book to be read.

use std::num::NonZeroU16;
use std::sync::OnceLock;

use pocket_encoder::Encoder;

use super::line::Line;
use super::{Error, Purpose, Result};

const DIMENSIONS: u16 = 384;
/// Texts between two looks at whether somebody still waits.
const STEP: usize = 4;
/// Bytes of a text that are looked at: more than its 128 tokens.
const MAX_BYTES: usize = 8192;

static PASSAGES: Line = Line::new("embed");
static QUESTIONS: Line = Line::new("embed-question");

#[derive(Debug)]
pub(super) struct Bundled;

impl Bundled {
    pub(super) fn new(dimensions: Option<NonZeroU16>) -> Result<Self> {
        if dimensions.is_some_and(|wanted| wanted.get() != DIMENSIONS) {
            return Err(Error::Setup("the bundled encoder's vectors have 384 numbers: leave EMBEDDING_DIMENSIONS out"));
        }
        Ok(Self)
    }

    pub(super) fn named(model: &str) -> Option<Self> {
        (model == name()).then_some(Self)
    }

    #[expect(clippy::unused_self, reason = "the others have a name of their own")]
    pub(super) fn model(&self) -> &str {
        name()
    }

    #[expect(clippy::unused_self, reason = "the others have dimensions of their own")]
    pub(super) const fn dimensions(&self) -> usize {
        DIMENSIONS as usize
    }

    pub(super) async fn embed(&self, texts: Vec<String>, purpose: Purpose) -> Result<Vec<Vec<f32>>> {
        // Unpacked on the line of passages: the threads that the model starts then yield to requests, too.
        PASSAGES.run(load).await??;
        let line = match purpose {
            Purpose::Passage => &PASSAGES,
            Purpose::Question => &QUESTIONS,
        };
        let mut vectors = Vec::with_capacity(texts.len());
        for step in texts.chunks(STEP) {
            let step: Vec<String> =
                step.iter().map(|text| text[..text.floor_char_boundary(MAX_BYTES)].to_owned()).collect();
            vectors.extend(line.run(move || encode(&step)).await??);
        }
        Ok(vectors)
    }
}

fn name() -> &'static str {
    static NAME: OnceLock<String> = OnceLock::new();
    NAME.get_or_init(|| pocket_encoder::model_info().id)
}

fn load() -> Result<()> {
    static LOADED: OnceLock<()> = OnceLock::new();
    if LOADED.get().is_none() {
        encode(&["a first text".to_owned()])?;
        let _ = LOADED.set(());
    }
    Ok(())
}

fn encode(texts: &[String]) -> Result<Vec<Vec<f32>>> {
    let failed = |error: pocket_encoder::Error| Error::Local(error.to_string());
    Encoder::new().map_err(failed)?.embed(texts).map_err(failed)
}
