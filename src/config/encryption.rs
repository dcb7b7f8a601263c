//! What backups are encrypted with: public keys, a secret key, or a passphrase.

use age::x25519::{Identity, Recipient};

use super::reader::Reader;
use super::secret::Secret;
use super::setting::{DefaultValue, Setting, Values};
use super::value::Parsed;

/// The shortest passphrase, in characters: whoever has the file can try as many as they like.
const PASSPHRASE_MIN: usize = 16;

/// The keys of backups. Without any, they are not encrypted.
#[derive(Clone, Debug, Default)]
pub struct Encryption {
    /// Public keys that new backups are encrypted to.
    pub recipients: Vec<Recipient>,
    /// Secret keys that open backups; new ones are encrypted to them as well.
    pub keys: Vec<Secret<Identity>>,
    /// A passphrase that opens backups; new ones are encrypted with it where there is no key.
    pub passphrase: Option<Secret<String>>,
}

const PASSPHRASE: Setting = Setting {
    name: "BACKUP_PASSPHRASE",
    default: DefaultValue::Unset,
    values: Values::Like("at least 16 characters"),
    about: "Backups are encrypted with this passphrase (in age's format), and opened with it. Keep it elsewhere too: without it nobody can \
            read them. Where a key is set, it only opens what was encrypted with it before.",
    secret: true,
};

const KEY: Setting = Setting {
    name: "BACKUP_KEY",
    default: DefaultValue::Unset,
    values: Values::Like("secret keys of age, one a line, as `age-keygen` writes them"),
    about: "Backups are encrypted to these keys, and opened with them. Best given as `BACKUP_KEY_FILE`.",
    secret: true,
};

const RECIPIENT: Setting = Setting {
    name: "BACKUP_RECIPIENT",
    default: DefaultValue::Unset,
    values: Values::Like("public keys of age (`age1…`), separated by commas"),
    about: "Backups are encrypted to these keys. Without `BACKUP_KEY` this machine can't open them again: whoever breaks into it can't either.",
    secret: false,
};

impl Encryption {
    pub(super) fn read(from: &mut Reader<'_>) -> Self {
        Self {
            passphrase: from.optional(&PASSPHRASE, passphrase),
            keys: from.optional(&KEY, keys).unwrap_or_default(),
            recipients: from.optional(&RECIPIENT, recipients).unwrap_or_default(),
        }
    }
}

fn passphrase(text: &str) -> Parsed<Secret<String>> {
    if text.chars().count() < PASSPHRASE_MIN {
        return Err(format!("must have at least {PASSPHRASE_MIN} characters; `openssl rand -base64 24` makes one"));
    }
    Ok(Secret::new(text.to_owned()))
}

/// The lines that are no comments.
fn keys(text: &str) -> Parsed<Vec<Secret<Identity>>> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let keys: Result<Vec<Identity>, _> = lines.map(str::parse).collect();
    match keys {
        Ok(keys) if !keys.is_empty() => Ok(keys.into_iter().map(Secret::new).collect()),
        _ => Err("must hold secret keys of age (AGE-SECRET-KEY-1…); `age-keygen` makes one".to_owned()),
    }
}

fn recipients(text: &str) -> Parsed<Vec<Recipient>> {
    let parts = text.split([',', ' ', '\n']).map(str::trim).filter(|part| !part.is_empty());
    let keys: Result<Vec<Recipient>, _> = parts.map(str::parse).collect();
    let keys = keys.map_err(|_| "must be public keys of age (age1…), separated by commas".to_owned())?;
    if keys.is_empty() { Err("must name a public key of age (age1…)".to_owned()) } else { Ok(keys) }
}
