//! `content_counts`: how many items of a user fall into a bucket, so that a list's total costs one row and no scan.
//!
//! Buckets: `live`, `trash`, `type:<kind>` and `status:<status>` (live ones only). A transaction that moves items calls
//! [`apply`] once; the rows are touched in the order of their names, so that two transactions never wait for each other.

use std::collections::BTreeMap;

use crate::db::{Engine, On, Result, Tx, Value, sql};
use crate::domain::UserId;

/// Differences by user and bucket, gathered before they are applied.
#[derive(Debug, Default)]
pub struct Changes(BTreeMap<(UserId, String), i64>);

impl Changes {
    /// `by` items more (or fewer) in a bucket.
    pub fn add(&mut self, user: UserId, bucket: impl Into<String>, by: i64) -> &mut Self {
        *self.0.entry((user, bucket.into())).or_default() += by;
        self
    }

    /// `by` more (or fewer) live items of a kind and a status.
    pub fn live(&mut self, user: UserId, kind: &str, status: &str, by: i64) -> &mut Self {
        self.add(user, "live", by).add(user, format!("type:{kind}"), by).add(user, format!("status:{status}"), by)
    }

    /// A live item went from one status to another.
    pub fn status(&mut self, user: UserId, from: &str, to: &str) -> &mut Self {
        self.add(user, format!("status:{from}"), -1).add(user, format!("status:{to}"), 1)
    }
}

/// Writes the differences: one statement, rows in order.
pub async fn apply(tx: &mut Tx<'_>, changes: &Changes) -> Result<()> {
    let rows: Vec<[Value; 3]> = changes
        .0
        .iter()
        .filter(|(_, by)| **by != 0)
        .map(|((user, bucket), by)| [Value::from(*user), bucket.as_str().into(), (*by).into()])
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    sql("INSERT INTO content_counts (user_id, bucket, items) VALUES ")
        .push_rows(rows)
        .push(" ON CONFLICT (user_id, bucket) DO UPDATE SET items = content_counts.items + excluded.items")
        .execute(tx)
        .await
        .map(drop)
}

/// Keeps the counts of users from being changed by others until `tx` ends: for whoever must lock more before it knows what
/// to [`apply`].
pub async fn lock(tx: &mut Tx<'_>, users: &[UserId]) -> Result<()> {
    if tx.engine() == Engine::Postgres {
        sql("SELECT items FROM content_counts WHERE user_id IN ")
            .push_list(users.iter().copied())
            .push(" ORDER BY user_id, bucket FOR UPDATE")
            .fetch_all::<(i64,)>(tx)
            .await?;
    }
    Ok(())
}

/// The number of items in a bucket.
pub async fn of<'a, 'c: 'a>(on: impl Into<On<'a, 'c>>, user: UserId, bucket: &str) -> Result<i64> {
    let row: Option<(i64,)> = sql("SELECT items FROM content_counts WHERE user_id = $1 AND bucket = $2")
        .bind(user)
        .bind(bucket)
        .fetch_optional(on)
        .await?;
    Ok(row.map_or(0, |(items,)| items))
}

/// Counts everything anew, for all users: after rows came from elsewhere.
pub async fn recount(tx: &mut Tx<'_>) -> Result<()> {
    sql("DELETE FROM content_counts").execute(tx).await?;
    for (bucket, filter) in [
        ("'live'", "deleted_at IS NULL"),
        ("'trash'", "deleted_at IS NOT NULL"),
        ("'type:' || type", "deleted_at IS NULL"),
        ("'status:' || enrichment_status", "deleted_at IS NULL"),
    ] {
        sql(&format!(
            "INSERT INTO content_counts (user_id, bucket, items) SELECT user_id, {bucket}, COUNT(*) FROM contents \
             WHERE {filter} GROUP BY 1, 2"
        ))
        .execute(tx)
        .await?;
    }
    sql("UPDATE tags SET item_count = (SELECT COUNT(*) FROM content_tags ct JOIN contents c ON c.id = ct.content_id \
         WHERE ct.tag_id = tags.id AND c.deleted_at IS NULL)")
    .execute(tx)
    .await
    .map(drop)
}
