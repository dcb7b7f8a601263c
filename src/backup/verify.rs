//! Is a backup what its manifest says? Its bytes; and, when that is not enough, what comes of restoring it.

use std::io::{self, Read, Write};
use std::num::NonZeroU32;
use std::path::Path;

use flate2::read::GzDecoder;
use sha2::{Digest as _, Sha256};
use tokio_util::io::SyncIoBridge;

use super::lock::Shut;
use super::manifest::{Manifest, Part};
use super::meter::{Meter, Phase};
use super::restore::fill_postgres;
use super::survey::{differences, survey};
use super::temporary::Temporary;
use super::{Error, Keys, Result, Tools};
use crate::db::{Db, sql};
use crate::files::Files;

/// Bytes that are read at a time.
const BUFFER: usize = 256 * 1024;

/// Reads every file of a backup to its end and compares it with its checksums, as it is stored and unpacked.
///
/// # Errors
/// [`Error::Damaged`] says which and how; [`Error::Locked`], [`Error::OtherKey`].
pub async fn check_bytes(files: &Files, manifest: &Manifest, keys: &Keys, meter: &Meter) -> Result<()> {
    meter.begin(Phase::Checking, manifest.bytes());
    for part in &manifest.files {
        unpack(files, manifest, part, keys, meter, (io::sink(), String::new())).await?;
    }
    Ok(())
}

/// Reads every file of a backup to its end and compares it with its checksum as it is stored: for whoever has no key.
///
/// # Errors
/// [`Error::Damaged`].
pub async fn check_stored(files: &Files, manifest: &Manifest, meter: &Meter) -> Result<()> {
    meter.begin(Phase::Checking, manifest.bytes());
    for part in &manifest.files {
        let body = SyncIoBridge::new(files.open(&manifest.id.key(&part.name)).await?);
        let (part, meter) = (part.clone(), meter.clone());
        aside(move || Hashed::new(body, &meter).hold_to(&part)).await?;
    }
    Ok(())
}

/// Restores a backup into a database that is made for it and removed afterwards, and compares every table. `url` names a
/// database of the server on which that is, when it is PostgreSQL's; `scratch` a folder with room for an SQLite one.
///
/// # Errors
/// [`Error::Different`] names the tables; else why it could not be restored.
pub async fn check_by_restoring(
    files: &Files,
    manifest: &Manifest,
    url: Option<&str>,
    tools: &Tools,
    scratch: &Path,
    meter: &Meter,
) -> Result<()> {
    let part = only_part(manifest)?;
    if manifest.engine == "sqlite" {
        let file = Temporary(scratch.join(format!(".verify-{}.db", manifest.id)));
        unpack_to(files, manifest, part, &tools.keys, &file, meter).await?;
        return check_file(&file.0, manifest, meter).await;
    }
    let Some(url) = url else {
        return Err(Error::OtherEngine { found: manifest.engine.clone(), wanted: "sqlite".to_owned() });
    };
    let name = format!("brainly_verify_{}", uuid::Uuid::new_v4().simple());
    let made = Db::make_beside(url, &name).await?;
    let checked = check_server(files, manifest, &made, tools, meter).await;
    let dropped = Db::drop_beside(url, &name).await;
    checked?;
    Ok(dropped?)
}

async fn check_server(files: &Files, manifest: &Manifest, url: &str, tools: &Tools, meter: &Meter) -> Result<()> {
    fill_postgres(files, manifest, url, tools, "SELECT 1", meter).await?;
    let db = Db::open(url, NonZeroU32::MIN).await?;
    let compared = compare(&db, manifest, meter).await;
    db.close().await;
    compared
}

/// The one file of a backup.
pub(super) fn only_part(manifest: &Manifest) -> Result<&Part> {
    let why = || Error::NotWhole(manifest.id.to_string(), "it does not have one file".to_owned());
    match manifest.files.as_slice() {
        [part] => Ok(part),
        _ => Err(why()),
    }
}

/// Looks whether an SQLite file is sound and holds what the manifest says.
pub(super) async fn check_file(path: &Path, manifest: &Manifest, meter: &Meter) -> Result<()> {
    let db = Db::look_at(path).await?;
    let (sound,): (String,) = sql("SELECT integrity_check FROM pragma_integrity_check LIMIT 1").fetch_one(&db).await?;
    let compared = if sound == "ok" { compare(&db, manifest, meter).await } else { Err(Error::Different(sound)) };
    db.close().await;
    compared
}

/// Compares every table with the manifest.
pub(super) async fn compare(db: &Db, manifest: &Manifest, meter: &Meter) -> Result<()> {
    meter.begin(Phase::Counting, manifest.rows());
    let mut tx = db.snapshot().await?;
    let found = survey(&mut tx, meter).await?;
    let differences = differences(manifest, &found);
    if differences.is_empty() { Ok(()) } else { Err(Error::Different(differences.join("; "))) }
}

/// Unpacks a backup's file to `to`, made to last.
pub(super) async fn unpack_to(
    files: &Files,
    manifest: &Manifest,
    part: &Part,
    keys: &Keys,
    to: &Temporary,
    meter: &Meter,
) -> Result<()> {
    let unusable = || Error::machine(format!("{} can't be written", to.0.display()));
    if let Some(folder) = to.0.parent() {
        tokio::fs::create_dir_all(folder).await.map_err(unusable())?;
    }
    let file = to.make().map_err(unusable())?;
    let again = file.try_clone().map_err(unusable())?;
    meter.begin(Phase::Restoring, part.bytes);
    unpack(files, manifest, part, keys, meter, (file, to.0.display().to_string())).await?;
    again.sync_all().map_err(unusable())
}

