//! `tags` and `content_tags`: names that a user gives to items, with how many live items carry each.

use std::collections::BTreeSet;

use super::content_list::TagRef;
use crate::db::{On, Result, Tx, Value, sql};
use crate::domain::{ContentId, TagId, Timestamp, UserId};

/// A tag of a user.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Tag {
    /// Its id.
    pub id: TagId,
    /// Trimmed, lower-cased, unique for its user.
    pub name: String,
    /// Live items that carry it.
    pub item_count: i64,
    /// When it was made.
    pub created_at: Timestamp,
}

const COLUMNS: &str = "id, name, item_count, created_at";

/// All tags of a user, by name.
pub async fn list<'a, 'c: 'a>(on: impl Into<On<'a, 'c>>, owner: UserId) -> Result<Vec<Tag>> {
    sql(&format!("SELECT {COLUMNS} FROM tags WHERE user_id = $1 ORDER BY name")).bind(owner).fetch_all(on).await
}

/// Makes a tag, or finds the one of that name; compare the id with `id` to tell the two apart.
pub async fn create(tx: &mut Tx<'_>, owner: UserId, id: TagId, name: &str, now: Timestamp) -> Result<Tag> {
    sql(&format!(
        "INSERT INTO tags (id, name, user_id, created_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (name, user_id) DO UPDATE SET name = excluded.name RETURNING {COLUMNS}"
    ))
    .bind(id)
    .bind(name)
    .bind(owner)
    .bind(now)
    .fetch_one(tx)
    .await
}

/// The outcome of giving a tag another name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Renamed {
    /// It has the name now.
    Done(Tag),
    /// Another tag has it already.
    Taken(Tag),
    /// There is no such tag.
    Missing,
}

/// Gives a tag another name.
pub async fn rename(tx: &mut Tx<'_>, owner: UserId, id: TagId, name: &str) -> Result<Renamed> {
    let other: Option<Tag> = sql(&format!("SELECT {COLUMNS} FROM tags WHERE user_id = $1 AND name = $2 AND id <> $3"))
        .bind(owner)
        .bind(name)
        .bind(id)
        .fetch_optional(&mut *tx)
        .await?;
    if let Some(other) = other {
        return Ok(Renamed::Taken(other));
    }
    let renamed = sql(&format!("UPDATE tags SET name = $1 WHERE id = $2 AND user_id = $3 RETURNING {COLUMNS}"))
        .bind(name)
        .bind(id)
        .bind(owner)
        .fetch_optional(tx)
        .await?;
    Ok(renamed.map_or(Renamed::Missing, Renamed::Done))
}

/// Removes a tag from its items and for good; says whether it was there.
pub async fn delete(tx: &mut Tx<'_>, owner: UserId, id: TagId) -> Result<bool> {
    Ok(sql("DELETE FROM tags WHERE id = $1 AND user_id = $2").bind(id).bind(owner).execute(tx).await? > 0)
}

/// How many live items carry a tag; none for a tag that is not the user's.
pub async fn item_count<'a, 'c: 'a>(on: impl Into<On<'a, 'c>>, owner: UserId, tag: &TagRef) -> Result<i64> {
    let statement = sql("SELECT item_count FROM tags WHERE user_id = $1 AND ").bind(owner);
    let row: Option<(i64,)> = match tag {
        TagRef::Id(id) => statement.push_bind("id = {}", *id),
        TagRef::Name(name) => statement.push_bind("name = {}", name.as_str()),
    }
    .fetch_optional(on)
    .await?;
    Ok(row.map_or(0, |(count,)| count))
}

/// Those of `ids` that are the user's own.
pub async fn owned<'a, 'c: 'a>(on: impl Into<On<'a, 'c>>, owner: UserId, ids: &[TagId]) -> Result<BTreeSet<TagId>> {
    if ids.is_empty() {
        return Ok(BTreeSet::new());
    }
    let rows: Vec<(TagId,)> = sql("SELECT id FROM tags WHERE user_id = $1 AND id IN ")
        .bind(owner)
        .push_list(ids.iter().copied())
        .fetch_all(on)
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// The tags of an item.
pub async fn of_item<'a, 'c: 'a>(on: impl Into<On<'a, 'c>>, item: ContentId) -> Result<BTreeSet<TagId>> {
    let rows: Vec<(TagId,)> =
        sql("SELECT tag_id FROM content_tags WHERE content_id = $1").bind(item).fetch_all(on).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Ties tags of the same owner to a live item; those it already has stay.
pub async fn attach(tx: &mut Tx<'_>, item: ContentId, saved_at: Timestamp, tags: &BTreeSet<TagId>) -> Result<()> {
    if tags.is_empty() {
        return Ok(());
    }
    let rows = tags.iter().map(|tag| [Value::from(item), (*tag).into(), saved_at.into()]);
    let new: Vec<(TagId,)> = sql("INSERT INTO content_tags (content_id, tag_id, content_created_at) VALUES ")
        .push_rows(rows)
        .push(" ON CONFLICT DO NOTHING RETURNING tag_id")
        .fetch_all(&mut *tx)
        .await?;
    count(tx, new.into_iter().map(|(id,)| id).collect(), 1).await
}

/// Unties tags from a live item.
pub async fn detach(tx: &mut Tx<'_>, item: ContentId, tags: &BTreeSet<TagId>) -> Result<()> {
    if tags.is_empty() {
        return Ok(());
    }
    let gone: Vec<(TagId,)> = sql("DELETE FROM content_tags WHERE content_id = $1 AND tag_id IN ")
        .bind(item)
        .push_list(tags.iter().copied())
        .push(" RETURNING tag_id")
        .fetch_all(&mut *tx)
        .await?;
    count(tx, gone.into_iter().map(|(id,)| id).collect(), -1).await
}

/// `by` more live items for each of `tags`, touched in the order of their ids.
pub async fn count(tx: &mut Tx<'_>, tags: BTreeSet<TagId>, by: i64) -> Result<()> {
    for tag in tags {
        sql("UPDATE tags SET item_count = item_count + $1 WHERE id = $2").bind(by).bind(tag).execute(tx).await?;
    }
    Ok(())
}
