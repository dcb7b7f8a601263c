//! What a backup says of itself.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::lock::Encryption;
use super::{Error, Result};
use crate::domain::Timestamp;

/// The word by which a manifest is known.
const FORMAT: &str = "brainly-backup";
/// What this program writes; it reads this and what is older.
const VERSION: u32 = 2;
/// What it writes when nothing is encrypted: programs that know no encryption can read that.
const OPEN: u32 = 1;
/// The manifest's key below the backup's name.
pub(super) const NAME: &str = "manifest.json";
/// Bytes; a longer one is none.
pub(super) const LONGEST: u64 = 1024 * 1024;

/// A backup's name: the time when it was begun, and a few digits at random.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BackupId(String);

impl BackupId {
    /// A name for one that begins `now`.
    pub fn new(now: Timestamp) -> Self {
        let random = uuid::Uuid::new_v4().simple().to_string();
        Self(format!("{}-{}", now.format("%Y%m%dT%H%M%SZ"), &random[..6]))
    }

    /// Reads a name; none when it is no backup's.
    pub fn parse(text: &str) -> Option<Self> {
        let (time, random) = text.split_once('-')?;
        let digits = |part: &str, count| part.len() == count && part.bytes().all(|byte| byte.is_ascii_digit());
        let (day, clock) = time.strip_suffix('Z')?.split_once('T')?;
        let fits = digits(day, 8) && digits(clock, 6) && random.len() == 6;
        (fits && random.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| Self(text.to_owned()))
    }

    /// When it was begun.
    pub fn at(&self) -> Timestamp {
        let time = chrono::NaiveDateTime::parse_from_str(&self.0[..16], "%Y%m%dT%H%M%SZ");
        time.unwrap_or_default().and_utc()
    }

    /// The key of one of its files.
    pub(super) fn key(&self, name: &str) -> String {
        format!("{}/{name}", self.0)
    }
}

impl fmt::Display for BackupId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What is known of a backup; `manifest.json` holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    format: String,
    version: u32,
    /// Its name.
    pub id: BackupId,
    /// When it was begun.
    pub created_at: Timestamp,
    /// The version of the program that made it.
    pub program: String,
    /// `sqlite` or `postgresql`.
    pub engine: String,
    /// The engine's own version.
    pub engine_version: String,
    /// The newest migration that the database had; 0 without a ledger.
    pub schema: i64,
    /// The files that it consists of.
    pub files: Vec<Part>,
    /// Every table of it.
    pub tables: BTreeMap<String, TableSum>,
}

/// A file of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Part {
    /// Its name.
    pub name: String,
    /// Its length.
    pub bytes: u64,
    /// SHA-256 of it.
    pub sha256: String,
    /// The length of what was compressed.
    pub plain_bytes: u64,
    /// SHA-256 of what was compressed.
    pub plain_sha256: String,
    /// How it is encrypted; none when it is not.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub encryption: Option<Encryption>,
}

/// What is known of a table's rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TableSum {
    /// How many there are.
    pub rows: u64,
    /// The same for the same rows, in any order and on either engine; none for tables that can be made anew.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub fingerprint: Option<String>,
}

impl Manifest {
    /// A manifest with nothing in it yet.
    pub(super) fn new(id: BackupId, now: Timestamp, engine: &str) -> Self {
        Self {
            format: FORMAT.to_owned(),
            version: OPEN,
            id,
            created_at: now,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            engine: engine.to_owned(),
            engine_version: String::new(),
            schema: 0,
            files: Vec::new(),
            tables: BTreeMap::new(),
        }
    }

    /// Reads a manifest.
    ///
    /// # Errors
    /// [`Error::Newer`] when a newer program wrote it; [`Error::NotWhole`] when it is none.
    pub fn parse(id: &BackupId, bytes: &[u8]) -> Result<Self> {
        let broken = |why: String| Error::NotWhole(id.to_string(), why);
        let value: serde_json::Value =
            serde_json::from_slice(bytes).map_err(|error| broken(format!("its manifest can't be read ({error})")))?;
        if value["format"] != FORMAT {
            return Err(broken("its manifest is something else".to_owned()));
        }
        if value["version"].as_u64().is_some_and(|version| version > VERSION.into()) {
            return Err(Error::Newer(value["program"].as_str().unwrap_or("?").to_owned()));
        }
        let manifest: Self =
            serde_json::from_value(value).map_err(|error| broken(format!("its manifest can't be read ({error})")))?;
        if manifest.id != *id {
            return Err(broken(format!("its manifest is that of {}", manifest.id)));
        }
        Ok(manifest)
    }

    /// As it is written.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec_pretty(self).unwrap_or_default()
    }

    /// Adds a file.
    pub(super) fn add(&mut self, part: Part) {
        if part.encryption.is_some() {
            self.version = VERSION;
        }
        self.files.push(part);
    }

    /// How it is encrypted; none when it is not.
    pub fn encryption(&self) -> Option<&Encryption> {
        self.files.iter().find_map(|part| part.encryption.as_ref())
    }

    /// The bytes of all its files.
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|part| part.bytes).sum()
    }

    /// The rows of all its tables.
    pub fn rows(&self) -> u64 {
        self.tables.values().map(|table| table.rows).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::BackupId;

    #[test]
    fn a_name_tells_its_time_and_is_told_from_other_names() {
        let at = "2026-03-02T08:00:00Z".parse().unwrap();
        let id = BackupId::new(at);

        assert_eq!(BackupId::parse(&id.to_string()), Some(id.clone()));
        assert_eq!(id.at(), at);
        for other in
            ["", "photos", "20260302T080000Z", "20260302T080000Z-xyzxyz", "20260302T080000-1f2e3d", "../../etc"]
        {
            assert_eq!(BackupId::parse(other), None, "{other}");
        }
    }
}
