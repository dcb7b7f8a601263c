//! Makes a backup: the database's file, then the manifest that makes it one.

use std::convert::Infallible;
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use futures::TryStreamExt as _;
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncWrite, AsyncWriteExt as _};
use tokio::sync::oneshot;
use tokio_util::io::SyncIoBridge;

use super::manifest::{self, BackupId, Manifest, Part};
use super::meter::{Meter, Phase};
use super::pipe::{Outlet, pipe};
use super::restore::beside;
use super::survey::{schema, survey};
use super::{Error, Keys, Result, Tools};
use crate::db::{Db, Engine, Tx, sql};
use crate::domain::Timestamp;
use crate::files::{self, Files};

/// Bytes that are read at a time.
const BUFFER: usize = 256 * 1024;
/// How often a log that grows is brought to the disk.
const SETTLE: Duration = Duration::from_millis(200);

/// Backs up the database `db`, which `url` names, to `files`.
///
/// Writers go on meanwhile; what is backed up is the database at one moment, as a stream.
///
/// # Errors
/// [`Error`]; what was written until then does not count as a backup.
pub async fn create(
    db: &Db,
    url: &str,
    tools: &Tools,
    files: &Files,
    now: Timestamp,
    meter: &Meter,
) -> Result<Manifest> {
    let mut manifest = Manifest::new(BackupId::new(now), now, db.engine().name());
    let part = match db.engine() {
        Engine::Sqlite => tokio::select! {
            read = sqlite(db, &tools.keys, files, &mut manifest, meter) => read?,
            never = settle_log(Db::file(url)) => match never {},
        },
        Engine::Postgres => postgres(db, url, tools, files, &mut manifest, meter).await?,
    };
    manifest.add(part);
    files.put(&manifest.id.key(manifest::NAME), manifest.to_bytes().as_slice()).await?;
    Ok(manifest)
}

/// Brings what is written to an SQLite database meanwhile to the disk: its log can't be shortened while a backup reads, and whoever
/// commits first afterwards would wait for all of it.
async fn settle_log(database: Option<PathBuf>) -> Infallible {
    let log = database.map(|file| beside(&file, "-wal")).unwrap_or_default();
    loop {
        tokio::time::sleep(SETTLE).await;
        if let Ok(log) = tokio::fs::File::open(&log).await {
            // Whether it lasts is SQLite's business.
            drop(log.sync_data().await);
        }
    }
}

async fn sqlite(db: &Db, keys: &Keys, files: &Files, manifest: &mut Manifest, meter: &Meter) -> Result<Part> {
    let mut tx = db.snapshot().await?;
    (manifest.engine_version,) = sql("SELECT sqlite_version()").fetch_one(&mut tx).await?;
    meter.begin(Phase::Counting, 0);
    manifest.schema = schema(&mut tx).await?;
    manifest.tables = survey(&mut tx, meter).await?;
    let (size,): (i64,) =
        sql("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()").fetch_one(&mut tx).await?;
    meter.begin(Phase::Writing, size.unsigned_abs());
    let (to, from) = tokio::io::duplex(BUFFER);
    let (outlet, plain) = compress(keys, meter, move |read| read(&mut SyncIoBridge::new(from)));
    // Which of them ends first knows why.
    let (part, ()) =
        tokio::try_join!(write(files, manifest, "database.sqlite.gz", keys, outlet, plain), hand_over(&mut tx, to))?;
    Ok(part)
}

/// Writes an SQLite database into `to`, page by page.
async fn hand_over(tx: &mut Tx<'_>, mut to: impl AsyncWrite + Unpin) -> Result<()> {
    let mut pages = tx.pages().await?;
    while let Some(page) = pages.try_next().await? {
        to.write_all(&page).await.map_err(Error::machine("the database can't be packed"))?;
    }
    Ok(())
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
