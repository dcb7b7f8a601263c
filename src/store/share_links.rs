//! `share_links`: the one public address of a user's brain.

use uuid::Uuid;

use crate::db::{On, Result, Tx, sql};
use crate::domain::UserId;

/// Gives the user's share hash, `hash` if there was none; the same one for two that race.
pub async fn create(tx: &mut Tx<'_>, owner: UserId, id: Uuid, hash: &str) -> Result<String> {
    let (hash,) = sql("INSERT INTO share_links (id, hash, user_id) VALUES ($1, $2, $3) \
         ON CONFLICT (user_id) DO UPDATE SET user_id = excluded.user_id RETURNING hash")
    .bind(id)
    .bind(hash)
    .bind(owner)
    .fetch_one::<(String,)>(tx)
    .await?;
    Ok(hash)
}

/// Takes the user's brain out of public view.
pub async fn delete(tx: &mut Tx<'_>, owner: UserId) -> Result<bool> {
    Ok(sql("DELETE FROM share_links WHERE user_id = $1").bind(owner).execute(tx).await? > 0)
}

/// Whose brain a hash shows, and that user's name; nothing for a disabled user.
pub async fn owner<'a, 'c: 'a>(on: impl Into<On<'a, 'c>>, hash: &str) -> Result<Option<(UserId, Option<String>)>> {
    sql("SELECT u.id, u.username FROM share_links s JOIN users u ON u.id = s.user_id \
         WHERE s.hash = $1 AND u.disabled_at IS NULL")
    .bind(hash)
    .fetch_optional(on)
    .await
}
