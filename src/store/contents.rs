//! `contents`: the items that people save.

use sqlx::types::Json;
use uuid::Uuid;

use crate::db::{Engine, On, Result, Statement, Tx, Value, sql};
use crate::domain::{ContentId, EnrichmentStatus, Kind, SourceUrl, Timestamp, Title, UserId};

/// An item as lists show it; the long texts are in [`Texts`].
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Item {
    /// Its id.
    pub id: ContentId,
    /// Its owner.
    pub user_id: UserId,
    /// As typed, or taken from the page; at most 500 characters.
    pub title: String,
    /// As given; empty for a note.
    pub link: String,
    /// The provider's id for it.
    pub content_id: Option<String>,
    /// The stored word of its [`Kind`].
    #[sqlx(rename = "type")]
    pub kind: String,
    /// What tells two links to one page are the same; none for a note.
    pub canonical_link: Option<String>,
    /// The site's own address of it.
    pub canonical_url: Option<String>,
    /// What a client puts into a frame.
    pub embed_url: Option<String>,
    /// The owner's own words.
    pub note: Option<String>,
    /// Marked by the owner.
    pub is_favorite: bool,
    /// Put aside by the owner.
    pub is_archived: bool,
    /// How far it has been understood.
    pub enrichment_status: String,
    /// Why not further, in words for people.
    pub enrichment_error: Option<String>,
    /// Failed attempts so far.
    pub enrichment_retries: i32,
    /// When it was understood.
    pub enriched_at: Option<Timestamp>,
    /// The page's own title.
    pub meta_title: Option<String>,
    /// The page's description.
    pub meta_description: Option<String>,
    /// Who wrote it.
    pub meta_author: Option<String>,
    /// The author's page.
    pub meta_author_url: Option<String>,
    /// A picture for it.
    pub meta_thumbnail: Option<String>,
    /// When it was published.
    pub meta_published_at: Option<Timestamp>,
    /// The page's keywords.
    pub meta_tags: Option<Json<Vec<String>>>,
    /// Its language, a primary subtag.
    pub meta_language: Option<String>,
    /// The site's name.
    pub meta_site_name: Option<String>,
    /// Words in the full text.
    pub word_count: Option<i32>,
    /// Seconds to read it.
    pub reading_time_seconds: Option<i32>,
    /// `transcript`, `article`, `markdown` or `plain`.
    pub full_text_type: Option<String>,
    /// A summary, where a model made one.
    pub summary: Option<String>,
    /// Tags that a model proposed.
    pub ai_tags: Option<Json<Vec<String>>>,
    /// When it was saved.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it went to the trash.
    pub deleted_at: Option<Timestamp>,
    /// Pairs of id and name, unsorted; see [`Item::tags`].
    pub tags: Option<String>,
}

impl Item {
    /// Its tags by name.
    pub fn tags(&self) -> Vec<(Uuid, String)> {
        let Some(text) = self.tags.as_deref().filter(|text| *text != "[]") else { return Vec::new() };
        let mut tags: Vec<(Uuid, String)> = serde_json::from_str(text).unwrap_or_default();
        tags.sort_by(|a, b| a.1.cmp(&b.1));
        tags
    }

    /// What somebody called it; empty where a link, or the first line of a note's text, stands for a title.
    pub fn own_title(&self, full_text: Option<&str>) -> &str {
        let first_line = || full_text.and_then(|text| text.lines().find_map(Title::from_text));
        let is_none = self.title == self.link
            || (self.kind == Kind::Note.as_str() && first_line().is_some_and(|line| line.as_str() == self.title));
        if is_none { "" } else { &self.title }
    }

    /// What is embedded of it, see `prose`.
    pub fn prose(&self, full_text: Option<&str>) -> String {
        prose(full_text, self.meta_description.as_deref(), self.note.as_deref())
    }
}

