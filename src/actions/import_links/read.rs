//! Reads a file of links into rows that wait, or only says what would become of them.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Seek as _};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::{Import, enqueue, find_import, save};
use crate::actions::{Error, Result};
use crate::app::App;
use crate::domain::UserId;
use crate::imports::{self, Entry, Format, HEAD};
use crate::store::{bulk, imports as store};

/// Rows that one statement stores.
const BATCH: usize = 1000;

/// A file to be imported.
#[derive(Debug, Clone)]
pub struct Source {
    /// Where it is.
    pub path: PathBuf,
    /// What its owner calls it.
    pub name: String,
    /// What it is; none to find out.
    pub format: Option<Format>,
}

/// What would become of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// What it is.
    pub format: Option<Format>,
    /// Entries in it.
    pub entries: u64,
    /// Those that would become items.
    pub accepted: u64,
    /// Those that stand in it twice, or that their owner has already.
    pub duplicates: u64,
    /// Those that could not be saved: place, link, reason; the first 1,000.
    pub rejected: Vec<(u64, String, String)>,
}

/// Reads a file for `owner` and hands it to the workers; one that was begun before is gone on with.
///
/// # Errors
/// [`Error::Invalid`] when it is no file of links; [`Error::Database`].
pub async fn read_file(app: &App, owner: UserId, source: &Source) -> Result<Import> {
    let (format, digest) = look(source).await?;
    let now = app.clock.now();
    let id = Uuid::new_v4();
    let mut tx = app.db.begin().await?;
    if let Some(begun) = store::find_unfinished(&mut tx, owner, digest).await? {
        enqueue(app, &mut tx, owner, begun.id).await?;
        tx.commit().await?;
        app.wake.notify();
        return Ok(begun);
    }
    let name: String = source.name.chars().filter(|c| !c.is_control()).take(200).collect();
    store::begin(&mut tx, id, owner, (&name, format.as_str()), digest, now).await?;
    tx.commit().await?;

    let mut entries = parse(source.path.clone(), format);
    let mut place = 0;
    loop {
        let mut rows = Vec::new();
        while rows.len() < BATCH {
            let Some(entry) = entries.recv().await else { break };
            match entry {
                Ok(entry) => {
                    place += 1;
                    // PostgreSQL's texts can't hold it.
                    let draft = serde_json::to_string(&entry).unwrap_or_default().replace("\\u0000", "");
                    rows.push((place, entry.link.replace('\0', "").chars().take(4096).collect(), draft));
                }
                Err(error) => {
                    fail(app, id, &error).await?;
                    return Err(error);
                }
            }
        }
        let last = rows.len() < BATCH;
        let mut tx = app.db.begin().await?;
        store::add_rows(&mut tx, id, rows).await?;
        if last {
            store::set_entries(&mut tx, id, place).await?;
            store::advance(&mut tx, id, "reading", "saving", None).await?;
            enqueue(app, &mut tx, owner, id).await?;
        }
        tx.commit().await?;
        if last {
            app.wake.notify();
            return find_import(app, owner, id).await;
        }
    }
}

async fn fail(app: &App, id: Uuid, error: &Error) -> Result<()> {
    let mut tx = app.db.begin().await?;
    store::fail(&mut tx, id, &error.to_string(), app.clock.now()).await?;
    Ok(tx.commit().await?)
}

/// Says what would become of a file, and changes nothing.
///
/// # Errors
/// [`Error::Invalid`] when it is no file of links; [`Error::Database`].
pub async fn try_file(app: &App, owner: UserId, source: &Source) -> Result<Found> {
    let (format, _) = look(source).await?;
    let mut found = Found { format: Some(format), ..Found::default() };
    let mut entries = parse(source.path.clone(), format);
    let mut seen = BTreeSet::new();
    loop {
        let mut hashes = Vec::new();
        while hashes.len() < BATCH {
            let Some(entry) = entries.recv().await else { break };
            let entry = entry?;
            found.entries += 1;
            match save::judge(&entry) {
                Ok(link) if seen.insert(link.canonical_hash()) => hashes.push(link.canonical_hash()),
                Ok(_) => found.duplicates += 1,
                Err(reason) if found.rejected.len() < BATCH => {
                    found.rejected.push((found.entries, entry.link, reason));
                }
                Err(_) => {}
            }
        }
        if hashes.is_empty() {
            return Ok(found);
        }
        let mut tx = app.db.begin().await?;
        let known = bulk::known(&mut tx, owner, &hashes).await?.len() as u64;
        found.duplicates += known;
        found.accepted += hashes.len() as u64 - known;
    }
}

/// The format of a file and its SHA-256.
async fn look(source: &Source) -> Result<(Format, [u8; 32])> {
    let (path, format) = (source.path.clone(), source.format);
    let looked = tokio::task::spawn_blocking(move || look_blocking(&path, format)).await;
    let looked = looked.map_err(|error| Error::Internal("a file could not be read", Some(Box::new(error))))?;
    let (format, digest) =
        looked.map_err(|error| Error::Internal("a file could not be read", Some(Box::new(error))))?;
    let names = Format::ALL.map(Format::as_str).join(", ");
    let format = format.ok_or_else(|| {
        Error::Invalid(format!("It is not a file of links that is known here. Name its format if it is one of {names}"))
    })?;
    Ok((format, digest))
}

fn look_blocking(path: &Path, format: Option<Format>) -> std::io::Result<(Option<Format>, [u8; 32])> {
    let mut file = File::open(path)?;
    let mut head = Vec::new();
    (&mut file).take(HEAD as u64).read_to_end(&mut head)?;
    file.rewind()?;
    let mut hash = Sha256::new();
    let mut from = BufReader::with_capacity(HEAD, file);
    loop {
        let bytes = from.fill_buf()?;
        if bytes.is_empty() {
            break;
        }
        hash.update(bytes);
        let read = bytes.len();
        from.consume(read);
    }
    Ok((format.or_else(|| imports::sniff(&head)), hash.finalize().into()))
}

/// The entries of a file, as a thread reads them.
fn parse(path: PathBuf, format: Format) -> mpsc::Receiver<Result<Entry>> {
    let (sender, receiver) = mpsc::channel(BATCH);
    tokio::task::spawn_blocking(move || {
        let parsed = File::open(path).map_err(imports::Error::Unreadable).and_then(|file| {
            let mut from = BufReader::with_capacity(HEAD, file);
            imports::parse(format, &mut from, &mut |entry| sender.blocking_send(Ok(entry)).is_ok())
        });
        let error = match parsed {
            Ok(()) | Err(imports::Error::Stopped) => return,
            Err(error @ imports::Error::NotOfFormat(..)) => Error::Invalid(format!("The file can't be read: {error}")),
            Err(error) => Error::Internal("a file could not be read", Some(Box::new(error))),
        };
        drop(sender.blocking_send(Err(error)));
    });
    receiver
}
