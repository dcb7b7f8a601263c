//! Fills a database from a backup: all of it, or nothing is changed.

use std::io::{self, Write as _};
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use super::manifest::Manifest;
use super::meter::{Meter, Phase};
use super::temporary::Temporary;
use super::verify::{check_bytes, check_file, compare, only_part, unpack, unpack_to};
use super::{Error, Result, Tools};
use crate::db::{Db, Engine, migrate, sql};
use crate::files::Files;

/// Is there nothing in the database that `url` names which a restore would lose?
///
/// An SQLite file that is missing is empty; so is a database without tables, or with nobody in it. A file that is damaged is not:
/// it is what one restores over.
///
/// # Errors
/// [`Error::Database`] when it can't be looked at.
pub async fn is_empty(url: &str) -> Result<bool> {
    if Db::file(url).is_some_and(|file| !file.exists()) {
        return Ok(true);
    }
    match look(url).await {
        Err(Error::Database(error)) if Db::file(url).is_some() && !error.is_transient() => Ok(false),
        looked => looked,
    }
}

async fn look(url: &str) -> Result<bool> {
    let db = Db::open(url, NonZeroU32::MIN).await?;
    let empty = is_empty_inside(&db).await;
    db.close().await;
    empty
}

async fn is_empty_inside(db: &Db) -> Result<bool> {
    let tables: Vec<(String,)> = sql(match db.engine() {
        Engine::Sqlite => {
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        }
        Engine::Postgres => OWN_TABLES,
    })
    .fetch_all(db)
    .await?;
    if tables.is_empty() {
        return Ok(true);
    }
    // A migrated database in which nobody has an account yet: what `serve` makes at its first start.
    let names: Vec<&str> = tables.iter().map(|(name,)| name.trim_start_matches("public.")).collect();
    let is_known = |name: &&str| super::tables::known().any(|(table, ..)| table == *name);
    if !names.contains(&"users") || !names.iter().all(is_known) {
        return Ok(false);
    }
    let (users,): (i64,) = sql("SELECT COUNT(*) FROM users").fetch_one(db).await?;
    Ok(users == 0)
}

/// Tables of the database that no extension brought, with their schema.
const OWN_TABLES: &str = "SELECT CAST(n.nspname || '.' || c.relname AS text) FROM pg_class c \
    JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') AND n.nspname NOT LIKE 'pg\\_%' \
    AND n.nspname <> 'information_schema' AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')";

/// What makes a PostgreSQL database empty: nothing of an extension is touched.
const CLEAR: &str = "DO $clear$ DECLARE name text; BEGIN \
    FOR name IN SELECT format('%I', n.nspname) FROM pg_namespace n WHERE n.nspname NOT LIKE 'pg\\_%' \
        AND n.nspname NOT IN ('information_schema', 'public') \
        AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = n.oid AND d.deptype = 'e') \
    LOOP EXECUTE 'DROP SCHEMA ' || name || ' CASCADE'; END LOOP; \
    FOR name IN SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
        WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') \
        AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e') \
    LOOP EXECUTE 'DROP TABLE IF EXISTS ' || name || ' CASCADE'; END LOOP; \
    FOR name IN SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace \
        WHERE n.nspname = 'public' AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') \
    LOOP EXECUTE 'DROP ROUTINE IF EXISTS ' || name || ' CASCADE'; END LOOP; END $clear$";

/// Replaces what is in the database that `url` names by the backup. Nobody else may be at work on it
/// ([`crate::db::Presence::alone`]).
///
/// The backup is checked first, and compared afterwards; when it does not hold, the database is as it was.
///
/// # Errors
/// [`Error::OtherEngine`] for a backup of the other engine, [`Error::Newer`] for one of a newer schema; [`Error::Damaged`]; whatever
/// the database meets.
pub async fn restore(files: &Files, manifest: &Manifest, url: &str, tools: &Tools, meter: &Meter) -> Result<()> {
    let wanted = if Db::file(url).is_some() { Engine::Sqlite } else { Engine::Postgres };
    if manifest.engine != wanted.name() {
        return Err(Error::OtherEngine { found: manifest.engine.clone(), wanted: wanted.name().to_owned() });
    }
    if manifest.schema > migrate::newest(wanted) {
        return Err(Error::Newer(manifest.program.clone()));
    }
    if let Some(file) = Db::file(url) {
        return restore_file(files, manifest, tools, &file, meter).await;
    }
    check_bytes(files, manifest, &tools.keys, meter).await?;
    fill_postgres(files, manifest, url, tools, CLEAR, meter).await?;
    let db = Db::open(url, NonZeroU32::MIN).await?;
    let compared = compare(&db, manifest, meter).await;
    db.close().await;
    compared
}

