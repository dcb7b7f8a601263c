//! Moving house: everything that can't be made anew goes out to an archive, and comes back on either engine.
//!
//! What an archive is stands in [`crate::backup::archive`]. An import is done part by part, each in one transaction with a
//! note of how far it has come (a row of `backfills`), so that one that was killed goes on when it is started again. Until it
//! is finished the database is refused by everything else.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::backup::archive::{self, Contents};
use crate::backup::tables::{self, Treatment};
use crate::backup::{Error, Meter, Phase, Result, TableSum};
use crate::db::migrate as schema;
use crate::db::table::Table;
use crate::db::{self, Db, On, Tx, Value, sql};
use crate::domain::job::IndexContent;
use crate::domain::{Clock, ContentId, UserId};
use crate::queue::{self, Enqueue};
use crate::store::backfills;

/// The name under which an import notes how far it is.
pub const IMPORT: &str = "archive_import";
/// Why nothing else can be imported where an import has not ended.
const OTHER_HALF: &str = "it holds half of another archive";
/// Items whose index jobs one transaction enqueues.
const ITEMS: i64 = 5_000;

/// What an import came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Imported {
    /// Rows of all tables.
    pub rows: u64,
    /// Parts that an earlier try had imported already.
    pub parts_skipped: usize,
}

/// How far an import is, as its row of `backfills` tells.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Progress {
    /// Parts whose rows are in.
    parts: usize,
    /// The last item whose index job was enqueued. Every row was compared before the first was: the jobs are not the archive's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    queued: Option<ContentId>,
}

impl Progress {
    async fn note(self, tx: &mut Tx<'_>, contents: &Contents) -> db::Result<()> {
        backfills::advance(tx, IMPORT, &contents.id, Some(json!(self)), json!({})).await
    }
}

/// Imports an archive that was inspected into `db`, or goes on with it; `db` is migrated first.
///
/// # Errors
/// [`Error::Newer`] for an archive of a newer schema; [`Error::NotEmpty`] when the database has accounts that did not come
/// from this very archive; [`Error::Different`] when what was imported is not what the archive says.
pub async fn import(db: &Db, clock: &Clock, contents: &Contents, meter: &Meter) -> Result<Imported> {
    check_schema(db, contents).await?;
    schema::up(db, 0, clock.now()).await?;
    let begun = begin(db, contents).await?;
    meter.begin(Phase::Restoring, contents.totals.parts.iter().map(|part| part.bytes).sum());
    contents.totals.parts.iter().take(begun.parts).for_each(|part| meter.add(part.bytes));
    let mut parts = archive::parts(contents, begun.parts);
    let mut progress = begun;
    while let Some(part) = parts.recv().await {
        let part = part?;
        let table = table_of(contents, &part.table)?;
        let rows = archive::read_rows(&table, &part.bytes).map_err(|line| Error::Damaged {
            name: part.table.clone(),
            why: format!("line {line} of part {} is no row of it", progress.parts + 1),
        })?;
        progress.parts += 1;
        let mut tx = db.begin().await?;
        insert(&mut tx, &table, rows).await?;
        progress.note(&mut tx, contents).await?;
        tx.commit().await?;
        meter.add(part.bytes.len() as u64);
    }
    if progress.queued.is_none() {
        compare(db, contents, meter).await?;
    }
    finish(db, clock, contents, progress).await?;
    Ok(Imported { rows: contents.totals.tables.values().map(|table| table.rows).sum(), parts_skipped: begun.parts })
}

/// Every table and column of the archive must be known here.
async fn check_schema(db: &Db, contents: &Contents) -> Result<()> {
    let newest = schema::status(db).await?.last().map_or(0, |step| step.version);
    if contents.header.schema > newest {
        return Err(Error::Newer(contents.header.program.clone()));
    }
    contents.header.tables.keys().try_for_each(|name| table_of(contents, name).map(drop))
}

fn table_of(contents: &Contents, name: &str) -> Result<Table> {
    let ours = tables::rule(name).is_some_and(|rule| rule.treatment == Treatment::Copied);
    let table = contents.header.table(name).filter(|table| {
        let known = |column: &str| tables::known().any(|(table, known, _)| table == name && known == column);
        ours && table.columns.iter().all(|column| known(&column.name))
    });
    table.ok_or_else(|| Error::Newer(contents.header.program.clone()))
}

/// Refuses a database into which nothing can be imported, before there is an archive.
///
/// # Errors
/// [`Error::NotEmpty`].
pub async fn check_empty(db: &Db) -> Result<()> {
    if backfills::is_unfinished(db, IMPORT).await? {
        return Err(Error::NotEmpty(OTHER_HALF.to_owned()));
    }
    if schema::has_table(db, "users").await? { nobody(db).await } else { Ok(()) }
}

