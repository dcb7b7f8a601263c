//! Backups, as an operator asks for them: made, listed, verified, restored, removed when old.
//!
//! What a backup is stands in [`crate::backup`]. What needs a database that works takes `&App`; the rest takes the
//! configuration, since a restore begins where there is none.

use chrono::TimeDelta;

use crate::app::App;
use crate::backup::{self, BackupId, Error, Keep, Keys, Listed, Manifest, Meter, Programs, Result, Tools};
use crate::config::{Config, Engine};
use crate::db::Db;
use crate::domain::fault::chain;
use crate::domain::{Clock, Timestamp};
use crate::files::{Bucket, Files, Folder};
use crate::store::backups::{self as store, Tried};

/// A backup that was made.
#[derive(Debug, Clone)]
pub struct Made {
    /// What it says of itself.
    pub manifest: Manifest,
    /// Where it is now.
    pub places: Vec<String>,
    /// How long it took.
    pub took: TimeDelta,
}

/// After so long, what was begun and not ended is taken away.
const UNFINISHED: TimeDelta = TimeDelta::days(1);

/// For so long a place at which the last try failed is told of: it may have been given up since.
const FAILING: TimeDelta = TimeDelta::days(7);

/// What is known of the backups of a database, for `/metrics` and `doctor`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LastBackups {
    /// The last good one.
    pub good: Option<Tried>,
    /// The last try at some place, if it failed.
    pub failed: Option<Tried>,
    /// The last that was read again and found whole.
    pub verified: Option<Tried>,
}

/// The folder that backups go to.
pub fn folder(config: &Config) -> Files {
    Files::Folder(Folder::new(&config.backup.dir))
}

/// The bucket that they go to as well, where there is one.
pub async fn bucket(config: &Config) -> Option<Files> {
    match &config.backup.s3 {
        Some(bucket) => Some(Files::S3(Bucket::connect(bucket).await)),
        None => None,
    }
}

fn tools(config: &Config) -> Tools {
    Tools { programs: Programs::new(&config.backup.pg_dump), keys: Keys::new(&config.backup.encryption) }
}

/// Makes a backup in every place that is configured, and notes how that went.
///
/// # Errors
/// [`Error`]; it is noted, and logged as an error.
pub async fn create(app: &App, meter: &Meter) -> Result<Made> {
    let started_at = app.clock.now();
    let place = folder(&app.config);
    let made =
        backup::create(&app.db, app.config.database.url.expose(), &tools(&app.config), &place, started_at, meter).await;
    note(app, started_at, &place, &made).await;
    let manifest = made?;
    let mut places = vec![place.place()];
    if let Some(bucket) = bucket(&app.config).await {
        send(app, &place, &bucket, &manifest, meter).await?;
        places.push(bucket.place());
    }
    Ok(Made { manifest, places, took: app.clock.now() - started_at })
}

/// Copies a backup from the folder to the bucket, and notes how that went.
async fn send(app: &App, place: &Files, bucket: &Files, manifest: &Manifest, meter: &Meter) -> Result<()> {
    let started_at = app.clock.now();
    let copied = backup::copy_to(place, bucket, manifest, meter).await.map(|()| manifest.clone());
    note(app, started_at, bucket, &copied).await;
    copied.map(drop)
}

/// Sends the backup of that name, or the newest, from the folder to the bucket; one whose upload broke off is gone on with.
/// Where it is whole there, nothing is sent.
///
/// # Errors
/// [`Error`]; it is noted, and logged as an error.
pub async fn upload(app: &App, bucket: &Files, name: Option<&str>, meter: &Meter) -> Result<Manifest> {
    let place = folder(&app.config);
    let manifest = backup::find(&place, name).await?;
    match backup::find(bucket, Some(&manifest.id.to_string())).await {
        Ok(there) if there == manifest => {}
        Ok(_) | Err(Error::NoSuchBackup(_) | Error::NotWhole(..)) => {
            send(app, &place, bucket, &manifest, meter).await?;
        }
        Err(error) => return Err(error),
    }
    Ok(manifest)
}

/// Goes on with what an earlier attempt left: sends its backup to the bucket, or makes one where it made none.
///
/// # Errors
/// [`Error`].
async fn create_or_go_on(app: &App, since: Timestamp) -> Result<()> {
    let newest = backup::list(&folder(&app.config)).await?.into_iter().find_map(|listed| listed.manifest.ok());
    let Some(made) = newest.filter(|newest| newest.created_at >= since) else {
        return create(app, &Meter::default()).await.map(drop);
    };
    match bucket(&app.config).await {
        Some(bucket) => upload(app, &bucket, Some(&made.id.to_string()), &Meter::default()).await.map(drop),
        None => Ok(()),
    }
}

