//! Which items are to be read: for somebody who has them read now, without the queue.

use crate::db::{On, Result, sql};
use crate::domain::{ContentId, EnrichmentStatus, UserId};

/// Which items; a condition that is not there holds for all.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Of one user.
    pub owner: Option<UserId>,
    /// With one of these statuses; empty means any.
    pub statuses: Vec<EnrichmentStatus>,
    /// At most so many.
    pub limit: Option<u32>,
}

/// Live items with a link, the oldest first.
pub async fn select<'a, 'c: 'a>(on: impl Into<On<'a, 'c>>, selection: &Selection) -> Result<Vec<ContentId>> {
    let mut statement = sql("SELECT id FROM contents WHERE deleted_at IS NULL AND link <> ''");
    if let Some(owner) = selection.owner {
        statement = statement.push_bind(" AND user_id = {}", owner);
    }
    if !selection.statuses.is_empty() {
        let words = selection.statuses.iter().map(|status| status.as_str());
        statement = statement.push(" AND enrichment_status IN ").push_list(words);
    }
    statement = statement.push(" ORDER BY created_at, id");
    if let Some(limit) = selection.limit {
        statement = statement.push_bind(" LIMIT {}", i64::from(limit));
    }
    let rows: Vec<(ContentId,)> = statement.fetch_all(on).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
