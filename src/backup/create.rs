//! Makes a backup: the database's file, then the manifest that makes it one.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};
use tokio::sync::oneshot;

use super::manifest::{self, BackupId, Manifest, Part};
use super::meter::{Meter, Phase};
use super::pipe::{Outlet, pipe};
use super::survey::{schema, survey};
use super::{Error, Keys, Result, Tools};
use crate::db::{self, Db, Engine, sql};
use crate::domain::Timestamp;
use crate::files::{self, Files, HALF};

/// Bytes that are read at a time.
const BUFFER: usize = 256 * 1024;
/// How often a growing copy is looked at: at 500 MB/s, 10 MB wait for the disk.
const LOOK: Duration = Duration::from_millis(20);
/// Bytes by which a copy shrinks at a time.
const STEP: u64 = 64 * 1024 * 1024;

/// Backs up the database `db`, which `url` names, to `files`.
///
/// Writers go on meanwhile; what is backed up is the database at one moment. An SQLite database is first copied beside
/// `scratch`, which needs room for it until the end; PostgreSQL's comes as a stream.
///
/// # Errors
/// [`Error`]; what was written until then does not count as a backup.
pub async fn create(
    db: &Db,
    url: &str,
    tools: &Tools,
    files: &Files,
    scratch: &Path,
    now: Timestamp,
    meter: &Meter,
) -> Result<Manifest> {
    let mut manifest = Manifest::new(BackupId::new(now), now, db.engine().name());
    let part = match db.engine() {
        Engine::Sqlite => sqlite(db, &tools.keys, files, scratch, &mut manifest, meter).await?,
        Engine::Postgres => postgres(db, url, tools, files, &mut manifest, meter).await?,
    };
    manifest.add(part);
    files.put(&manifest.id.key(manifest::NAME), manifest.to_bytes().as_slice()).await?;
    Ok(manifest)
}

/// Brings to the disk what a growing file has, and tells its length. Otherwise gigabytes would wait in memory, and whoever
/// commits meanwhile would wait behind them.
async fn settled(path: &Path) -> u64 {
    let Ok(file) = tokio::fs::File::open(path).await else { return 0 };
    // Whether it lasts does not count: it is a copy.
    drop(file.sync_data().await);
    file.metadata().await.map_or(0, |file| file.len())
}

/// A file that goes when this does.
pub(super) struct Temporary(pub(super) PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        shrink(&self.0);
        drop(std::fs::remove_file(&self.0));
    }
}

/// Gives back the room of a large file bit by bit: whoever commits on the same disk waits while it goes.
fn shrink(path: &Path) {
    let Ok(file) = std::fs::File::options().write(true).open(path) else { return };
    let mut length = file.metadata().map_or(0, |file| file.len());
    while length > STEP && file.set_len(length - STEP).is_ok() {
        length -= STEP;
    }
}

async fn sqlite(
    db: &Db,
    keys: &Keys,
    files: &Files,
    scratch: &Path,
    manifest: &mut Manifest,
    meter: &Meter,
) -> Result<Part> {
    let copy = Temporary(scratch.join(format!("{HALF}{}.db", manifest.id)));
    // SQLite takes an empty file for none, and would let everybody read one that it makes itself.
    files::private_file(&copy.0).map_err(Error::machine(format!("{} can't be made", copy.0.display())))?;
    let (pages, size): (i64, i64) =
        sql("SELECT page_count, page_size FROM pragma_page_count(), pragma_page_size()").fetch_one(db).await?;
    meter.begin(Phase::Copying, (pages * size).unsigned_abs());
    let copying = db.copy_into(&copy.0);
    tokio::pin!(copying);
    loop {
        tokio::select! {
            copied = &mut copying => break copied.map_err(|error| no_room(error, &copy.0))?,
            () = tokio::time::sleep(LOOK) => meter.set(settled(&copy.0).await),
        }
    }

    let copied = Db::look_at(&copy.0).await?;
    let mut tx = copied.snapshot().await?;
    meter.begin(Phase::Counting, 0);
    manifest.schema = schema(&mut tx).await?;
    manifest.tables = survey(&mut tx, meter).await?;
    let (version,): (String,) = sql("SELECT sqlite_version()").fetch_one(&mut tx).await?;
    manifest.engine_version = version;
    drop(tx);
    copied.close().await;

    let file = std::fs::File::open(&copy.0).map_err(Error::machine("the copy can't be read"))?;
    meter.begin(Phase::Writing, file.metadata().map_or(0, |file| file.len()));
    let (outlet, plain) = compress(keys, meter, move |read| read(&mut io::BufReader::with_capacity(BUFFER, file)));
    write(files, manifest, "database.sqlite.gz", keys, outlet, plain).await
}

