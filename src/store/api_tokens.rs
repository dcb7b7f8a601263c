//! `api_tokens`: personal tokens, of which only the hash is kept.

use super::users::User;
use crate::db::{On, Result, Tx, sql};
use crate::domain::{ApiTokenId, Timestamp, UserId};

/// A token as its owner may see it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ApiToken {
    /// Its id.
    pub id: ApiTokenId,
    /// What the owner calls it.
    pub name: String,
    /// What it may do: words with a space between.
    pub scopes: String,
    /// Void from then on.
    pub expires_at: Option<Timestamp>,
    /// Last used, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
}

const COLUMNS: &str = "id, name, scopes, expires_at, last_used_at, created_at";

/// Keeps a new token's hash.
pub async fn create(tx: &mut Tx<'_>, owner: UserId, token: &ApiToken, hash: [u8; 32]) -> Result<()> {
    sql("INSERT INTO api_tokens (id, user_id, name, token_hash, scopes, expires_at, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)")
    .bind(token.id)
    .bind(owner)
    .bind(token.name.as_str())
    .bind(hash)
    .bind(token.scopes.as_str())
    .bind(token.expires_at)
    .bind(token.created_at)
    .execute(tx)
    .await
    .map(drop)
}

/// The tokens of a user, oldest first.
pub async fn list<'a, 'c: 'a>(on: impl Into<On<'a, 'c>>, owner: UserId) -> Result<Vec<ApiToken>> {
    sql(&format!("SELECT {COLUMNS} FROM api_tokens WHERE user_id = $1 ORDER BY created_at, id"))
        .bind(owner)
        .fetch_all(on)
        .await
}

/// Voids a token; says whether there was one.
pub async fn delete(tx: &mut Tx<'_>, owner: UserId, id: ApiTokenId) -> Result<bool> {
    Ok(sql("DELETE FROM api_tokens WHERE id = $1 AND user_id = $2").bind(id).bind(owner).execute(tx).await? > 0)
}

/// Voids all tokens of a user.
pub async fn delete_all(tx: &mut Tx<'_>, owner: UserId) -> Result<u64> {
    sql("DELETE FROM api_tokens WHERE user_id = $1").bind(owner).execute(tx).await
}

/// A token with whom it speaks for.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Found {
    /// The token.
    #[sqlx(rename = "token_id")]
    pub id: ApiTokenId,
    /// What it may do.
    pub scopes: String,
    /// Void from then on.
    pub expires_at: Option<Timestamp>,
    /// Last used, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// Its owner.
    #[sqlx(flatten)]
    pub user: User,
}

/// The token of a hash and its owner.
pub async fn find_by_hash<'a, 'c: 'a>(on: impl Into<On<'a, 'c>>, hash: [u8; 32]) -> Result<Option<Found>> {
    sql("SELECT t.id AS token_id, t.scopes, t.expires_at, t.last_used_at, u.id, u.username, u.email, u.profile_picture, \
         u.auth_provider, u.is_admin, u.disabled_at, u.tokens_valid_after, u.created_at \
         FROM api_tokens t JOIN users u ON u.id = t.user_id WHERE t.token_hash = $1")
    .bind(hash)
    .fetch_optional(on)
    .await
}

/// Notes that a token was used.
pub async fn touch(tx: &mut Tx<'_>, id: ApiTokenId, now: Timestamp) -> Result<()> {
    sql("UPDATE api_tokens SET last_used_at = $1 WHERE id = $2").bind(now).bind(id).execute(tx).await.map(drop)
}
