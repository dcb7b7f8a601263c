//! Encryption of a backup's file, in age's format (age-encryption.org/v1): to public keys, or by a passphrase.
//!
//! What is compressed is encrypted as it comes, so that nothing lies open on the disk but the copy that is being packed. With
//! age's own program and the key, a file can be opened without Brainly.
//!
//! The manifest stays readable: it tells that the file is encrypted and how, not what with.

use std::io::{self, BufRead, Read, Write};
use std::iter;

use age::secrecy::SecretString;
use age::stream::StreamWriter;
use age::{DecryptError, Decryptor, Encryptor, Identity, Recipient, scrypt, x25519};
use serde::{Deserialize, Serialize};

use super::Error;
use crate::config::{self, Secret};

/// scrypt's work, as a power of two: 64 MiB of memory for a moment. More than twice that would not leave room for the rest.
const WORK: u8 = 16;
/// The most work that a file may ask for.
const MOST_WORK: u8 = 18;

/// How a file is encrypted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Encryption {
    /// `age`.
    pub format: String,
    /// What opens it.
    pub by: By,
    /// The public keys that it is encrypted to.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub recipients: Vec<String>,
}

/// What opens a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum By {
    /// A passphrase.
    Passphrase,
    /// One of some keys.
    Key,
}

/// The keys at hand; none: nothing is encrypted, and nothing that is can be read.
#[derive(Debug, Clone, Default)]
pub struct Keys(config::Encryption);

/// Why a file could not be opened.
#[derive(Debug)]
pub(super) enum Shut {
    /// There is no key for it here.
    NoKey,
    /// The key is another, or the file is damaged.
    OtherKey,
    /// It is not what it should be.
    Damaged,
    /// It can't be read.
    Unreadable(io::Error),
}

/// What every file of age begins with.
const MAGIC: &[u8] = b"age-encryption.org/v1\n";
/// What follows it when the file is encrypted with a passphrase.
const BY_PASSPHRASE: &[u8] = b"-> scrypt ";

/// How a file that begins so is encrypted; none when it is not.
pub(super) fn recognize(head: &[u8]) -> Option<Encryption> {
    let rest = head.strip_prefix(MAGIC)?;
    let by = if rest.starts_with(BY_PASSPHRASE) { By::Passphrase } else { By::Key };
    Some(Encryption { format: "age".to_owned(), by, recipients: Vec::new() })
}

impl Shut {
    /// The error about the file or backup `name`.
    pub(super) fn told(&self, name: String, encryption: &Encryption) -> Error {
        let with = match encryption.by {
            By::Passphrase => "with a passphrase".to_owned(),
            By::Key if encryption.recipients.is_empty() => "to a key".to_owned(),
            By::Key => format!("to {}", encryption.recipients.join(", ")),
        };
        match (self, encryption.by) {
            (Self::NoKey, By::Passphrase) => Error::Locked { name, with, lacking: "none is set here" },
            (Self::NoKey, By::Key) => Error::Locked { name, with, lacking: "no secret key is set here" },
            (_, By::Passphrase) => Error::OtherKey { name, with, lacking: "the one that is set here is wrong" },
            (_, By::Key) => Error::OtherKey { name, with, lacking: "the secret key that is set here is of another" },
        }
    }
}

impl Keys {
    /// The keys that are configured.
    pub fn new(configured: &config::Encryption) -> Self {
        Self(configured.clone())
    }

    fn public(&self) -> Vec<x25519::Recipient> {
        let own = self.0.keys.iter().map(|key| key.expose().to_public());
        self.0.recipients.iter().cloned().chain(own).collect()
    }

    /// How new files are encrypted; none when they are not.
    pub fn encryption(&self) -> Option<Encryption> {
        let recipients: Vec<String> = self.public().iter().map(ToString::to_string).collect();
        let by = match (&self.0.passphrase, recipients.is_empty()) {
            (_, false) => By::Key,
            (Some(_), true) => By::Passphrase,
            (None, true) => return None,
        };
        Some(Encryption { format: "age".to_owned(), by, recipients })
    }

    /// Encrypts what is written into it; [`StreamWriter::finish`] writes the end.
    ///
    /// # Errors
    /// When `to` takes no bytes.
    pub(super) fn seal<W: Write>(&self, to: W) -> io::Result<StreamWriter<W>> {
        let public = self.public();
        let by_passphrase = self.0.passphrase.as_ref().filter(|_| public.is_empty()).map(|passphrase| {
            let mut recipient = scrypt::Recipient::new(secret(passphrase));
            recipient.set_work_factor(WORK);
            recipient
        });
        let recipients = public.iter().map(|key| key as &dyn Recipient);
        let recipients = recipients.chain(by_passphrase.iter().map(|passphrase| passphrase as &dyn Recipient));
        Encryptor::with_recipients(recipients).map_err(io::Error::other)?.wrap_output(to)
    }

    /// Can something here be tried on a file that is encrypted so?
    pub fn fit(&self, encryption: &Encryption) -> bool {
        match encryption.by {
            By::Passphrase => self.0.passphrase.is_some(),
            By::Key => !self.0.keys.is_empty(),
        }
    }

    /// What was encrypted, as it comes; damage further on shows when it is read.
    pub(super) fn open<R: BufRead>(&self, encryption: &Encryption, from: R) -> Result<impl Read + use<R>, Shut> {
        if !self.fit(encryption) {
            return Err(Shut::NoKey);
        }
        let shut = |error| match error {
            DecryptError::Io(cause) if cause.kind() == io::ErrorKind::UnexpectedEof => Shut::Damaged,
            DecryptError::Io(cause) => Shut::Unreadable(cause),
            DecryptError::NoMatchingKeys | DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed => {
                Shut::OtherKey
            }
            _ => Shut::Damaged,
        };
        let sealed = Decryptor::new_buffered(from).map_err(shut)?;
        let opened = match (&encryption.by, &self.0.passphrase) {
            (By::Passphrase, Some(passphrase)) => {
                let mut identity = scrypt::Identity::new(secret(passphrase));
                identity.set_max_work_factor(MOST_WORK);
                sealed.decrypt(iter::once(&identity as &dyn Identity))
            }
            _ => sealed.decrypt(self.0.keys.iter().map(|key| key.expose() as &dyn Identity)),
        };
        opened.map_err(shut)
    }
}

fn secret(passphrase: &Secret<String>) -> SecretString {
    SecretString::from(passphrase.expose().clone())
}
