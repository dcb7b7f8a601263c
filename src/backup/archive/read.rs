//! Reads an archive: once to see that it is whole, and again for its rows.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use sha2::{Digest as _, Sha256};
use tokio::sync::mpsc;

use super::{ArchivePart, FORMAT, HEADER, Header, LONGEST_PART, MANIFEST, PartSum, Totals, VERSION, tar};
use crate::backup::lock::{self, Shut};
use crate::backup::meter::{Meter, Phase};
use crate::backup::{Error, Keys, Result};

/// Bytes that are read at a time.
const BUFFER: usize = 256 * 1024;

/// An archive that was read to its end and found to be whole.
#[derive(Debug, Clone)]
pub struct Contents {
    /// What stands before the rows.
    pub header: Header,
    /// What stands after them.
    pub totals: Totals,
    /// Tells this archive from all others: SHA-256 of its manifest.
    pub id: String,
    path: PathBuf,
    keys: Keys,
}

/// Reads the archive at `path` to its end, and holds every part to its checksum. One that is encrypted is opened with `keys`.
///
/// # Errors
/// [`Error::Locked`] and [`Error::OtherKey`];
/// [`Error::Damaged`] when it is not whole or no archive; [`Error::Newer`] when a newer program wrote it.
pub async fn inspect(path: &Path, keys: &Keys, meter: &Meter) -> Result<Contents> {
    let (path, keys, meter) = (path.to_owned(), keys.clone(), meter.clone());
    let reading = tokio::task::spawn_blocking(move || inspect_blocking(path, keys, &meter));
    reading.await.unwrap_or_else(|cause| Err(Error::Machine("reading ended".into(), io::Error::other(cause))))
}

fn inspect_blocking(path: PathBuf, keys: Keys, meter: &Meter) -> Result<Contents> {
    let name = path.display().to_string();
    let damaged = |why: &str| Error::Damaged { name: name.clone(), why: why.to_owned() };
    let mut from = open(&path, &keys)?;
    meter.begin(Phase::Checking, 0);
    let mut next = || match tar::read(&mut from, LONGEST_PART) {
        Ok(Some(entry)) => Ok(entry),
        Ok(None) => Err(damaged("its end is missing")),
        Err(cause) if is_damage(&cause) => Err(damaged("it ends too soon, or is no archive of Brainly")),
        Err(cause) => Err(Error::Machine(format!("{name} can't be read"), cause)),
    };
    let (first, header) = next()?;
    if first != HEADER {
        return Err(damaged("it is no archive of Brainly"));
    }
    let header = read_header(&header).map_err(|why| why.unwrap_or_else(|| damaged("it is no archive of Brainly")))?;
    let mut parts = Vec::new();
    let (manifest, id) = loop {
        let (part, bytes) = next()?;
        let sha256 = hex::encode(Sha256::digest(&bytes));
        if part == MANIFEST {
            break (bytes, sha256);
        }
        meter.add(bytes.len() as u64);
        let rows = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).count() as u64;
        parts.push(PartSum { name: part, rows, bytes: bytes.len() as u64, sha256 });
    };
    let totals: Totals = serde_json::from_slice(&manifest).map_err(|_| damaged("its manifest can't be read"))?;
    if let Some(wrong) = parts.iter().zip(&totals.parts).find(|(found, told)| found != told) {
        return Err(damaged(&format!("{} has another checksum", wrong.0.name)));
    }
    if parts.len() != totals.parts.len() {
        return Err(damaged("parts of it are missing"));
    }
    // The checksum of the compressed stream stands at its very end.
    io::copy(&mut from, &mut io::sink()).map_err(|_| damaged("it ends too soon"))?;
    Ok(Contents { header, totals, id, path, keys })
}

/// None as an error: it is no header.
fn read_header(bytes: &[u8]) -> std::result::Result<Header, Option<Error>> {
    let value: serde_json::Value = serde_json::from_slice(bytes).map_err(|_| None)?;
    if value["format"] != FORMAT {
        return Err(None);
    }
    if value["version"].as_u64().is_some_and(|version| version > VERSION.into()) {
        return Err(Some(Error::Newer(value["program"].as_str().unwrap_or("?").to_owned())));
    }
    serde_json::from_value(value).map_err(|_| None)
}

/// The parts after the first `skip`, in order, as a thread reads them; each is held to its checksum again.
pub fn parts(contents: &Contents, skip: usize) -> mpsc::Receiver<Result<ArchivePart>> {
    let (sender, receiver) = mpsc::channel(2);
    let contents = contents.clone();
    tokio::task::spawn_blocking(move || {
        if let Err(error) = send_parts(&contents, skip, &sender) {
            drop(sender.blocking_send(Err(error)));
        }
    });
    receiver
}

fn send_parts(contents: &Contents, skip: usize, sender: &mpsc::Sender<Result<ArchivePart>>) -> Result<()> {
    let name = contents.path.display().to_string();
    let mut from = open(&contents.path, &contents.keys)?;
    let mut next = || tar::read(&mut from, LONGEST_PART).map_err(Error::machine(format!("{name} can't be read")));
    next()?;
    for (at, told) in contents.totals.parts.iter().enumerate() {
        let found =
            next()?.filter(|(part, bytes)| *part == told.name && hex::encode(Sha256::digest(bytes)) == told.sha256);
        let Some((part, bytes)) = found else {
            return Err(Error::Damaged { name, why: "it has changed since it was checked".to_owned() });
        };
        let table = part.split('/').nth(1).unwrap_or_default().to_owned();
        if at >= skip && sender.blocking_send(Ok(ArchivePart { table, bytes })).is_err() {
            return Ok(());
        }
    }
    Ok(())
}

fn open(path: &Path, keys: &Keys) -> Result<GzDecoder<Box<dyn BufRead>>> {
    let name = || path.display().to_string();
    let unreadable = || Error::machine(format!("{} can't be read", path.display()));
    let mut file = BufReader::with_capacity(BUFFER, File::open(path).map_err(unreadable())?);
    let Some(encryption) = lock::recognize(file.fill_buf().map_err(unreadable())?) else {
        return Ok(GzDecoder::new(Box::new(file)));
    };
    match keys.open(&encryption, file) {
        Ok(open) => Ok(GzDecoder::new(Box::new(BufReader::with_capacity(BUFFER, open)))),
        Err(Shut::Unreadable(cause)) => Err(unreadable()(cause)),
        Err(Shut::Damaged) => Err(Error::Damaged { name: name(), why: "it can't be decrypted".to_owned() }),
        Err(why) => Err(why.told(name(), &encryption)),
    }
}

fn is_damage(cause: &io::Error) -> bool {
    matches!(cause.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof)
}