async fn postgres(
    db: &Db,
    url: &str,
    tools: &Tools,
    files: &Files,
    manifest: &mut Manifest,
    meter: &Meter,
) -> Result<Part> {
    manifest.engine_version = tools.programs.check(db).await?;
    let mut tx = db.snapshot().await?;
    let (size,): (i64,) = sql("SELECT pg_database_size(current_database())").fetch_one(&mut tx).await?;
    let snapshot = tx.export_snapshot().await?;
    meter.begin(Phase::Counting, 0);
    manifest.schema = schema(&mut tx).await?;
    manifest.tables = survey(&mut tx, meter).await?;
    meter.begin(Phase::Writing, size.unsigned_abs());
    let mut program = tools.programs.dump(url, &snapshot)?;
    let (outlet, plain) = compress(&tools.keys, meter, move |read| {
        read(&mut program.output())?;
        program.end().map_err(io::Error::other)
    });
    let part = write(files, manifest, "database.dump.gz", &tools.keys, outlet, plain).await?;
    // Until here it holds what `pg_dump` sees.
    drop(tx);
    Ok(part)
}

async fn write(
    files: &Files,
    manifest: &Manifest,
    name: &str,
    keys: &Keys,
    outlet: Outlet,
    plain: oneshot::Receiver<(u64, String)>,
) -> Result<Part> {
    let encryption = keys.encryption();
    let name = if encryption.is_some() { format!("{name}.age") } else { name.to_owned() };
    let stored = files.put(&manifest.id.key(&name), outlet).await.map_err(own_words)?;
    let (plain_bytes, plain_sha256) = plain
        .await
        .map_err(|_| Error::Machine("the database can't be read".into(), io::ErrorKind::BrokenPipe.into()))?;
    Ok(Part { name, bytes: stored.bytes, sha256: stored.sha256, plain_bytes, plain_sha256, encryption })
}

/// It is the copy for which there is no room, not the database.
fn no_room(error: db::Error, copy: &Path) -> Error {
    match error {
        db::Error::Full(_) => files::Error::Full(copy.display().to_string()).into(),
        other => other.into(),
    }
}

/// What is written comes out of a program, whose own words say more than that the file could not be written.
fn own_words(error: files::Error) -> Error {
    match error {
        files::Error::Broken(key, cause) => {
            cause.downcast::<Error>().unwrap_or_else(|cause| files::Error::Broken(key, cause).into())
        }
        other => other.into(),
    }
}

/// What `source` hands over, compressed, and encrypted where there are keys; its length and SHA-256 before that come when it has been read to its end.
fn compress(
    keys: &Keys,
    meter: &Meter,
    source: impl FnOnce(&mut dyn FnMut(&mut dyn Read) -> io::Result<()>) -> io::Result<()> + Send + 'static,
) -> (Outlet, oneshot::Receiver<(u64, String)>) {
    let (told, plain) = oneshot::channel();
    let (keys, meter) = (keys.clone(), meter.clone());
    let outlet = pipe(move |inlet| {
        let sum = if keys.encryption().is_some() {
            let mut sealed = keys.seal(inlet)?;
            let sum = pack(&mut sealed, &meter, source)?;
            sealed.finish()?;
            sum
        } else {
            pack(inlet, &meter, source)?
        };
        drop(told.send(sum));
        Ok(())
    });
    (outlet, plain)
}

fn pack(
    to: &mut impl Write,
    meter: &Meter,
    source: impl FnOnce(&mut dyn FnMut(&mut dyn Read) -> io::Result<()>) -> io::Result<()>,
) -> io::Result<(u64, String)> {
    let mut zip = GzEncoder::new(to, Compression::new(3));
    let (mut bytes, mut hash, mut buffer) = (0_u64, Sha256::new(), vec![0; BUFFER]);
    source(&mut |from| {
        loop {
            let read = from.read(&mut buffer)?;
            if read == 0 {
                return Ok(());
            }
            hash.update(&buffer[..read]);
            bytes += read as u64;
            zip.write_all(&buffer[..read])?;
            meter.add(read as u64);
        }
    })?;
    zip.finish()?;
    Ok((bytes, hex::encode(hash.finalize())))
}

/// Copies a whole backup from one place to another, its manifest last.
///
/// # Errors
/// [`Error::Files`]; [`Error::Damaged`] when what was read is not what the manifest says.
pub async fn copy_to(from: &Files, to: &Files, manifest: &Manifest, meter: &Meter) -> Result<()> {
    meter.begin(Phase::Uploading, manifest.bytes());
    for part in &manifest.files {
        let key = manifest.id.key(&part.name);
        let meter = meter.clone();
        let body =
            tokio_util::io::InspectReader::new(from.open(&key).await?, move |bytes| meter.add(bytes.len() as u64));
        let stored = to.put(&key, body).await?;
        if stored.sha256 != part.sha256 {
            return Err(Error::Damaged { name: part.name.clone(), why: "its checksum is another".to_owned() });
        }
    }
    to.put(&manifest.id.key(manifest::NAME), manifest.to_bytes().as_slice()).await?;
    Ok(())
}
