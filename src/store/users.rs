//! `users`: who may sign in.

use crate::db::{On, Result, Tx, sql};
use crate::domain::{Timestamp, UserId};

/// A user.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// As typed; none for somebody who came by Google.
    pub username: Option<String>,
    /// From Google, when it says that it is verified.
    pub email: Option<String>,
    /// A picture's address.
    pub profile_picture: Option<String>,
    /// `local` or `google`.
    pub auth_provider: String,
    /// May see the queue and other users' jobs.
    pub is_admin: bool,
    /// May no longer sign in since then.
    pub disabled_at: Option<Timestamp>,
    /// Tokens issued before are void.
    pub tokens_valid_after: Option<Timestamp>,
    /// When the account was made.
    pub created_at: Timestamp,
}

const COLUMNS: &str =
    "id, username, email, profile_picture, auth_provider, is_admin, disabled_at, tokens_valid_after, created_at";

/// The lock behind which the first account is made: "first" in ASCII.
const FIRST_ACCOUNT_LOCK: i64 = 0x66_69_72_73_74;

/// A new account.
#[derive(Debug, Clone, Default)]
pub struct NewUser<'a> {
    /// As typed.
    pub username: Option<&'a str>,
    /// The username folded: two that differ only in case are one.
    pub username_key: Option<&'a str>,
    /// A verified address.
    pub email: Option<&'a str>,
    /// The hash of the password.
    pub password: Option<&'a str>,
    /// Google's subject.
    pub google_id: Option<&'a str>,
    /// A picture's address.
    pub profile_picture: Option<&'a str>,
    /// `local` or `google`.
    pub auth_provider: &'a str,
    /// May see the queue and other users' jobs.
    pub is_admin: bool,
}

/// Makes an account; none when its name, address or Google subject is taken.
pub async fn create(tx: &mut Tx<'_>, id: UserId, user: &NewUser<'_>, now: Timestamp) -> Result<Option<User>> {
    sql(&format!(
        "INSERT INTO users (id, username, username_key, email, password, google_id, profile_picture, auth_provider, \
         is_admin, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING RETURNING {COLUMNS}"
    ))
    .bind(id)
    .bind(user.username)
    .bind(user.username_key)
    .bind(user.email)
    .bind(user.password)
    .bind(user.google_id)
    .bind(user.profile_picture)
    .bind(user.auth_provider)
    .bind(user.is_admin)
    .bind(now)
    .fetch_optional(tx)
    .await
}

/// Is there no account yet? An answer outside a transaction may be old; see [`makes_first`].
pub async fn none_yet<'a, 'c: 'a>(on: impl Into<On<'a, 'c>>) -> Result<bool> {
    Ok(sql("SELECT CAST(1 AS BIGINT) FROM users LIMIT 1").fetch_optional::<(i64,)>(on).await?.is_none())
}

/// Would this transaction make the first account? When it would, nobody else can until it ends.
pub async fn makes_first(tx: &mut Tx<'_>) -> Result<bool> {
    if !none_yet(&mut *tx).await? {
        return Ok(false);
    }
    tx.lock(FIRST_ACCOUNT_LOCK).await?;
    // Whoever held the lock before us may have made it.
    none_yet(tx).await
}

/// The user of an id.
pub async fn find<'a, 'c: 'a>(on: impl Into<On<'a, 'c>>, id: UserId) -> Result<Option<User>> {
    sql(&format!("SELECT {COLUMNS} FROM users WHERE id = $1")).bind(id).fetch_optional(on).await
}

/// A user with what proves who they are.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Credentials {
    /// Who.
    #[sqlx(flatten)]
    pub user: User,
    /// The hash of the password, for those who have one.
    pub password: Option<String>,
}

/// Who a sign-in name means: the exact spelling first, since old rows may differ only in case.
pub async fn find_by_name<'a, 'c: 'a>(on: impl Into<On<'a, 'c>>, name: &str, key: &str) -> Result<Option<Credentials>> {
    sql(&format!(
        "SELECT {COLUMNS}, password FROM users WHERE username = $1 OR username_key = $2 \
         ORDER BY CASE WHEN username = $1 THEN 0 ELSE 1 END LIMIT 1"
    ))
    .bind(name)
    .bind(key)
    .fetch_optional(on)
    .await
}

