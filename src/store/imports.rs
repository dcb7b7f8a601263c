//! `imports` and `import_rows`: links that somebody brought along, and what became of each.

use uuid::Uuid;

use crate::db::{Engine, On, Result, Tx, Value, sql};
use crate::domain::{ContentId, Timestamp, UserId};

/// An import.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Import {
    /// Its id.
    pub id: Uuid,
    /// Whose links they are.
    pub user_id: UserId,
    /// The file's name, for people.
    pub name: String,
    /// The format that the file had.
    pub format: String,
    /// `reading`, `saving`, `done`, `failed`, `undoing`, `undone`.
    pub state: String,
    /// Entries in the file.
    pub entries: i64,
    /// Entries that became items.
    pub accepted: i64,
    /// Entries that their owner had already.
    pub duplicates: i64,
    /// Entries that could not be saved.
    pub rejected: i64,
    /// Why it failed.
    pub error: Option<String>,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it was over.
    pub finished_at: Option<Timestamp>,
}

impl Import {
    /// Entries of which is known what became of them: the first ones of the file.
    pub const fn settled(&self) -> i64 {
        self.accepted + self.duplicates + self.rejected
    }
}

const COLUMNS: &str =
    "id, user_id, name, format, state, entries, accepted, duplicates, rejected, error, created_at, finished_at";

/// An entry and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Row {
    /// Its place in the file, from 1.
    pub entry: i64,
    /// The link as it stood there.
    pub link: String,
    /// `accepted`, `duplicate`, `rejected`; none while it waits.
    pub outcome: Option<String>,
    /// Why it was rejected.
    pub reason: Option<String>,
    /// The item that it became, or was found to be.
    pub content_id: Option<ContentId>,
}

/// What a waiting entry is to become.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Waiting {
    /// Its place in the file.
    pub entry: i64,
    /// As JSON.
    pub draft: String,
}

/// What became of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Its place in the file.
    pub entry: i64,
    /// In a word.
    pub outcome: &'static str,
    /// Why it was rejected.
    pub reason: Option<String>,
    /// The item.
    pub content_id: Option<ContentId>,
}

/// Begins an import; its state is `reading`.
pub async fn begin(
    tx: &mut Tx<'_>,
    id: Uuid,
    owner: UserId,
    (name, format): (&str, &str),
    digest: [u8; 32],
    now: Timestamp,
) -> Result<()> {
    sql("INSERT INTO imports (id, user_id, name, format, digest, state, created_at) VALUES ($1, $2, $3, $4, $5, 'reading', $6)")
        .bind(id)
        .bind(owner)
        .bind(name)
        .bind(format)
        .bind(digest)
        .bind(now)
        .execute(tx)
        .await
        .map(drop)
}

/// Adds entries that wait: place, link, draft.
pub async fn add_rows(tx: &mut Tx<'_>, id: Uuid, rows: Vec<(i64, String, String)>) -> Result<()> {
    for some in rows.chunks(tx.engine().values_at_once() / 4) {
        let rows = some.iter().map(|(entry, link, draft)| {
            [Value::from(id), (*entry).into(), link.as_str().into(), draft.as_str().into()]
        });
        sql("INSERT INTO import_rows (import_id, entry, link, draft) VALUES ").push_rows(rows).execute(tx).await?;
    }
    Ok(())
}

/// Goes from one state to another; says whether it was in the first.
pub async fn advance(tx: &mut Tx<'_>, id: Uuid, from: &str, to: &str, finished_at: Option<Timestamp>) -> Result<bool> {
    let moved = sql("UPDATE imports SET state = $1, finished_at = $2 WHERE id = $3 AND state = $4")
        .bind(to)
        .bind(finished_at)
        .bind(id)
        .bind(from)
        .execute(tx)
        .await?;
    Ok(moved > 0)
}

/// Ends an import whose file could not be read.
pub async fn fail(tx: &mut Tx<'_>, id: Uuid, error: &str, now: Timestamp) -> Result<()> {
    sql("UPDATE imports SET state = 'failed', error = $1, finished_at = $2 WHERE id = $3 AND state = 'reading'")
        .bind(error)
        .bind(now)
        .bind(id)
        .execute(tx)
        .await
        .map(drop)
}

/// Ends imports that were begun before a time and are still being read: whoever read their files has died.
pub async fn give_up(tx: &mut Tx<'_>, before: Timestamp, now: Timestamp) -> Result<()> {
    sql("UPDATE imports SET state = 'failed', error = $1, finished_at = $2 WHERE state = 'reading' AND created_at < $3")
        .bind("The reading of the file was cut off: import it again")
        .bind(now)
        .bind(before)
        .execute(tx)
        .await
        .map(drop)
}

