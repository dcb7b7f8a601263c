//! A sentence encoder from a folder: `model.onnx` and `tokenizer.json`, as they lie beside most of them.
//!
//! The model's output is a vector for each token, of which the mean is taken, or one for the text. A text is cut after 256
//! tokens, which is what most of these models were trained with.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::num::NonZeroU16;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use rten::{Model, ModelOptions, NodeId, Value, ValueOrView};
use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, Tensor};
use sha2::{Digest as _, Sha256};
use tokenizers::{Tokenizer, TruncationParams};
use tokio::sync::OnceCell;

use super::line::Line;
use super::{Error, Purpose, Result};

/// Tokens of a text that are read.
const MAX_TOKENS: usize = 256;
/// Bytes of a text that are looked at: more than those tokens.
const MAX_BYTES: usize = 16 * 1024;
const PREFIX: &str = "onnx/";
/// Places in a model's file that are looked at to know it again, and bytes of each.
const SAMPLES: u64 = 64;
const SAMPLE: usize = 4096;

#[derive(Debug)]
pub(super) struct Onnx {
    name: String,
    folder: PathBuf,
    wanted: Option<usize>,
    learned: OnceCell<usize>,
    loaded: Arc<OnceLock<Loaded>>,
    passages: Line,
    questions: Line,
}

/// A model in memory.
struct Loaded {
    model: Model,
    tokenizer: Tokenizer,
}

impl Onnx {
    /// The model in `folder`; it is loaded at its first use.
    pub(super) fn new(folder: &str, dimensions: Option<NonZeroU16>) -> Result<Self> {
        let folder = PathBuf::from(folder);
        let print = fingerprint(&folder).map_err(|_| {
            Error::Setup(
                "EMBEDDING_MODEL must name a folder with model.onnx and tokenizer.json; for a model of a server, set OPENAI_BASE_URL too",
            )
        })?;
        let label = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(Self {
            name: format!("{PREFIX}{label}/{print}"),
            folder,
            wanted: dimensions.map(|numbers| numbers.get().into()),
            learned: OnceCell::new(),
            loaded: Arc::default(),
            passages: Line::new("embed"),
            questions: Line::new("embed-question"),
        })
    }

    /// The model of that name, when its folder is beside `current`.
    pub(super) fn named(model: &str, current: &str) -> Option<Self> {
        let (label, _) = model.strip_prefix(PREFIX)?.rsplit_once('/')?;
        let found = Self::new(Path::new(current).with_file_name(label).to_str()?, None).ok()?;
        (found.name == model).then_some(found)
    }

    pub(super) fn model(&self) -> &str {
        &self.name
    }

    pub(super) async fn dimensions(&self) -> Result<usize> {
        let learned = self.learned.get_or_try_init(async || {
            let vectors = self.embed(vec!["How many numbers?".to_owned()], Purpose::Passage).await?;
            let got = vectors.first().map_or(0, Vec::len);
            match self.wanted {
                Some(wanted) if wanted != got => Err(Error::WrongDimensions { wanted, got }),
                _ => Ok(got),
            }
        });
        learned.await.copied()
    }

    pub(super) async fn embed(&self, texts: Vec<String>, purpose: Purpose) -> Result<Vec<Vec<f32>>> {
        // Loaded on the line of passages: the threads that the model starts then yield to requests, too.
        let (loaded, folder) = (Arc::clone(&self.loaded), self.folder.clone());
        self.passages.run(move || load(&loaded, &folder)).await??;
        let line = match purpose {
            Purpose::Passage => &self.passages,
            Purpose::Question => &self.questions,
        };
        let mut vectors = Vec::with_capacity(texts.len());
        for text in texts {
            let loaded = Arc::clone(&self.loaded);
            let encode = move || loaded.get().map_or(Err(failed("it is not loaded")), |loaded| loaded.encode(&text));
            vectors.push(line.run(encode).await??);
        }
        Ok(vectors)
    }
}