/// The user of an address.
pub async fn find_by_email<'a, 'c: 'a>(on: impl Into<On<'a, 'c>>, email: &str) -> Result<Option<User>> {
    sql(&format!("SELECT {COLUMNS} FROM users WHERE email = $1")).bind(email).fetch_optional(on).await
}

/// The user of an id, whom nobody else can change, nor save anything for, until the transaction ends.
pub async fn lock(tx: &mut Tx<'_>, id: UserId) -> Result<Option<Credentials>> {
    let suffix = tx.engine().for_update();
    sql(&format!("SELECT {COLUMNS}, password FROM users WHERE id = $1{suffix}")).bind(id).fetch_optional(tx).await
}

/// Does anybody still have a password hash of the old server's kind, bcrypt?
pub async fn any_with_bcrypt<'a, 'c: 'a>(on: impl Into<On<'a, 'c>>) -> Result<bool> {
    let found = sql("SELECT CAST(1 AS BIGINT) FROM users WHERE substr(password, 1, 2) = '$2' LIMIT 1");
    Ok(found.fetch_optional::<(i64,)>(on).await?.is_some())
}

/// The user of a Google subject.
pub async fn find_by_google_id<'a, 'c: 'a>(on: impl Into<On<'a, 'c>>, subject: &str) -> Result<Option<User>> {
    sql(&format!("SELECT {COLUMNS} FROM users WHERE google_id = $1")).bind(subject).fetch_optional(on).await
}

/// Ties a Google subject to the account that has its verified address; none when there is none, or it is tied already.
pub async fn link_google(tx: &mut Tx<'_>, email: &str, subject: &str, picture: Option<&str>) -> Result<Option<User>> {
    sql(&format!(
        "UPDATE users SET google_id = $1, profile_picture = COALESCE(profile_picture, $2) WHERE email = $3 AND \
         google_id IS NULL RETURNING {COLUMNS}"
    ))
    .bind(subject)
    .bind(picture)
    .bind(email)
    .fetch_optional(tx)
    .await
}

/// The stored hash of a user's password.
pub async fn password<'a, 'c: 'a>(on: impl Into<On<'a, 'c>>, id: UserId) -> Result<Option<String>> {
    let row: Option<(Option<String>,)> =
        sql("SELECT password FROM users WHERE id = $1").bind(id).fetch_optional(on).await?;
    Ok(row.and_then(|(password,)| password))
}

/// Stores another hash for a password; `expected` is the one it replaces, so that a race can't bring an old one back.
pub async fn set_password(tx: &mut Tx<'_>, id: UserId, expected: Option<&str>, hash: &str) -> Result<bool> {
    let statement = sql("UPDATE users SET password = $1 WHERE id = $2 AND password IS NOT DISTINCT FROM $3");
    Ok(statement.bind(hash).bind(id).bind(expected).execute(tx).await? > 0)
}

/// Voids every token issued before `now`.
pub async fn revoke_tokens(tx: &mut Tx<'_>, id: UserId, now: Timestamp) -> Result<()> {
    sql("UPDATE users SET tokens_valid_after = $1 WHERE id = $2").bind(now).bind(id).execute(tx).await.map(drop)
}

/// Removes a user and every row that is theirs; says whether there was one. [`lock`] the user first.
pub async fn delete(tx: &mut Tx<'_>, id: UserId) -> Result<bool> {
    super::index::words::forget_user(tx, id).await?;
    Ok(sql("DELETE FROM users WHERE id = $1").bind(id).execute(tx).await? > 0)
}

/// All users, by name.
pub async fn list<'a, 'c: 'a>(on: impl Into<On<'a, 'c>>) -> Result<Vec<User>> {
    sql(&format!("SELECT {COLUMNS} FROM users ORDER BY username_key NULLS LAST, created_at, id")).fetch_all(on).await
}

/// Makes somebody an administrator, or no longer one.
pub async fn set_admin(tx: &mut Tx<'_>, id: UserId, is_admin: bool) -> Result<bool> {
    Ok(sql("UPDATE users SET is_admin = $1 WHERE id = $2").bind(is_admin).bind(id).execute(tx).await? > 0)
}

/// Keeps somebody from signing in since `at`, or lets them in again.
pub async fn set_disabled(tx: &mut Tx<'_>, id: UserId, at: Option<Timestamp>) -> Result<bool> {
    Ok(sql("UPDATE users SET disabled_at = $1 WHERE id = $2").bind(at).bind(id).execute(tx).await? > 0)
}
