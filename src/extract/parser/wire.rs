//! How a process that parses is talked to: a greeting, then a question and an answer in turn.
//!
//! A message is its length, four bytes little-endian, and as many bytes. A question is two: what was said of a page, as
//! JSON, and the page. An answer is one, JSON too. The greeting is there to tell our own processes from all others.

use std::io::{self, Read, Write};

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use url::Url;

use crate::extract::{Extracted, ParseError};

/// What a process says first; changes with the form of messages.
pub(super) const GREETING: &[u8; 16] = b"brainly-parse 1\n";
/// The longest message that either side takes: more than any page or document that is fetched.
const MOST: usize = 256 * 1024 * 1024;
/// The longest answer: a text, the same as HTML, and everything else that is bounded.
const MOST_OF_ANSWER: usize = 32 * 1024 * 1024;

/// What was said of a page.
#[derive(Serialize, Deserialize)]
pub(super) struct Question {
    pub(super) content_type: Option<String>,
    pub(super) url: Url,
    /// Time on the processor, in seconds.
    pub(super) seconds: u64,
}

/// What became of it.
#[derive(Serialize, Deserialize)]
pub(super) struct Answer {
    pub(super) outcome: Result<Extracted, ParseError>,
    /// The process has grown, or is old: it should be asked no more.
    pub(super) is_spent: bool,
}

/// Asks.
pub(super) async fn ask(to: &mut (impl AsyncWrite + Unpin), question: &Question, body: &[u8]) -> io::Result<()> {
    let header = serde_json::to_vec(question)?;
    to.write_u32_le(length(&header)?).await?;
    to.write_all(&header).await?;
    to.write_u32_le(length(body)?).await?;
    to.write_all(body).await?;
    to.flush().await
}

/// The answer to what was asked.
pub(super) async fn answer_from(from: &mut (impl AsyncRead + Unpin)) -> io::Result<Answer> {
    let mut message = vec![0; bounded(from.read_u32_le().await?, MOST_OF_ANSWER)?];
    from.read_exact(&mut message).await?;
    Ok(serde_json::from_slice(&message)?)
}

/// The next question, on the other side; `None` when there are no more.
pub(super) fn question_from(from: &mut impl Read) -> io::Result<Option<(Question, Vec<u8>)>> {
    let Some(header) = message_from(from)? else { return Ok(None) };
    let Some(body) = message_from(from)? else { return Ok(None) };
    Ok(Some((serde_json::from_slice(&header)?, body)))
}

/// Answers.
pub(super) fn answer(to: &mut impl Write, answer: &Answer) -> io::Result<()> {
    let message = serde_json::to_vec(answer)?;
    to.write_all(&length(&message)?.to_le_bytes())?;
    to.write_all(&message)?;
    to.flush()
}

fn message_from(from: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    match from.read_exact(&mut length) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        read => read?,
    }
    let mut message = vec![0; bounded(u32::from_le_bytes(length), MOST)?];
    from.read_exact(&mut message)?;
    Ok(Some(message))
}

fn length(message: &[u8]) -> io::Result<u32> {
    u32::try_from(message.len()).ok().filter(|length| *length as usize <= MOST).ok_or_else(too_long)
}

fn bounded(length: u32, most: usize) -> io::Result<usize> {
    Some(length as usize).filter(|length| *length <= most).ok_or_else(too_long)
}

fn too_long() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "a message is too long")
}