/// Unpacks beside the file, looks whether all is there, and only then gives it its name.
async fn restore_file(files: &Files, manifest: &Manifest, tools: &Tools, file: &Path, meter: &Meter) -> Result<()> {
    let part = only_part(manifest)?;
    let beside = Temporary(beside(file, ".restoring"));
    unpack_to(files, manifest, part, &tools.keys, &beside, meter).await?;
    check_file(&beside.0, manifest, meter).await?;
    settle(file).await?;
    keep_owner(&beside.0, file);
    let unusable = || Error::machine(format!("{} can't be replaced", file.display()));
    std::fs::rename(&beside.0, file).map_err(unusable())?;
    #[cfg(unix)]
    if let Some(folder) = file.parent() {
        std::fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(unusable())?;
    }
    Ok(())
}

/// Gives `new` to whom `old` belongs, or the folder where there is none: root restores for the account that Brainly runs as. Nobody else
/// may do so, nor need to.
fn keep_owner(new: &Path, old: &Path) {
    #[cfg(unix)]
    if let Some(owner) = std::fs::metadata(old).ok().or_else(|| std::fs::metadata(old.parent()?).ok()) {
        use std::os::unix::fs::{MetadataExt as _, chown};
        drop(chown(new, Some(owner.uid()), Some(owner.gid())));
    }
}

/// Brings what stands in the old database's log into its file, and takes the log away, also where there is no file any more: beside the
/// new file it would be taken for its own. Until the new file has its name, the old one is whole, unless it is damaged.
async fn settle(file: &Path) -> Result<()> {
    let url = format!(
        "sqlite://{}",
        percent_encoding::utf8_percent_encode(&file.to_string_lossy(), percent_encoding::CONTROLS)
    );
    if file.exists()
        && let Ok(db) = Db::open(&url, NonZeroU32::MIN).await
    {
        let settled = db.settle().await;
        db.close().await;
        settled.or_else(|error| if error.is_transient() { Err(error) } else { Ok(()) })?;
    }
    for name in ["-wal", "-shm"] {
        match std::fs::remove_file(beside(file, name)) {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => {
                return Err(Error::Machine(format!("{}{name} can't be removed", file.display()), cause));
            }
            _ => {}
        }
    }
    Ok(())
}

/// The file whose name has that ending as well.
pub(super) fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Runs `first` and then all of the backup's statements in one transaction, which is committed only when the last of them
/// has gone through: a process that is killed meanwhile leaves nothing.
pub(super) async fn fill_postgres(
    files: &Files,
    manifest: &Manifest,
    url: &str,
    tools: &Tools,
    first: &'static str,
    meter: &Meter,
) -> Result<()> {
    let part = only_part(manifest)?;
    meter.begin(Phase::Restoring, part.bytes);
    let mut script = tools.programs.script()?;
    let mut psql = tools.programs.run(url)?;
    let (dump, mut statements, mut target) = (script.input(), script.output(), psql.input());
    let filling = tokio::task::spawn_blocking(move || {
        let copied = write!(target, "BEGIN;\n{first};\n").and_then(|()| io::copy(&mut statements, &mut target));
        (copied, target)
    });
    let unpacked = unpack(files, manifest, part, &tools.keys, meter, (dump, "the database".to_owned())).await;
    let broken = |cause| Error::Machine("restoring ended".into(), io::Error::other(cause));
    let (copied, mut target) = filling.await.map_err(broken)?;
    let ends = tokio::task::spawn_blocking(move || {
        let scripted = script.end();
        if let (Ok(()), Ok(_), Ok(())) = (&scripted, &copied, &unpacked) {
            drop(target.write_all(b"COMMIT;\n"));
        }
        drop(target);
        // The program at the end of the line knows best why it broke.
        psql.end().and(scripted).and(unpacked)
    });
    ends.await.map_err(broken)?
}
