//! Bytes by key: a folder or a bucket of S3, written so that a file is there whole or not at all.
//!
//! A key is a path of plain names with `/` between, such as `20260302T080000Z-1f2e3d/manifest.json`. Everything is streamed
//! and its SHA-256 taken on the way, so a file may be larger than memory.
//!
//! To add a place: a variant of [`Files`] and a file here with its six verbs. What the bytes mean is the caller's business.

mod error;
mod folder;
mod s3;

use std::pin::Pin;

use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncRead, AsyncReadExt as _};

use crate::domain::Timestamp;

pub use error::{Error, Result};
pub use folder::Folder;
pub use s3::Bucket;

/// Bytes as they come.
pub type Body = Pin<Box<dyn AsyncRead + Send>>;

/// Where files are kept.
#[derive(Debug, Clone)]
pub enum Files {
    /// On this machine, or what it has mounted.
    Folder(Folder),
    /// In S3, or where the same is spoken.
    S3(Bucket),
}

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Its length.
    pub bytes: u64,
    /// SHA-256 of it, in hexadecimal digits.
    pub sha256: String,
}

/// A file that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its key.
    pub key: String,
    /// Its length.
    pub bytes: u64,
}

impl Files {
    /// Writes a file; whole, and lasting, when this returns. One of the same key is replaced at that moment.
    ///
    /// # Errors
    /// [`Error`]; also what `body` meets. Nothing is under the key then, or what was there before.
    pub async fn put(&self, key: &str, body: impl AsyncRead + Send + Unpin) -> Result<Stored> {
        let key = checked(key)?;
        match self {
            Self::Folder(folder) => folder.put(key, body).await,
            Self::S3(bucket) => bucket.put(key, body).await,
        }
    }

    /// A file's bytes.
    ///
    /// # Errors
    /// [`Error::Missing`] when there is none of that key.
    pub async fn open(&self, key: &str) -> Result<Body> {
        let key = checked(key)?;
        match self {
            Self::Folder(folder) => folder.open(key).await,
            Self::S3(bucket) => bucket.open(key).await,
        }
    }

    /// A small file, whole.
    ///
    /// # Errors
    /// [`Error::Missing`] when there is none of that key; [`Error::TooLong`] when it has more than `limit` bytes.
    pub async fn read(&self, key: &str, limit: u64) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let body = self.open(key).await?;
        body.take(limit + 1).read_to_end(&mut bytes).await.map_err(|cause| Error::broken(key, cause))?;
        if bytes.len() as u64 > limit { Err(Error::TooLong(key.to_owned())) } else { Ok(bytes) }
    }

    /// Every file, in the order of the keys. What is half-written is not among them.
    pub async fn list(&self) -> Result<Vec<Entry>> {
        match self {
            Self::Folder(folder) => folder.list().await,
            Self::S3(bucket) => bucket.list().await,
        }
    }

    /// Removes a file; one that is not there is removed already.
    pub async fn delete(&self, key: &str) -> Result<()> {
        let key = checked(key)?;
        match self {
            Self::Folder(folder) => folder.delete(key).await,
            Self::S3(bucket) => bucket.delete(key).await,
        }
    }

    /// Takes away what was begun before `then` and never ended; how many files that were.
    ///
    /// # Errors
    /// [`Error`]; what was taken away until then stays so.
    pub async fn sweep(&self, then: Timestamp) -> Result<usize> {
        match self {
            Self::Folder(folder) => folder.sweep(then).await,
            Self::S3(bucket) => bucket.sweep(then).await,
        }
    }

    /// Where it is, in a person's words.
    pub fn place(&self) -> String {
        match self {
            Self::Folder(folder) => folder.root().display().to_string(),
            Self::S3(bucket) => bucket.place(),
        }
    }
}

/// Keys never lead out of their place.
fn checked(key: &str) -> Result<&str> {
    let plain = |name: &str| {
        !name.is_empty()
            && !name.starts_with('.')
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    if key.split('/').all(plain) { Ok(key) } else { Err(Error::BadKey(key.to_owned())) }
}

/// Counts and hashes what passes.
#[derive(Default)]
struct Sum {
    bytes: u64,
    sha256: Sha256,
}

impl Sum {
    fn add(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
        self.sha256.update(bytes);
    }

    fn stored(self) -> Stored {
        Stored { bytes: self.bytes, sha256: hex::encode(self.sha256.finalize()) }
    }
}

#[cfg(test)]
mod tests {
    use super::checked;

    #[test]
    fn a_key_stays_in_its_place() {
        for key in ["a", "20260302T080000Z-1f2e3d/manifest.json", "a/b-c_d.e"] {
            assert!(checked(key).is_ok(), "{key}");
        }
        for key in ["", "/a", "a/", "a//b", "..", "a/../b", ".hidden", "a\\b", "a b", "ä", "a\0b"] {
            assert!(checked(key).is_err(), "{key}");
        }
    }
}
