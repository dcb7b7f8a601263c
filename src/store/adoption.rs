//! The old server's rows, read and completed while its database is adopted.
//!
//! What follows from what they hold is decided in [`crate::actions::migrate`]; rows are never removed here.

use sqlx::types::Json;
use uuid::Uuid;

use crate::db::{Db, Engine, On, Result, Tx, Value, sql};
use crate::domain::{ContentId, Timestamp, UserId};

/// A column that is there.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Column {
    /// Its table.
    pub table_name: String,
    /// Its name.
    pub column_name: String,
    /// PostgreSQL's own name of its type: `int4`, `varchar`.
    pub type_name: String,
    /// Must an insert name it?
    pub is_required: bool,
}

/// Every column of every table, in one statement so that a migration beside us is seen whole or not at all.
///
/// On SQLite, where no old server ever was, each table counts as one nameless column.
pub async fn columns(db: &Db) -> Result<Vec<Column>> {
    sql(match db.engine() {
        Engine::Sqlite => {
            "SELECT name AS table_name, '' AS column_name, '' AS type_name, FALSE AS is_required FROM sqlite_schema \
             WHERE type = 'table'"
        }
        Engine::Postgres => {
            "SELECT CAST(table_name AS text) AS table_name, CAST(column_name AS text) AS column_name, \
             CAST(udt_name AS text) AS type_name, \
             CAST(is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO' AS boolean) AS is_required \
             FROM information_schema.columns WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position"
        }
    })
    .fetch_all(On::from(db))
    .await
}

/// What else the old server left in a PostgreSQL database: pgai's tables and Drizzle's bookkeeping.
pub async fn leftovers(tx: &mut Tx<'_>) -> Result<Vec<String>> {
    if tx.engine() == Engine::Sqlite {
        return Ok(Vec::new());
    }
    let names: Vec<(String,)> = sql("SELECT CAST(n.nspname || '.' || c.relname AS text) FROM pg_class c \
         JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'v') AND \
         (n.nspname = 'drizzle' OR c.relname IN ('contents_embedding_store', 'contents_embedding')) \
         UNION ALL SELECT CAST('extension ' || extname AS text) FROM pg_extension WHERE extname = 'ai' ORDER BY 1")
    .fetch_all(tx)
    .await?;
    Ok(names.into_iter().map(|(name,)| name).collect())
}

/// How many rows each of the tables that people fill has.
pub async fn count_rows<'a, 'c: 'a>(on: impl Into<On<'a, 'c>>) -> Result<(i64, i64, i64, i64)> {
    sql("SELECT (SELECT COUNT(*) FROM users), (SELECT COUNT(*) FROM contents), (SELECT COUNT(*) FROM tags), \
         (SELECT COUNT(*) FROM share_links)")
    .fetch_one(on)
    .await
}

/// Names that people sign in with, the oldest account first.
pub async fn usernames(tx: &mut Tx<'_>) -> Result<Vec<(UserId, String)>> {
    sql("SELECT id, username FROM users WHERE username IS NOT NULL ORDER BY created_at, id").fetch_all(tx).await
}

/// Gives users the key of their name; none keeps whoever has it.
pub async fn set_username_keys(tx: &mut Tx<'_>, keys: &[(UserId, String)]) -> Result<()> {
    for some in keys.chunks(1000) {
        let rows = some.iter().map(|(id, key)| [Value::from(*id), key.as_str().into()]);
        sql("UPDATE users SET username_key = v.column2 FROM (VALUES ")
            .push_rows(rows)
            .push(") AS v WHERE users.id = v.column1")
            .execute(tx)
            .await?;
    }
    Ok(())
}

/// An item as the old server left it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct OldItem {
    /// Its id.
    pub id: ContentId,
    /// Its owner.
    pub user_id: UserId,
    /// As given.
    pub link: String,
    /// The word of its type.
    #[sqlx(rename = "type")]
    pub kind: String,
    /// The provider's id for it.
    pub content_id: Option<String>,
    /// The word of its status.
    pub enrichment_status: String,
    /// Why it went no further.
    pub enrichment_error: Option<String>,
    /// A list of words, if it is as it should be.
    pub meta_tags: Option<Json<serde_json::Value>>,
    /// A list of words, if it is as it should be.
    pub ai_tags: Option<Json<serde_json::Value>>,
    /// In microseconds, where we keep milliseconds.
    pub created_at: Timestamp,
}