async fn nobody<'a, 'c: 'a>(on: impl Into<On<'a, 'c>>) -> Result<()> {
    let (users,): (i64,) = sql("SELECT COUNT(*) FROM users").fetch_one(on).await?;
    if users > 0 { Err(Error::NotEmpty(format!("it has {users} account(s)"))) } else { Ok(()) }
}

/// How far an earlier try has come; refuses a database in which anybody is at home.
async fn begin(db: &Db, contents: &Contents) -> Result<Progress> {
    let mut tx = db.begin().await?;
    if let Some(found) = backfills::lock(&mut tx, IMPORT).await? {
        if found.step != contents.id {
            return Err(Error::NotEmpty(OTHER_HALF.to_owned()));
        }
        return Ok(found.cursor.and_then(|cursor| serde_json::from_value(cursor.0).ok()).unwrap_or_default());
    }
    nobody(&mut tx).await?;
    // What a start of `serve` leaves behind.
    for rule in tables::TABLES.iter().rev().filter(|rule| rule.treatment == Treatment::Copied) {
        sql(&format!("DELETE FROM {}", rule.table)).execute(&mut tx).await?;
    }
    sql("DELETE FROM backfills WHERE name = $1").bind(IMPORT).execute(&mut tx).await?;
    sql("INSERT INTO backfills (name, step, found) VALUES ($1, $2, $3)")
        .bind(IMPORT)
        .bind(contents.id.as_str())
        .bind(json!({}))
        .execute(&mut tx)
        .await?;
    tx.commit().await?;
    Ok(Progress::default())
}

async fn insert(tx: &mut Tx<'_>, table: &Table, rows: Vec<Vec<Value>>) -> db::Result<()> {
    let most = (tx.engine().values_at_once() / table.columns.len().max(1)).max(1);
    let mut rows = rows.into_iter();
    loop {
        let some: Vec<_> = rows.by_ref().take(most).collect();
        if some.is_empty() {
            return Ok(());
        }
        table.insert(tx, some).await?;
    }
}

/// Holds every table of `db` to its fingerprint in an archive.
///
/// # Errors
/// [`Error::Different`] says which differ.
pub async fn compare(db: &Db, contents: &Contents, meter: &Meter) -> Result<()> {
    meter.begin(Phase::Counting, 0);
    let mut tx = db.snapshot().await?;
    let mut wrong = Vec::new();
    for (name, told) in &contents.totals.tables {
        let sum = crate::backup::fingerprint_of(&mut tx, &table_of(contents, name)?, meter).await?;
        let found = TableSum { rows: sum.rows(), fingerprint: Some(sum.to_hex()) };
        if found != *told {
            wrong.push(format!("{name} has {} rows, the archive {}", found.rows, told.rows));
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(Error::Different(wrong.join("; "))) }
}

/// Asks workers for what is made anew, and opens the database to all.
async fn finish(db: &Db, clock: &Clock, contents: &Contents, mut progress: Progress) -> Result<()> {
    loop {
        let mut tx = db.begin().await?;
        let mut next = sql("SELECT id, user_id FROM contents WHERE deleted_at IS NULL");
        if let Some(id) = progress.queued {
            next = next.push_bind(" AND id > {}", id);
        }
        let items: Vec<(ContentId, UserId)> = next.push_bind(" ORDER BY id LIMIT {}", ITEMS).fetch_all(&mut tx).await?;
        let Some((last, _)) = items.last() else {
            sql("DELETE FROM backfills WHERE name = $1").bind(IMPORT).execute(&mut tx).await?;
            return Ok(tx.commit().await?);
        };
        progress.queued = Some(*last);
        let mut jobs = std::collections::BTreeMap::<UserId, Vec<IndexContent>>::new();
        for (content_id, owner) in items {
            jobs.entry(owner).or_default().push(IndexContent { content_id });
        }
        for (owner, jobs) in jobs {
            let options = Enqueue { owner: Some(owner), ..Enqueue::default() };
            queue::enqueue_many(&mut tx, &jobs, options, clock.now()).await?;
        }
        progress.note(&mut tx, contents).await?;
        tx.commit().await?;
    }
}

/// Has an import of this very archive begun in `db` and not ended?
///
/// # Errors
/// When the database can't be asked.
pub async fn is_begun_with(db: &Db, contents: &Contents) -> db::Result<bool> {
    if !backfills::is_unfinished(db, IMPORT).await? {
        return Ok(false);
    }
    let mut tx = db.begin().await?;
    Ok(backfills::lock(&mut tx, IMPORT).await?.is_some_and(|found| found.step == contents.id))
}
