//! How far several items have been understood, changed at once.

use crate::db::{Result, Tx, sql};
use crate::domain::{ContentId, EnrichmentStatus, Timestamp, UserId};

/// An item as it stands.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Standing {
    /// The item.
    pub id: ContentId,
    /// Its owner.
    #[sqlx(rename = "user_id")]
    pub owner: UserId,
    /// The stored word of its status.
    #[sqlx(rename = "enrichment_status")]
    pub status: String,
}

/// Keeps items from being changed by others until `tx` ends, in the order of their ids; those in the trash are left out.
pub async fn lock(tx: &mut Tx<'_>, ids: &[ContentId]) -> Result<Vec<Standing>> {
    sql("SELECT id, user_id, enrichment_status FROM contents WHERE deleted_at IS NULL AND id IN ")
        .push_list(ids.iter().copied())
        .push(" ORDER BY id")
        .push(tx.engine().for_update())
        .fetch_all(tx)
        .await
}

/// Gives items a status and, for people, a reason.
pub async fn set(
    tx: &mut Tx<'_>,
    ids: &[ContentId],
    status: EnrichmentStatus,
    error: Option<&str>,
    now: Timestamp,
) -> Result<()> {
    sql("UPDATE contents SET enrichment_status = $1, enrichment_error = $2, updated_at = $3 WHERE id IN ")
        .bind(status.as_str())
        .bind(error)
        .bind(now)
        .push_list(ids.iter().copied())
        .execute(tx)
        .await
        .map(drop)
}