/// An item's text as its pieces count the bytes of it: what the page says, or its description while there is nothing else,
/// then the owner's own words.
fn prose(full_text: Option<&str>, description: Option<&str>, note: Option<&str>) -> String {
    let page = full_text.filter(|text| !text.is_empty()).or(description);
    [page, note].into_iter().flatten().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// The long texts of an item.
#[derive(Debug, Clone, Default, sqlx::FromRow)]
pub struct Texts {
    /// What the page says.
    pub full_text: Option<String>,
    /// The same as sanitised HTML, where it is an article.
    pub reader_html: Option<String>,
    /// `[{text, start, duration}]`, seconds.
    pub transcript_segments: Option<Json<serde_json::Value>>,
    /// Whatever its provider told.
    pub provider_data: Option<Json<serde_json::Value>>,
}

/// The columns of [`Item`] from `contents c`.
pub fn item_columns(engine: Engine) -> String {
    let (rows, row) = engine.json_functions();
    format!(
        "c.id, c.user_id, c.title, c.link, c.content_id, c.type, c.canonical_link, c.canonical_url, \
         c.embed_url, c.note, c.is_favorite, c.is_archived, \
         c.enrichment_status, c.enrichment_error, c.enrichment_retries, c.enriched_at, c.meta_title, c.meta_description, \
         c.meta_author, c.meta_author_url, c.meta_thumbnail, c.meta_published_at, c.meta_tags, c.meta_language, \
         c.meta_site_name, c.word_count, c.reading_time_seconds, c.full_text_type, c.summary, c.ai_tags, c.created_at, \
         c.updated_at, c.deleted_at, (SELECT CAST({rows}({row}({id}, t.name)) AS TEXT) FROM content_tags ct JOIN tags t \
         ON t.id = ct.tag_id WHERE ct.content_id = c.id) AS tags",
        id = match engine {
            Engine::Sqlite => "hex(t.id)",
            Engine::Postgres => "t.id",
        }
    )
}

/// A new item.
#[derive(Debug, Clone)]
pub struct NewItem<'a> {
    /// Its id.
    pub id: ContentId,
    /// Its owner.
    pub owner: UserId,
    /// At most 500 characters.
    pub title: &'a str,
    /// None for a note.
    pub link: Option<&'a SourceUrl>,
    /// What it is.
    pub kind: Kind,
    /// The provider's id for it.
    pub content_id: Option<&'a str>,
    /// The site's own address of it.
    pub canonical_url: Option<&'a str>,
    /// What a client puts into a frame.
    pub embed_url: Option<&'a str>,
    /// The owner's own words.
    pub note: Option<&'a str>,
    /// Kept beside another item of the same link, because the owner wants both.
    pub is_duplicate: bool,
    /// What a note says; it needs no reading by a worker.
    pub text: Option<&'a str>,
    /// Where its life begins.
    pub status: EnrichmentStatus,
    /// Now.
    pub now: Timestamp,
}

/// Saves `item`, or finds what the owner already keeps under its canonical form; returns the id of the one that stands.
///
/// Compare it with `item.id` to tell the two apart. Trashed items don't count.
pub async fn save(tx: &mut Tx<'_>, item: &NewItem<'_>) -> Result<ContentId> {
    let (found,) = sql("INSERT INTO contents (id, user_id, title, link, content_id, type, canonical_link, canonical_hash, \
         is_duplicate, note, full_text, full_text_type, enrichment_status, canonical_url, embed_url, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16) \
         ON CONFLICT (user_id, canonical_hash) WHERE deleted_at IS NULL AND NOT is_duplicate \
         DO UPDATE SET canonical_hash = excluded.canonical_hash RETURNING id")
        .bind(item.id)
        .bind(item.owner)
        .bind(item.title)
        .bind(item.link.map_or("", SourceUrl::as_str))
        .bind(item.content_id)
        .bind(item.kind)
        .bind(item.link.map(SourceUrl::canonical))
        .bind(item.link.map(SourceUrl::canonical_hash))
        .bind(item.is_duplicate)
        .bind(item.note)
        .bind(item.text)
        .bind(item.text.map(|_| "plain"))
        .bind(item.status.as_str())
        .bind(item.canonical_url)
        .bind(item.embed_url)
        .bind(item.now)
        .fetch_one::<(ContentId,)>(tx)
        .await?;
    Ok(found)
}

/// The owner's item, the trash included; none when it is not there or somebody else's.
pub async fn find<'a, 'c: 'a>(on: impl Into<On<'a, 'c>>, owner: UserId, id: ContentId) -> Result<Option<Item>> {
    let on = on.into();
    let columns = item_columns(on.engine());
    sql(&format!("SELECT {columns} FROM contents c WHERE c.id = $1 AND c.user_id = $2"))
        .bind(id)
        .bind(owner)
        .fetch_optional(on)
        .await
}

/// Any user's item: for a worker, which acts for its owner.
pub async fn find_any<'a, 'c: 'a>(on: impl Into<On<'a, 'c>>, id: ContentId) -> Result<Option<Item>> {
    let on = on.into();
    let columns = item_columns(on.engine());
    sql(&format!("SELECT {columns} FROM contents c WHERE c.id = $1")).bind(id).fetch_optional(on).await
}