/// What another model in the same place has not: a hash of the tokenizer and of samples of the weights. Models of one make have files of
/// the same size, and training changes numbers everywhere.
fn fingerprint(folder: &Path) -> io::Result<String> {
    let mut model = File::open(folder.join("model.onnx"))?;
    let size = model.metadata()?.len();
    let mut hash = Sha256::new_with_prefix(std::fs::read(folder.join("tokenizer.json"))?);
    hash.update(size.to_le_bytes());
    for sample in 0..SAMPLES {
        model.seek(SeekFrom::Start(size / SAMPLES * sample))?;
        let mut bytes = Vec::with_capacity(SAMPLE);
        model.by_ref().take(SAMPLE as u64).read_to_end(&mut bytes)?;
        hash.update(bytes);
    }
    Ok(hex::encode(&hash.finalize()[..6]))
}

fn load(place: &OnceLock<Loaded>, folder: &Path) -> Result<()> {
    if place.get().is_none() {
        let model = ModelOptions::with_all_ops().load_file(folder.join("model.onnx")).map_err(failed)?;
        let mut tokenizer = Tokenizer::from_file(folder.join("tokenizer.json")).map_err(failed)?;
        tokenizer.with_padding(None);
        let truncation = TruncationParams { max_length: MAX_TOKENS, ..TruncationParams::default() };
        tokenizer.with_truncation(Some(truncation)).map_err(failed)?;
        let _ = place.set(Loaded { model, tokenizer });
    }
    Ok(())
}

impl Loaded {
    fn encode(&self, text: &str) -> Result<Vec<f32>> {
        let text = &text[..text.floor_char_boundary(MAX_BYTES)];
        let tokens = self.tokenizer.encode(text, true).map_err(failed)?;
        let inputs = self.model.input_ids().iter().map(|id| self.input(*id, &tokens));
        let inputs: Vec<(NodeId, ValueOrView<'static>)> = inputs.collect::<Result<_>>()?;
        let output = *self.model.output_ids().first().ok_or_else(|| failed("it has no output"))?;
        let value = self.model.run(inputs, &[output], None).map_err(failed)?.into_iter().next();
        mean(value.ok_or_else(|| failed("it gave nothing"))?)
    }

    /// What one of the model's inputs wants to know of the tokens.
    fn input(&self, id: NodeId, tokens: &tokenizers::Encoding) -> Result<(NodeId, ValueOrView<'static>)> {
        let info = self.model.node_info(id);
        let numbers = match info.as_ref().and_then(rten::NodeInfo::name) {
            Some("input_ids") => tokens.get_ids(),
            Some("attention_mask") => tokens.get_attention_mask(),
            Some("token_type_ids") => tokens.get_type_ids(),
            _ => return Err(failed("it has an input that no sentence encoder has")),
        };
        let numbers: Vec<i32> = numbers.iter().map(|number| i32::try_from(*number).unwrap_or_default()).collect();
        let shape = [1, numbers.len()];
        Ok((id, NdTensor::from_data(shape, numbers).into()))
    }
}

/// One vector out of one for each token, or the one that there is.
fn mean(value: Value) -> Result<Vec<f32>> {
    let tensor: Tensor<f32> = value.into_tensor().ok_or_else(|| failed("its output is not of numbers"))?;
    let shape: Vec<usize> = tensor.shape().to_vec();
    let numbers = tensor.to_vec();
    let (tokens, dimensions) = match shape[..] {
        [1, dimensions] => (1, dimensions),
        [1, tokens, dimensions] => (tokens, dimensions),
        _ => return Err(failed("its output has not the shape of a sentence encoder's")),
    };
    let mut sum = vec![0.0_f32; dimensions];
    for token in numbers.chunks_exact(dimensions.max(1)).take(tokens) {
        for (sum, x) in sum.iter_mut().zip(token) {
            *sum += x;
        }
    }
    Ok(sum)
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::Local(error.to_string())
}

impl std::fmt::Debug for Loaded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Loaded")
    }
}
