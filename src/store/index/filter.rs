//! Which items may answer, as conditions on `contents c`: both indexes apply them while they look, not to what they found.

use crate::db::Statement;
use crate::domain::UserId;
use crate::store::content_list::{Filter, TagRef};

/// Appends the conditions of `filter`; the first is that the item is the owner's.
pub(super) fn conditions(query: Statement, owner: UserId, filter: &Filter) -> Statement {
    let mut query = query.push_bind("c.user_id = {}", owner);
    query = query.push(if filter.trash { " AND c.deleted_at IS NOT NULL" } else { " AND c.deleted_at IS NULL" });
    if let Some(kind) = filter.kind {
        query = query.push_bind(" AND c.type = {}", kind);
    }
    if let Some(status) = filter.status {
        query = query.push_bind(" AND c.enrichment_status = {}", status.as_str());
    }
    if let Some(flag) = filter.favorite {
        query = query.push_bind(" AND c.is_favorite = {}", flag);
    }
    if let Some(flag) = filter.archived {
        query = query.push_bind(" AND c.is_archived = {}", flag);
    }
    if let Some(before) = filter.before {
        query = query.push_bind(" AND c.created_at < {}", before);
    }
    if let Some(after) = filter.after {
        query = query.push_bind(" AND c.created_at > {}", after);
    }
    if let Some(tag) = &filter.tag {
        query = query.push(
            " AND EXISTS (SELECT 1 FROM content_tags ct JOIN tags t ON t.id = ct.tag_id WHERE ct.content_id = c.id",
        );
        query = query.push_bind(" AND t.user_id = {}", owner);
        query = match tag {
            TagRef::Id(id) => query.push_bind(" AND t.id = {})", *id),
            TagRef::Name(name) => query.push_bind(" AND t.name = {})", name.as_str()),
        };
    }
    query
}
