//! Which backups there are in a place.

use super::manifest::{self, BackupId, Manifest};
use super::{Error, Result};
use crate::files::{self, Files};

/// A backup, or what is left of one that was not finished.
#[derive(Debug)]
pub struct Listed {
    /// Its name.
    pub id: BackupId,
    /// What it says of itself; for one that is not whole, why not.
    pub manifest: Result<Manifest>,
    /// Has it no manifest, as it was never finished, or is just being made?
    pub is_unfinished: bool,
    /// The keys of its files.
    keys: Vec<String>,
}

impl Listed {
    /// Can it be restored, as far as its manifest tells?
    pub const fn is_whole(&self) -> bool {
        self.manifest.is_ok()
    }
}

/// Every backup in `files`, the newest first.
///
/// # Errors
/// [`Error::Files`] when the place can't be looked at, or a manifest can't be read that is there: whether its backup is whole is
/// not known then, and nobody must take it for what may go.
pub async fn list(files: &Files) -> Result<Vec<Listed>> {
    let mut found: Vec<(BackupId, Vec<files::Entry>)> = Vec::new();
    for entry in files.list().await? {
        let Some(id) = entry.key.split_once('/').and_then(|(name, _)| BackupId::parse(name)) else { continue };
        match found.last_mut().filter(|(last, _)| *last == id) {
            Some((_, entries)) => entries.push(entry),
            None => found.push((id, vec![entry])),
        }
    }
    let mut listed = Vec::new();
    for (id, entries) in found.into_iter().rev() {
        let is_unfinished = entries.iter().all(|entry| entry.key != id.key(manifest::NAME));
        let manifest = match read(files, &id).await.and_then(|manifest| whole(manifest, &entries)) {
            Err(error @ Error::Files(_)) => return Err(error),
            judged => judged,
        };
        let keys = entries.into_iter().map(|entry| entry.key).collect();
        listed.push(Listed { id, manifest, is_unfinished, keys });
    }
    Ok(listed)
}

/// The backup of that name, or the newest that was finished: never an older one in place of a damaged one.
///
/// # Errors
/// [`Error::NoSuchBackup`] when there is none; [`Error::NotWhole`] or [`Error::Newer`] when it can't be used.
pub async fn find(files: &Files, name: Option<&str>) -> Result<Manifest> {
    let Some(name) = name else {
        let newest = list(files).await?.into_iter().find(|listed| !listed.is_unfinished);
        return newest.ok_or_else(|| Error::NoSuchBackup(format!("in {}", files.place())))?.manifest;
    };
    let missing = || Error::NoSuchBackup(format!("{name} in {}", files.place()));
    let id = BackupId::parse(name).ok_or_else(missing)?;
    let entries: Vec<_> =
        files.list().await?.into_iter().filter(|entry| entry.key.starts_with(&format!("{id}/"))).collect();
    if entries.is_empty() {
        return Err(missing());
    }
    whole(read(files, &id).await?, &entries)
}

async fn read(files: &Files, id: &BackupId) -> Result<Manifest> {
    match files.read(&id.key(manifest::NAME), manifest::LONGEST).await {
        Ok(bytes) => Manifest::parse(id, &bytes),
        Err(files::Error::TooLong(_)) => Err(Error::NotWhole(id.to_string(), "its manifest is too long".to_owned())),
        Err(files::Error::Missing(_)) => {
            Err(Error::NotWhole(id.to_string(), "it has no manifest, so it was not finished".to_owned()))
        }
        Err(error) => Err(error.into()),
    }
}

/// Every file that the manifest names is there and as long as it says.
fn whole(manifest: Manifest, entries: &[files::Entry]) -> Result<Manifest> {
    for part in &manifest.files {
        let key = manifest.id.key(&part.name);
        let why = match entries.iter().find(|entry| entry.key == key) {
            Some(entry) if entry.bytes == part.bytes => continue,
            Some(entry) => format!("{} has {} bytes instead of {}", part.name, entry.bytes, part.bytes),
            None => format!("{} is missing", part.name),
        };
        return Err(Error::NotWhole(manifest.id.to_string(), why));
    }
    Ok(manifest)
}

/// Removes a backup: the manifest first, so that it never looks whole.
///
/// # Errors
/// [`Error::Files`]; what was removed until then stays so.
pub async fn remove(files: &Files, listed: &Listed) -> Result<()> {
    let manifest = listed.id.key(manifest::NAME);
    files.delete(&manifest).await?;
    for key in listed.keys.iter().filter(|key| **key != manifest) {
        files.delete(key).await?;
    }
    Ok(())
}