/// Where a batch of items ended: owner, time, id.
pub type After = (UserId, Timestamp, Uuid);

/// The next items, owner by owner and the oldest first.
pub async fn next_items(tx: &mut Tx<'_>, after: Option<After>, limit: u32) -> Result<Vec<OldItem>> {
    let mut statement =
        sql("SELECT id, user_id, link, type, content_id, enrichment_status, enrichment_error, meta_tags, \
         ai_tags, created_at FROM contents WHERE deleted_at IS NULL");
    if let Some((user, at, id)) = after {
        statement = statement.push_bind(" AND (user_id, created_at, id) > ({}", user);
        statement = statement.push_bind(", {}", at).push_bind(", {})", id);
    }
    statement.push_bind(" ORDER BY user_id, created_at, id LIMIT {}", i64::from(limit)).fetch_all(tx).await
}

/// Those of `keys` under which an owner already keeps an item.
pub async fn kept(tx: &mut Tx<'_>, keys: &[(UserId, [u8; 32])]) -> Result<Vec<(UserId, Vec<u8>)>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    sql("SELECT user_id, canonical_hash FROM contents WHERE deleted_at IS NULL AND NOT is_duplicate \
         AND (user_id, canonical_hash) IN (VALUES ")
    .push_rows(keys.iter().map(|(user, hash)| [Value::from(*user), (*hash).into()]))
    .push(")")
    .fetch_all(tx)
    .await
}

/// What an old item gets.
#[derive(Debug, Clone)]
pub struct Completed {
    /// The item.
    pub id: ContentId,
    /// What tells that two links are the same; none for what is no link of ours.
    pub canonical: Option<(String, [u8; 32])>,
    /// The site's own address of it.
    pub canonical_url: Option<String>,
    /// What a client puts into a frame.
    pub embed_url: Option<String>,
    /// An older item of the owner has the same link.
    pub is_duplicate: bool,
    /// The provider's id for it: the old one, where there was one.
    pub content_id: Option<String>,
    /// Its status from now on.
    pub status: String,
    /// Why it goes no further.
    pub error: Option<String>,
    /// A list of words, or nothing.
    pub meta_tags: Option<serde_json::Value>,
    /// A list of words, or nothing.
    pub ai_tags: Option<serde_json::Value>,
    /// In whole milliseconds.
    pub created_at: Timestamp,
}

/// Writes what old items get, at most some hundreds at a time, and tells their tags the time in milliseconds.
pub async fn complete(tx: &mut Tx<'_>, items: Vec<Completed>) -> Result<()> {
    let ids: Vec<ContentId> = items.iter().map(|item| item.id).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let rows = items.into_iter().map(|item| {
        let (link, hash) = item.canonical.unzip();
        [
            Value::from(item.id),
            link.into(),
            hash.into(),
            item.canonical_url.into(),
            item.embed_url.into(),
            item.is_duplicate.into(),
            item.content_id.into(),
            item.status.into(),
            item.error.into(),
            item.meta_tags.into(),
            item.ai_tags.into(),
            item.created_at.into(),
        ]
    });
    sql("UPDATE contents SET canonical_link = v.column2, canonical_hash = v.column3, canonical_url = v.column4, \
         embed_url = v.column5, is_duplicate = v.column6, content_id = v.column7, enrichment_status = v.column8, \
         enrichment_error = v.column9, meta_tags = v.column10, ai_tags = v.column11, created_at = v.column12 \
         FROM (VALUES ")
    .push_rows(rows)
    .push(") AS v WHERE contents.id = v.column1")
    .execute(tx)
    .await?;
    sql("UPDATE content_tags SET content_created_at = c.created_at FROM contents c WHERE c.id = content_tags.content_id \
         AND content_tags.content_created_at <> c.created_at AND content_tags.content_id IN ")
    .push_list(ids)
    .execute(tx)
    .await
    .map(drop)
}