/// Removes at most `limit` entries of imports that failed, of which nothing was saved, and says how many.
pub async fn forget_failed(tx: &mut Tx<'_>, limit: u32) -> Result<u64> {
    sql("DELETE FROM import_rows WHERE (import_id, entry) IN (SELECT r.import_id, r.entry FROM import_rows r \
         JOIN imports i ON i.id = r.import_id WHERE i.state = 'failed' LIMIT $1)")
    .bind(i64::from(limit))
    .execute(tx)
    .await
}

/// Notes how many entries the file has.
pub async fn set_entries(tx: &mut Tx<'_>, id: Uuid, entries: i64) -> Result<()> {
    sql("UPDATE imports SET entries = $1 WHERE id = $2").bind(entries).bind(id).execute(tx).await.map(drop)
}

/// The import, locked until `tx` ends; none when it is gone.
pub async fn lock(tx: &mut Tx<'_>, id: Uuid) -> Result<Option<Import>> {
    let locked = match tx.engine() {
        Engine::Sqlite => "",
        Engine::Postgres => " FOR UPDATE",
    };
    sql(&format!("SELECT {COLUMNS} FROM imports WHERE id = $1{locked}")).bind(id).fetch_optional(tx).await
}

/// The owner's import; none when it is not there or somebody else's.
pub async fn find<'a, 'c: 'a>(on: impl Into<On<'a, 'c>>, owner: UserId, id: Uuid) -> Result<Option<Import>> {
    sql(&format!("SELECT {COLUMNS} FROM imports WHERE id = $1 AND user_id = $2"))
        .bind(id)
        .bind(owner)
        .fetch_optional(on)
        .await
}

/// The owner's import of the same file that is not over.
pub async fn find_unfinished(tx: &mut Tx<'_>, owner: UserId, digest: [u8; 32]) -> Result<Option<Import>> {
    sql(&format!(
        "SELECT {COLUMNS} FROM imports WHERE user_id = $1 AND digest = $2 AND state = 'saving' ORDER BY created_at LIMIT 1"
    ))
    .bind(owner)
    .bind(digest)
    .fetch_optional(tx)
    .await
}

/// The owner's imports, the newest first.
pub async fn list<'a, 'c: 'a>(on: impl Into<On<'a, 'c>>, owner: UserId) -> Result<Vec<Import>> {
    sql(&format!("SELECT {COLUMNS} FROM imports WHERE user_id = $1 ORDER BY created_at DESC, id DESC LIMIT 100"))
        .bind(owner)
        .fetch_all(on)
        .await
}

/// Entries after a place, with what became of them; only those of one outcome when that is given.
pub async fn rows<'a, 'c: 'a>(
    on: impl Into<On<'a, 'c>>,
    id: Uuid,
    outcome: Option<&str>,
    after: i64,
    limit: i64,
) -> Result<Vec<Row>> {
    let mut statement =
        sql("SELECT entry, link, outcome, reason, content_id FROM import_rows WHERE import_id = $1 AND entry > $2")
            .bind(id)
            .bind(after);
    if let Some(outcome) = outcome {
        statement = statement.push_bind(" AND outcome = {}", outcome);
    }
    statement.push_bind(" ORDER BY entry LIMIT {}", limit).fetch_all(on).await
}

/// The next entries that wait.
pub async fn waiting<'a, 'c: 'a>(on: impl Into<On<'a, 'c>>, id: Uuid, after: i64, limit: i64) -> Result<Vec<Waiting>> {
    sql("SELECT entry, draft FROM import_rows WHERE import_id = $1 AND entry > $2 AND draft IS NOT NULL ORDER BY entry LIMIT $3")
        .bind(id)
        .bind(after)
        .bind(limit)
        .fetch_all(on)
        .await
}

/// Writes what became of entries, and adds it to the import's counts.
///
/// As rows that are there already: each is found by its key. Joined with a list, both engines may read all entries of the import for it.
pub async fn settle(tx: &mut Tx<'_>, id: Uuid, outcomes: &[Outcome]) -> Result<()> {
    for some in outcomes.chunks(tx.engine().values_at_once() / 6) {
        let rows = some.iter().map(|row| {
            let (outcome, reason) = (row.outcome.into(), row.reason.clone().into());
            [Value::from(id), row.entry.into(), "".into(), outcome, reason, row.content_id.into()]
        });
        sql("INSERT INTO import_rows (import_id, entry, link, outcome, reason, content_id) VALUES ")
            .push_rows(rows)
            .push(
                " ON CONFLICT (import_id, entry) DO UPDATE SET draft = NULL, outcome = excluded.outcome, \
                 reason = excluded.reason, content_id = excluded.content_id",
            )
            .execute(&mut *tx)
            .await?;
    }
    let count = |word| i64::try_from(outcomes.iter().filter(|row| row.outcome == word).count()).unwrap_or(i64::MAX);
    sql("UPDATE imports SET accepted = accepted + $1, duplicates = duplicates + $2, rejected = rejected + $3 WHERE id = $4")
        .bind(count("accepted"))
        .bind(count("duplicate"))
        .bind(count("rejected"))
        .bind(id)
        .execute(tx)
        .await
        .map(drop)
}