/// The long texts of an item.
pub async fn texts<'a, 'c: 'a>(on: impl Into<On<'a, 'c>>, id: ContentId) -> Result<Texts> {
    let found = sql("SELECT full_text, reader_html, transcript_segments, provider_data FROM contents WHERE id = $1")
        .bind(id)
        .fetch_optional(on)
        .await?;
    Ok(found.unwrap_or_default())
}

/// What an owner may change by hand; `None` leaves a thing as it is.
#[derive(Debug, Clone, Default)]
pub struct Edit {
    /// At most 500 characters.
    pub title: Option<String>,
    /// `Some(None)` removes it.
    pub note: Option<Option<String>>,
    /// Marked.
    pub is_favorite: Option<bool>,
    /// Put aside.
    pub is_archived: Option<bool>,
}

/// Changes what `edit` names; says whether the item was there.
pub async fn edit(tx: &mut Tx<'_>, owner: UserId, id: ContentId, edit: Edit, now: Timestamp) -> Result<bool> {
    let mut statement = sql("UPDATE contents SET updated_at = $1").bind(now);
    if let Some(title) = edit.title {
        statement = statement.push_bind(", title = {}", title);
    }
    if let Some(note) = edit.note {
        statement = statement.push_bind(", note = {}", note);
    }
    if let Some(flag) = edit.is_favorite {
        statement = statement.push_bind(", is_favorite = {}", flag);
    }
    if let Some(flag) = edit.is_archived {
        statement = statement.push_bind(", is_archived = {}", flag);
    }
    let statement = statement.push_bind(" WHERE id = {}", id).push_bind(" AND user_id = {}", owner);
    Ok(statement.push(" AND deleted_at IS NULL").execute(tx).await? > 0)
}

/// What a move into or out of the trash must know of the item.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Moved {
    /// The stored word of its kind.
    #[sqlx(rename = "type")]
    pub kind: String,
    /// The stored word of its status.
    pub enrichment_status: String,
}

/// Puts a live item into the trash; none when there is no such item.
pub async fn trash(tx: &mut Tx<'_>, owner: UserId, id: ContentId, now: Timestamp) -> Result<Option<Moved>> {
    sql("UPDATE contents SET deleted_at = $1, updated_at = $1 WHERE id = $2 AND user_id = $3 AND deleted_at IS NULL \
         RETURNING type, enrichment_status")
    .bind(now)
    .bind(id)
    .bind(owner)
    .fetch_optional(tx)
    .await
}

/// Takes an item out of the trash; one whose link is kept anew meanwhile comes back as a second of it.
pub async fn restore(tx: &mut Tx<'_>, owner: UserId, id: ContentId, now: Timestamp) -> Result<Option<Moved>> {
    sql("UPDATE contents SET deleted_at = NULL, updated_at = $1, is_duplicate = is_duplicate OR EXISTS (SELECT 1 FROM \
         contents other WHERE other.user_id = contents.user_id AND other.canonical_hash = contents.canonical_hash AND \
         other.deleted_at IS NULL AND NOT other.is_duplicate) WHERE id = $2 AND user_id = $3 AND deleted_at IS NOT NULL \
         RETURNING type, enrichment_status")
    .bind(now)
    .bind(id)
    .bind(owner)
    .fetch_optional(tx)
    .await
}

/// Removes for ever what lies in the trash since before `cutoff`, at most `limit` items; returns owner and kind of each.
pub async fn purge(tx: &mut Tx<'_>, cutoff: Timestamp, limit: i64) -> Result<Vec<(UserId,)>> {
    let doomed = format!(
        "DELETE FROM contents WHERE id IN (SELECT id FROM contents WHERE deleted_at < $1 ORDER BY deleted_at LIMIT $2{}) \
         RETURNING user_id",
        tx.engine().skip_locked()
    );
    sql(&doomed).bind(cutoff).bind(limit).fetch_all(tx).await
}

