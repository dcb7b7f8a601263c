//! Is a backup what its manifest says? Its bytes; and, when that is not enough, what comes of restoring it.

use std::io::{self, Read, Write};
use std::num::NonZeroU32;
use std::path::Path;

use flate2::read::GzDecoder;
use sha2::{Digest as _, Sha256};
use tokio::io::AsyncRead;
use tokio_util::io::SyncIoBridge;

use super::create::Temporary;
use super::manifest::{Manifest, Part};
use super::meter::{Meter, Phase};
use super::postgres::Programs;
use super::restore::fill_postgres;
use super::survey::{differences, survey};
use super::{Error, Result};
use crate::db::{Db, sql};
use crate::files::Files;

/// Bytes that are read at a time.
const BUFFER: usize = 256 * 1024;

/// Reads every file of a backup to its end and compares it with its checksums, compressed and not.
///
/// # Errors
/// [`Error::Damaged`] says which and how.
pub async fn check_bytes(files: &Files, manifest: &Manifest, meter: &Meter) -> Result<()> {
    meter.begin(Phase::Checking, manifest.bytes());
    for part in &manifest.files {
        let body = files.open(&manifest.id.key(&part.name)).await?;
        unpack(body, part, meter, io::sink()).await?;
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
    programs: &Programs,
    scratch: &Path,
    meter: &Meter,
) -> Result<()> {
    let part = only_part(manifest)?;
    if manifest.engine == "sqlite" {
        let file = Temporary(scratch.join(format!(".verify-{}.db", manifest.id)));
        unpack_to(files, manifest, part, &file.0, meter).await?;
        return check_file(&file.0, manifest, meter).await;
    }
    let Some(url) = url else {
        return Err(Error::OtherEngine { found: manifest.engine.clone(), wanted: "sqlite".to_owned() });
    };
    let name = format!("brainly_verify_{}", uuid::Uuid::new_v4().simple());
    let made = Db::make_beside(url, &name).await?;
    let checked = check_server(files, manifest, &made, programs, meter).await;
    let dropped = Db::drop_beside(url, &name).await;
    checked?;
    Ok(dropped?)
}

async fn check_server(files: &Files, manifest: &Manifest, url: &str, programs: &Programs, meter: &Meter) -> Result<()> {
    fill_postgres(files, manifest, url, programs, "SELECT 1", meter).await?;
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

/// Unpacks a backup's file to a new one at `path`, made to last.
pub(super) async fn unpack_to(
    files: &Files,
    manifest: &Manifest,
    part: &Part,
    path: &Path,
    meter: &Meter,
) -> Result<()> {
    let unusable = || Error::machine(format!("{} can't be written", path.display()));
    if let Some(folder) = path.parent() {
        tokio::fs::create_dir_all(folder).await.map_err(unusable())?;
    }
    let mut options = std::fs::File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path).map_err(unusable())?;
    let again = file.try_clone().map_err(unusable())?;
    meter.begin(Phase::Restoring, part.bytes);
    let body = files.open(&manifest.id.key(&part.name)).await?;
    unpack(body, part, meter, file).await?;
    again.sync_all().map_err(unusable())
}

/// Reads `body` to its end, writes what it unpacks to into `to`, and holds both to their checksums.
pub(super) async fn unpack(
    body: impl AsyncRead + Send + Unpin + 'static,
    part: &Part,
    meter: &Meter,
    mut to: impl Write + Send + 'static,
) -> Result<()> {
    let (part, meter) = (part.clone(), meter.clone());
    let bridge = SyncIoBridge::new(body);
    let work = tokio::task::spawn_blocking(move || unpack_blocking(bridge, &part, &meter, &mut to));
    work.await.unwrap_or_else(|cause| Err(Error::Machine("unpacking ended".into(), io::Error::other(cause))))
}

fn unpack_blocking(body: impl Read, part: &Part, meter: &Meter, to: &mut impl Write) -> Result<()> {
    let damaged = |why: &str| Error::Damaged { name: part.name.clone(), why: why.to_owned() };
    let mut packed = Hashed { body, sum: Sha256::new(), bytes: 0, meter };
    let (mut plain, mut plain_bytes, mut buffer) = (Sha256::new(), 0_u64, vec![0; BUFFER]);
    let mut zip = GzDecoder::new(io::BufReader::with_capacity(BUFFER, &mut packed));
    loop {
        let read = match zip.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => read,
            Err(cause) if is_damage(&cause) => return Err(damaged("it can't be unpacked")),
            Err(cause) => return Err(Error::Machine(format!("{} can't be read", part.name), cause)),
        };
        plain.update(&buffer[..read]);
        plain_bytes += read as u64;
        to.write_all(&buffer[..read]).map_err(Error::machine("what was unpacked can't be written"))?;
    }
    to.flush().map_err(Error::machine("what was unpacked can't be written"))?;
    // What follows the end of the compressed stream belongs to the file as well.
    io::copy(&mut zip.into_inner(), &mut io::sink()).map_err(Error::machine(format!("{} can't be read", part.name)))?;
    if packed.bytes != part.bytes || hex::encode(packed.sum.finalize()) != part.sha256 {
        return Err(damaged("its checksum is another"));
    }
    if plain_bytes != part.plain_bytes || hex::encode(plain.finalize()) != part.plain_sha256 {
        return Err(damaged("what it unpacks to has another checksum"));
    }
    Ok(())
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

impl<R: Read> Read for Hashed<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.body.read(buffer)?;
        self.sum.update(&buffer[..read]);
        self.bytes += read as u64;
        self.meter.add(read as u64);
        Ok(read)
    }
}