/// Reads a file to its end, writes what it unpacks to into `to`, which has a name, and holds both to their checksums.
pub(super) async fn unpack(
    files: &Files,
    manifest: &Manifest,
    part: &Part,
    keys: &Keys,
    meter: &Meter,
    (mut to, name): (impl Write + Send + 'static, String),
) -> Result<()> {
    if let Some(encryption) = part.encryption.as_ref().filter(|encryption| !keys.fit(encryption)) {
        return Err(Shut::NoKey.told(manifest.id.to_string(), encryption));
    }
    let body = SyncIoBridge::new(files.open(&manifest.id.key(&part.name)).await?);
    let (backup, part, keys, meter) = (manifest.id.to_string(), part.clone(), keys.clone(), meter.clone());
    aside(move || unpack_blocking(body, backup, &part, &keys, &meter, (&mut to, &name))).await
}

/// Runs what takes long on a thread of its own.
async fn aside(work: impl FnOnce() -> Result<()> + Send + 'static) -> Result<()> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|cause| Err(Error::Machine("unpacking ended".into(), io::Error::other(cause))))
}

fn unpack_blocking(
    body: impl Read,
    name: String,
    part: &Part,
    keys: &Keys,
    meter: &Meter,
    to: (&mut impl Write, &str),
) -> Result<()> {
    let mut packed = Hashed::new(body, meter);
    let unpacked = open_and_write(&mut packed, part, keys, to);
    let (plain_bytes, plain_sha256) = match (unpacked, &part.encryption) {
        (Ok(written), _) => written?,
        (Err(Shut::Unreadable(cause)), _) => return Err(unread(part, cause)),
        (Err(why @ (Shut::NoKey | Shut::OtherKey)), Some(encryption)) => {
            // A damaged file looks as one of another key does.
            packed.hold_to(part)?;
            return Err(why.told(name, encryption));
        }
        (Err(_), _) => return Err(damaged(part, "it can't be decrypted")),
    };
    packed.hold_to(part)?;
    if plain_bytes != part.plain_bytes || plain_sha256 != part.plain_sha256 {
        return Err(damaged(part, "what it unpacks to has another checksum"));
    }
    Ok(())
}

/// Says how the writing went, unless the file could not be opened at all.
fn open_and_write(
    packed: impl Read,
    part: &Part,
    keys: &Keys,
    to: (&mut impl Write, &str),
) -> std::result::Result<Result<(u64, String)>, Shut> {
    let from = io::BufReader::with_capacity(BUFFER, packed);
    let Some(encryption) = &part.encryption else { return Ok(write_out(GzDecoder::new(from), part, to)) };
    let open = io::BufReader::with_capacity(BUFFER, keys.open(encryption, from)?);
    Ok(write_out(GzDecoder::new(open), part, to))
}

/// Writes what `zip` unpacks to into `to`; its length and SHA-256.
fn write_out(
    mut zip: GzDecoder<impl io::BufRead>,
    part: &Part,
    (to, name): (&mut impl Write, &str),
) -> Result<(u64, String)> {
    let unusable = || Error::machine(format!("{name} can't be written"));
    let (mut sum, mut bytes, mut buffer) = (Sha256::new(), 0_u64, vec![0; BUFFER]);
    loop {
        let read = match zip.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => read,
            Err(cause) => return Err(unread(part, cause)),
        };
        sum.update(&buffer[..read]);
        bytes += read as u64;
        to.write_all(&buffer[..read]).map_err(unusable())?;
    }
    to.flush().map_err(unusable())?;
    // What follows the end of the compressed stream belongs to the file as well.
    io::copy(&mut zip.into_inner(), &mut io::sink()).map_err(|cause| unread(part, cause))?;
    Ok((bytes, hex::encode(sum.finalize())))
}

fn damaged(part: &Part, why: &str) -> Error {
    Error::Damaged { name: part.name.clone(), why: why.to_owned() }
}

fn unread(part: &Part, cause: io::Error) -> Error {
    if is_damage(&cause) {
        damaged(part, "it can't be unpacked")
    } else {
        Error::Machine(format!("{} can't be read", part.name), cause)
    }
}

fn is_damage(cause: &io::Error) -> bool {
    matches!(cause.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof)
}

/// Hashes what is read.
struct Hashed<'a, R> {
    body: R,
    sum: Sha256,
    bytes: u64,
    meter: &'a Meter,
}

impl<'a, R: Read> Hashed<'a, R> {
    fn new(body: R, meter: &'a Meter) -> Self {
        Self { body, sum: Sha256::new(), bytes: 0, meter }
    }

    /// Reads what is left, and compares all of it with what was written.
    fn hold_to(mut self, part: &Part) -> Result<()> {
        io::copy(&mut self, &mut io::sink()).map_err(|cause| unread(part, cause))?;
        if self.bytes == part.bytes && hex::encode(self.sum.finalize()) == part.sha256 {
            Ok(())
        } else {
            Err(damaged(part, "its checksum is another"))
        }
    }
}

impl<R: Read> Read for Hashed<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.body.read(buffer)?;
        self.sum.update(&buffer[..read]);
        self.bytes += read as u64;
        self.meter.add(read as u64);
        Ok(read)
    }
}
