//! Pages of items, newest first: the same cost on the first page and on the last.
//!
//! A cursor continues where a page ended, by index. `skip` is walked from whichever end of the list is nearer.

use std::convert::Infallible;
use std::str::FromStr;

use super::content_counts;
use super::contents::{Item, item_columns};
use crate::db::{Db, Result, Statement, sql};
use crate::domain::{ContentId, EnrichmentStatus, Kind, TagId, Timestamp, UserId};

/// Which of a user's items.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of one kind.
    pub kind: Option<Kind>,
    /// With one tag; one that is not the user's matches nothing.
    pub tag: Option<TagRef>,
    /// With one status.
    pub status: Option<EnrichmentStatus>,
    /// Saved earlier than this.
    pub before: Option<Timestamp>,
    /// Saved later than this.
    pub after: Option<Timestamp>,
    /// Marked by the owner, or not.
    pub favorite: Option<bool>,
    /// Put aside by the owner, or not.
    pub archived: Option<bool>,
    /// Those in the trash instead of the live ones.
    pub trash: bool,
}

/// A tag as a client names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TagRef {
    /// By its id.
    Id(TagId),
    /// By its name, folded.
    Name(String),
}

impl FromStr for TagRef {
    type Err = Infallible;

    fn from_str(text: &str) -> std::result::Result<Self, Infallible> {
        Ok(text.parse().map_or_else(|_| Self::Name(text.trim().to_lowercase()), Self::Id))
    }
}

/// Where a page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// After so many items.
    Skip(u32),
    /// After the item that was saved then and has that id.
    After(Timestamp, ContentId),
}

/// A page and how many items there are in all.
#[derive(Debug, Clone)]
pub struct Page {
    /// Newest first.
    pub items: Vec<Item>,
    /// Items that match the filter.
    pub total: i64,
    /// Is there one after the last of these?
    pub has_more: bool,
}

/// One page of at most `limit` items.
pub async fn page(db: &Db, owner: UserId, filter: &Filter, start: Start, limit: u32) -> Result<Page> {
    let total = total(db, owner, filter).await?;
    let skip = match start {
        Start::Skip(skip) => i64::from(skip),
        Start::After(..) => 0,
    };
    let limit = i64::from(limit);
    let backwards = skip > total / 2;
    let (time, key) = order_columns(filter);
    let mut keys = matching(&format!("SELECT {key} AS id, {time} AS created_at"), owner, filter);
    if let Start::After(at, id) = start {
        let (at, id) = (keys.parameter(at), keys.parameter(id));
        keys = keys.push(&format!(" AND ({time}, {key}) < ({at}, {id})"));
    }
    // The one item beyond the page tells whether there is more.
    let (order, take, offset) = if backwards {
        let take = limit.min(total - skip).max(0);
        ("ASC", take, total - skip - take)
    } else {
        ("DESC", limit + 1, skip)
    };
    keys = keys
        .push(&format!(" ORDER BY {time} {order}, {key} {order}"))
        .push_bind(" LIMIT {}", take)
        .push_bind(" OFFSET {}", offset.max(0));
    let rows = sql(&format!("SELECT {} FROM (", item_columns(db.engine())))
        .append(keys)
        .push(") page JOIN contents c ON c.id = page.id ORDER BY page.created_at DESC, page.id DESC");
    let mut items: Vec<Item> = rows.fetch_all(db).await?;
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = if backwards { skip + take < total } else { items.len() > wanted };
    items.truncate(wanted);
    Ok(Page { items, total, has_more })
}

/// How many items match: one row for what is counted as it changes, a count by index for combinations.
async fn total(db: &Db, owner: UserId, filter: &Filter) -> Result<i64> {
    let Filter { kind, tag, status, before, after, favorite, archived, trash } = filter;
    if favorite.is_some() || archived.is_some() {
        return Ok(matching("SELECT COUNT(*)", owner, filter).fetch_one::<(i64,)>(db).await?.0);
    }
    let bucket = match (kind, tag, status, before, after, trash) {
        (None, None, None, None, None, false) => Some("live".to_owned()),
        (None, None, None, None, None, true) => Some("trash".to_owned()),
        (Some(kind), None, None, None, None, false) => Some(format!("type:{}", kind.as_str())),
        (None, None, Some(status), None, None, false) => Some(format!("status:{status}")),
        (None, Some(tag), None, None, None, false) => return super::tags::item_count(db, owner, tag).await,
        _ => None,
    };
    match bucket {
        Some(bucket) => content_counts::of(db, owner, &bucket).await,
        None => Ok(matching("SELECT COUNT(*)", owner, filter).fetch_one::<(i64,)>(db).await?.0),
    }
}

/// The columns that order a list: a tag's newest items are the order of `content_tags_newest`.
const fn order_columns(filter: &Filter) -> (&'static str, &'static str) {
    if filter.tag.is_some() { ("ct.content_created_at", "ct.content_id") } else { ("c.created_at", "c.id") }
}

/// `select` from the items that match, each condition an index can serve.
fn matching(select: &str, owner: UserId, filter: &Filter) -> Statement {
    let mut statement = match &filter.tag {
        None => sql(select).push(" FROM contents c WHERE c.user_id = $1").bind(owner),
        Some(tag) => {
            let from = sql(select).push(
                " FROM content_tags ct JOIN contents c ON c.id = ct.content_id \
                 WHERE c.user_id = $1 AND ct.tag_id = (SELECT id FROM tags WHERE user_id = $1 AND ",
            );
            match tag {
                TagRef::Id(id) => from.bind(owner).push_bind("id = {})", *id),
                TagRef::Name(name) => from.bind(owner).push_bind("name = {})", name.as_str()),
            }
        }
    };
    statement =
        statement.push(if filter.trash { " AND c.deleted_at IS NOT NULL" } else { " AND c.deleted_at IS NULL" });
    if let Some(kind) = filter.kind {
        statement = statement.push_bind(" AND c.type = {}", kind);
    }
    if let Some(status) = filter.status {
        statement = statement.push_bind(" AND c.enrichment_status = {}", status.as_str());
    }
    if let Some(flag) = filter.favorite {
        statement = statement.push_bind(" AND c.is_favorite = {}", flag);
    }
    if let Some(flag) = filter.archived {
        statement = statement.push_bind(" AND c.is_archived = {}", flag);
    }
    let (time, _) = order_columns(filter);
    if let Some(before) = filter.before {
        statement = statement.push(" AND ").push(time).push_bind(" < {}", before);
    }
    if let Some(after) = filter.after {
        statement = statement.push(" AND ").push(time).push_bind(" > {}", after);
    }
    statement
}