/// Makes a backup and removes those that have become too old, in every place: what a schedule asks for. A backup that was made
/// after `since`, by an earlier attempt, is only brought to where it has not arrived.
///
/// # Errors
/// [`Error`].
pub async fn create_and_prune(app: &App, since: Option<Timestamp>) -> Result<()> {
    match since {
        Some(since) => create_or_go_on(app, since).await?,
        None => drop(create(app, &Meter::default()).await?),
    }
    prune(&app.config, &folder(&app.config), &app.clock, false).await?;
    if let Some(bucket) = bucket(&app.config).await {
        prune(&app.config, &bucket, &app.clock, false).await?;
    }
    Ok(())
}

/// That it could not be noted must not hide how it went.
async fn note(app: &App, started_at: Timestamp, place: &Files, made: &Result<Manifest>) {
    let error = made.as_ref().err().map(|error| chain(error));
    if let Some(error) = &error {
        tracing::error!(error, place = place.place(), "the backup failed");
    }
    let tried = Tried {
        name: made.as_ref().map(|manifest| manifest.id.to_string()).unwrap_or_default(),
        place: place.place(),
        started_at,
        finished_at: app.clock.now(),
        bytes: made.as_ref().map_or(0, |manifest| i64::try_from(manifest.bytes()).unwrap_or(i64::MAX)),
        error,
        verified_at: None,
    };
    let noted = async {
        let mut tx = app.db.begin().await?;
        store::note(&mut tx, &tried).await?;
        store::forget_old(&mut tx, started_at - TimeDelta::days(365)).await?;
        tx.commit().await
    };
    if let Err(error) = noted.await {
        tracing::warn!(%error, "how the backup went could not be noted");
    }
}

/// What is known of the backups of this database.
///
/// # Errors
/// When the database can't be asked.
pub async fn last(db: &Db, now: Timestamp) -> crate::db::Result<LastBackups> {
    Ok(LastBackups {
        good: store::last_good(db).await?,
        failed: store::failing(db, now - FAILING).await?,
        verified: store::last_verified(db).await?,
    })
}

/// What [`verify`] looks at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Verify {
    /// Restore it too, into a database made for that.
    pub by_restoring: bool,
    /// Only look at the stored files, for which no key is needed.
    pub as_stored: bool,
}

/// Verifies the backup of that name in `place`, or the newest.
///
/// # Errors
/// [`Error`] says what is wrong with it.
pub async fn verify(
    config: &Config,
    place: &Files,
    name: Option<&str>,
    how: Verify,
    meter: &Meter,
) -> Result<Manifest> {
    let manifest = backup::find(place, name).await?;
    if how.as_stored {
        backup::check_stored(place, &manifest, meter).await?;
        return Ok(manifest);
    }
    let tools = tools(config);
    backup::check_bytes(place, &manifest, &tools.keys, meter).await?;
    if how.by_restoring {
        let url = (config.database.engine == Engine::Postgres).then(|| config.database.url.expose().as_str());
        let scratch = std::env::temp_dir();
        backup::check_by_restoring(place, &manifest, url, &tools, &scratch, meter).await?;
    }
    Ok(manifest)
}

/// Notes in the database that a backup was found to be whole.
///
/// # Errors
/// When the database can't be written to.
pub async fn note_verified(app: &App, place: &Files, id: &BackupId) -> crate::db::Result<()> {
    let mut tx = app.db.begin().await?;
    store::note_verified(&mut tx, &id.to_string(), &place.place(), app.clock.now()).await?;
    tx.commit().await
}

/// Replaces the configured database by a backup. The caller holds it alone, and has asked about what is in it.
///
/// # Errors
/// [`Error`]; the database is as it was, unless it is [`Error::Different`] on PostgreSQL.
pub async fn restore(config: &Config, place: &Files, manifest: &Manifest, meter: &Meter) -> Result<()> {
    backup::restore(place, manifest, config.database.url.expose(), &tools(config), meter).await
}

/// Removes backups in `place` that are too old, or only says which they are; the oldest last.
///
/// # Errors
/// [`Error::Files`]; what was removed until then stays so.
pub async fn prune(config: &Config, place: &Files, clock: &Clock, dry_run: bool) -> Result<Vec<BackupId>> {
    let backups = backup::list(place).await?;
    let keep = Keep {
        days: config.backup.retention_days.get(),
        daily: config.backup.keep_daily,
        weekly: config.backup.keep_weekly,
        monthly: config.backup.keep_monthly,
    };
    let doomed: Vec<&Listed> = backup::doomed(&backups, &keep, clock.now());
    if !dry_run {
        for backup in &doomed {
            backup::remove(place, backup).await?;
        }
        place.sweep(clock.now() - UNFINISHED).await?;
    }
    Ok(doomed.into_iter().map(|backup| backup.id.clone()).collect())
}
