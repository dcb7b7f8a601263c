//! What comes after the headers: unpacked, counted, and cut off where it is too much.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_compression::tokio::bufread::{BrotliDecoder, GzipDecoder, ZlibDecoder, ZstdDecoder};
use bytes::{Bytes, BytesMut};
use futures::stream::{self, StreamExt as _};
use reqwest::Response;
use reqwest::header::{CONTENT_ENCODING, HeaderMap};
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio_util::io::StreamReader;

use super::attempt::find;
use super::error::Error;

/// How an answer may be packed, for the header `Accept-Encoding`.
pub(super) const ENCODINGS: &str = "gzip, br, zstd, deflate";
/// How many times its size a body may unpack to, and from where on that is looked at, in bytes.
const MOST_RATIO: u64 = 200;
const GRACE: u64 = 1024 * 1024;
/// Unpacked at a time, in bytes.
const PIECE: usize = 16 * 1024;
/// What documents begin with: a PDF, and a zip, such as an EPUB.
const DOCUMENTS: [&[u8]; 2] = [b"%PDF-", b"PK\x03\x04"];
/// Enough to tell.
const TELLING: usize = 5;

/// Decoded bytes at most.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) page: u64,
    /// For what begins as a document; as much as for a page where none is wanted.
    pub(super) document: u64,
    /// How much is kept of what is too large and no document; nothing, and that is an error, where there is none.
    pub(super) beginning: Option<u64>,
}

impl Limits {
    /// What may come that begins so, and how much of it is kept if more does.
    fn of(self, start: &[u8]) -> (u64, Option<u64>) {
        let is_document = DOCUMENTS.iter().any(|magic| start.starts_with(magic));
        if is_document { (self.document, None) } else { (self.page, self.beginning) }
    }
}

/// Reads the body, one layer unpacked, and stops as soon as it is larger than `limits` say, or a bomb. Says whether it was cut off.
pub(super) async fn read(mut response: Response, host: &str, limits: Limits) -> Result<(Bytes, bool), Error> {
    let encoding = Encoding::of(response.headers()).ok_or_else(|| bad_encoding(host, None))?;
    let too_large = |limit| Error::TooLarge { host: host.to_owned(), limit };
    let declared = response.content_length().unwrap_or_default();
    // What is packed is smaller than what comes of it, or nobody would.
    if limits.beginning.is_none() && declared > limits.page.max(limits.document) {
        return Err(too_large(limits.page.max(limits.document)));
    }
    let first = response.chunk().await.map_err(|error| broken(host, error))?;
    // Nothing needs no unpacking.
    let Some(first) = first else { return Ok((Bytes::new(), false)) };
    let packed = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&packed);
    let chunks = stream::iter([Ok(first)]).chain(response.bytes_stream().map(|chunk| chunk.map_err(io::Error::other)));
    let chunks = chunks.inspect(move |chunk: &io::Result<Bytes>| {
        let size = chunk.as_ref().map_or(0, Bytes::len);
        counter.fetch_add(size as u64, Ordering::Relaxed);
    });
    let mut reader = encoding.unpack(StreamReader::new(Box::pin(chunks)));
    let mut body = BytesMut::new();
    loop {
        body.reserve(PIECE);
        let is_over = reader.read_buf(&mut body).await.map_err(|error| unread(host, error))? == 0;
        let size = body.len() as u64;
        if body.len() >= TELLING || is_over {
            let (limit, beginning) = limits.of(&body);
            match beginning {
                None if size > limit || declared > limit => return Err(too_large(limit)),
                Some(kept) if size > limit || declared > limit && size >= kept => {
                    body.truncate(usize::try_from(kept).unwrap_or(usize::MAX));
                    return Ok((body.freeze(), true));
                }
                _ => {}
            }
        }
        if is_over {
            return Ok((body.freeze(), false));
        }
        if size > GRACE && size > packed.load(Ordering::Relaxed).saturating_mul(MOST_RATIO) {
            return Err(Error::Bomb { host: host.to_owned(), ratio: MOST_RATIO });
        }
    }
}

/// How a body is packed: once, or not at all.
#[derive(Clone, Copy)]
enum Encoding {
    Identity,
    Gzip,
    Brotli,
    Zlib,
    Zstd,
}

impl Encoding {
    /// `None` for one that is not known, or several on top of each other.
    fn of(headers: &HeaderMap) -> Option<Self> {
        let mut values = headers.get_all(CONTENT_ENCODING).iter();
        let Some(value) = values.next() else { return Some(Self::Identity) };
        let name = value.to_str().ok().filter(|_| values.next().is_none())?.trim().to_ascii_lowercase();
        match name.as_str() {
            "" | "identity" => Some(Self::Identity),
            "gzip" | "x-gzip" => Some(Self::Gzip),
            "br" => Some(Self::Brotli),
            "deflate" => Some(Self::Zlib),
            "zstd" => Some(Self::Zstd),
            _ => None,
        }
    }

    fn unpack(
        self,
        packed: impl tokio::io::AsyncBufRead + Send + Unpin + 'static,
    ) -> Box<dyn AsyncRead + Send + Unpin> {
        match self {
            Self::Identity => Box::new(packed),
            Self::Gzip => {
                let mut decoder = GzipDecoder::new(packed);
                decoder.multiple_members(true);
                Box::new(decoder)
            }
            Self::Brotli => Box::new(BrotliDecoder::new(packed)),
            Self::Zlib => Box::new(ZlibDecoder::new(packed)),
            Self::Zstd => Box::new(ZstdDecoder::new(packed)),
        }
    }
}

fn bad_encoding(host: &str, source: Option<io::Error>) -> Error {
    Error::BadEncoding { host: host.to_owned(), source }
}

fn broken(host: &str, error: reqwest::Error) -> Error {
    Error::Broken { host: host.to_owned(), source: error.without_url() }
}

/// The connection complains through reqwest, a decoder by itself.
fn unread(host: &str, error: io::Error) -> Error {
    if find::<reqwest::Error>(&error).is_none() {
        return bad_encoding(host, Some(error));
    }
    match error.downcast::<reqwest::Error>() {
        Ok(error) => broken(host, error),
        Err(error) => bad_encoding(host, Some(error)),
    }
}
