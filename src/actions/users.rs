//! What an operator may do to accounts; no password is asked for.

use super::open_account::{By, open_local_account};
use super::revoke_sessions::end_tokens;
use super::{Error, Result};
use crate::app::App;
use crate::auth::Password;
use crate::domain::{UserId, Username, username};
use crate::store::users;

pub use crate::store::users::User;

/// All users, by name.
///
/// # Errors
/// [`Error::Database`].
pub async fn list_users(app: &App) -> Result<Vec<User>> {
    Ok(users::list(&app.db).await?)
}

/// Who an operator means: by username, else by e-mail address, else by id, for not everybody has a name.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Database`].
pub async fn find_user(app: &App, name: &str) -> Result<User> {
    if let Some(found) = users::find_by_name(&app.db, name, &username::fold(name)).await? {
        return Ok(found.user);
    }
    if let Some(user) = users::find_by_email(&app.db, name).await? {
        return Ok(user);
    }
    let id: UserId = name.parse().map_err(|_| Error::NotFound("User"))?;
    users::find(&app.db, id).await?.ok_or(Error::NotFound("User"))
}

/// Makes an account, whatever `SIGNUPS` says; the first one of all is an admin in any case.
///
/// # Errors
/// [`Error::UsernameTaken`], [`Error::Busy`], [`Error::Database`].
pub async fn create_user(app: &App, username: &Username, password: &Password, is_admin: bool) -> Result<User> {
    open_local_account(app, By::Operator, username, password, is_admin).await
}

/// Gives a user another password and ends every token of theirs.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Busy`], [`Error::Database`].
pub async fn reset_password(app: &App, user: UserId, password: &Password) -> Result<()> {
    let hash = app.passwords.hash(password).await?;
    let mut tx = app.db.begin().await?;
    let found = users::lock(&mut tx, user).await?.ok_or(Error::NotFound("User"))?;
    users::set_password(&mut tx, user, found.password.as_deref(), &hash).await?;
    end_tokens(&mut tx, user, app.clock.now()).await?;
    Ok(tx.commit().await?)
}

/// Makes somebody an administrator, or no longer one.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Database`].
pub async fn set_admin(app: &App, user: UserId, is_admin: bool) -> Result<()> {
    let mut tx = app.db.begin().await?;
    if !users::set_admin(&mut tx, user, is_admin).await? {
        return Err(Error::NotFound("User"));
    }
    Ok(tx.commit().await?)
}

/// Shuts somebody out, ending every token of theirs, or lets them sign in again.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Database`].
pub async fn set_disabled(app: &App, user: UserId, is_disabled: bool) -> Result<()> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    if !users::set_disabled(&mut tx, user, is_disabled.then_some(now)).await? {
        return Err(Error::NotFound("User"));
    }
    if is_disabled {
        end_tokens(&mut tx, user, now).await?;
    }
    Ok(tx.commit().await?)
}