/// What an item's page said of its state when `version` of the extractor read it whole: `ETag` and `Last-Modified`.
///
/// Nothing for an item that was not understood then, or by another version, which may find more.
pub async fn page_state<'a, 'c: 'a>(
    on: impl Into<On<'a, 'c>>,
    id: ContentId,
    version: &str,
) -> Result<Option<(Option<String>, Option<String>)>> {
    sql("SELECT page_etag, page_last_modified FROM contents
         WHERE id = $1 AND enrichment_status = 'enriched' AND extractor_version = $2
           AND (page_etag IS NOT NULL OR page_last_modified IS NOT NULL)")
    .bind(id)
    .bind(version)
    .fetch_optional(on)
    .await
}

/// What a worker found out.
#[derive(Debug, Clone, Default)]
pub struct Enriched {
    /// A better title than the one at hand, when the owner gave none.
    pub title: Option<String>,
    /// Values for the `meta_*` columns, the full text and the rest, by column name.
    pub columns: Vec<(&'static str, Value)>,
    /// Hashes of further links by which the page is known, for `content_keys`.
    pub keys: Vec<[u8; 32]>,
}

/// Writes `found` and the status that follows from it; returns the status that stood before, none when the item is gone.
pub async fn set_status(
    tx: &mut Tx<'_>,
    id: ContentId,
    status: EnrichmentStatus,
    error: Option<&str>,
    found: Enriched,
    now: Timestamp,
) -> Result<Option<(UserId, String, bool)>> {
    let before: Option<(UserId, String, bool)> =
        locked("SELECT user_id, enrichment_status, deleted_at IS NULL FROM contents WHERE id = $1", tx.engine())
            .bind(id)
            .fetch_optional(&mut *tx)
            .await?;
    let Some(before) = before else { return Ok(None) };
    let mut statement = sql("UPDATE contents SET enrichment_status = $1, enrichment_error = $2, updated_at = $3")
        .bind(status.as_str())
        .bind(error)
        .bind(now);
    match status {
        EnrichmentStatus::Enriched => statement = statement.push(", enriched_at = $3, enrichment_retries = 0"),
        EnrichmentStatus::Failed => statement = statement.push(", enrichment_retries = enrichment_retries + 1"),
        _ => {}
    }
    if let Some(title) = found.title {
        statement = statement.push_bind(", title = {}", title);
    }
    for (column, value) in found.columns {
        statement = statement.push(", ").push(column).push_bind(" = {}", value);
    }
    statement.push_bind(" WHERE id = {}", id).execute(tx).await?;
    Ok(Some(before))
}

/// A read that keeps the row from changing until the transaction ends; SQLite's writer already is alone.
fn locked(text: &str, engine: Engine) -> Statement {
    match engine {
        Engine::Sqlite => sql(text),
        Engine::Postgres => sql(text).push(" FOR UPDATE"),
    }
}

/// What an answer to a search shows, and the texts it is judged by.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct FoundItem {
    /// Its id.
    pub id: ContentId,
    /// Its title.
    pub title: String,
    /// Its link; empty for a note.
    pub link: String,
    /// The stored word of its kind.
    #[sqlx(rename = "type")]
    pub kind: String,
    /// The owner's own words.
    pub note: Option<String>,
    /// The page's description.
    pub meta_description: Option<String>,
    /// Its language, a primary subtag.
    pub meta_language: Option<String>,
    /// What the page says.
    pub full_text: Option<String>,
    /// The byte of the full text at which each page of a document begins.
    pub pages: Option<Json<serde_json::Value>>,
}

impl FoundItem {
    /// The page of a document, from 1, on which what stands at byte `at` of the full text is.
    pub fn page_at(&self, at: usize) -> Option<u32> {
        let begins = self.pages.as_ref()?.0.as_array()?.iter().map_while(serde_json::Value::as_u64);
        let page = begins.take_while(|start| usize::try_from(*start).is_ok_and(|start| start <= at)).count();
        u32::try_from(page).ok().filter(|page| *page > 0)
    }

    /// What is embedded of it, see `prose`.
    pub fn prose(&self) -> String {
        prose(self.full_text.as_deref(), self.meta_description.as_deref(), self.note.as_deref())
    }

    /// Everything that one can read of it: the note, then the page's text, or its description while there is none.
    pub fn readable(&self) -> String {
        let page = self.full_text.as_deref().filter(|text| !text.is_empty()).or(self.meta_description.as_deref());
        [self.note.as_deref(), page].into_iter().flatten().collect::<Vec<_>>().join("\n\n")
    }
}

/// Live items of an owner, in no order.
pub async fn find_many<'a, 'c: 'a>(
    on: impl Into<On<'a, 'c>>,
    owner: UserId,
    ids: &[ContentId],
) -> Result<Vec<FoundItem>> {
    sql("SELECT id, title, link, type, note, meta_description, meta_language, full_text, provider_data -> 'pages' AS pages \
         FROM contents WHERE user_id = $1 AND id IN ")
    .bind(owner)
    .push_list(ids.iter().copied())
    .fetch_all(on)
    .await
}
