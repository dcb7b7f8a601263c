//! Backups, as an operator asks for them: made, listed, verified, restored, removed when old.
//!
//! What a backup is stands in [`crate::backup`]. What needs a database that works takes `&App`; the rest takes the
//! configuration, since a restore begins where there is none.

use chrono::TimeDelta;

use crate::app::App;
use crate::backup::{self, BackupId, Error, Keep, Listed, Manifest, Meter, Programs, Result};
use crate::config::{Config, Engine};
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

/// What is known of the backups of a database, for `/metrics` and `doctor`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LastBackups {
    /// The last good one.
    pub good: Option<Tried>,
    /// The last that failed, if that was after the last good one.
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

fn programs(config: &Config) -> Programs {
    Programs::new(&config.backup.pg_dump)
}

/// Makes a backup in every place that is configured, and notes how that went.
///
/// # Errors
/// [`Error`]; it is noted, and logged as an error.
pub async fn create(app: &App, meter: &Meter) -> Result<Made> {
    let started_at = app.clock.now();
    let place = folder(&app.config);
    let made = backup::create(
        &app.db,
        app.config.database.url.expose(),
        &programs(&app.config),
        &place,
        &app.config.backup.dir,
        started_at,
        meter,
    )
    .await;
    note(app, started_at, &place, &made).await;
    let manifest = made?;
    let mut places = vec![place.place()];
    if let Some(bucket) = bucket(&app.config).await {
        let copied = backup::copy_to(&place, &bucket, &manifest, meter).await.map(|()| manifest.clone());
        note(app, started_at, &bucket, &copied).await;
        copied?;
        places.push(bucket.place());
    }
    Ok(Made { manifest, places, took: app.clock.now() - started_at })
}

/// Makes a backup and removes those that have become too old, in every place: what a schedule asks for.
///
/// # Errors
/// [`Error`].
pub async fn create_and_prune(app: &App) -> Result<()> {
    create(app, &Meter::default()).await?;
    prune(&app.config, &folder(&app.config), &app.clock, false).await?;
    if let Some(bucket) = bucket(&app.config).await {
        prune(&app.config, &bucket, &app.clock, false).await?;
    }
    Ok(())
}

/// That it could not be noted must not hide how it went.
async fn note(app: &App, started_at: Timestamp, place: &Files, made: &Result<Manifest>) {
    let error = made.as_ref().err().map(told);
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

/// An error with its causes.
fn told(error: &Error) -> String {
    let causes = std::iter::successors(Some(error as &dyn std::error::Error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// What is known of the backups of this database.
///
/// # Errors
/// When the database can't be asked.
pub async fn last(app: &App) -> crate::db::Result<LastBackups> {
    let good = store::last_good(&app.db).await?;
    let failed = store::last_failed(&app.db).await?;
    let failed = failed.filter(|failed| good.as_ref().is_none_or(|good| good.started_at < failed.started_at));
    Ok(LastBackups { good, failed, verified: store::last_verified(&app.db).await? })
}

/// What [`verify`] looks at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Verify {
    /// Restore it too, into a database made for that.
    pub by_restoring: bool,
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
    backup::check_bytes(place, &manifest, meter).await?;
    if how.by_restoring {
        let url = (config.database.engine == Engine::Postgres).then(|| config.database.url.expose().as_str());
        let scratch = std::env::temp_dir();
        backup::check_by_restoring(place, &manifest, url, &programs(config), &scratch, meter).await?;
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
    backup::restore(place, manifest, config.database.url.expose(), &programs(config), meter).await
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
    }
    Ok(doomed.into_iter().map(|backup| backup.id.clone()).collect())
}
