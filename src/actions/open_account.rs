//! The one way in for new accounts.

use super::{Error, Result};
use crate::app::App;
use crate::auth::Password;
use crate::config::Signups;
use crate::db::Tx;
use crate::domain::{Timestamp, UserId, Username};
use crate::store::users::{self, NewUser, User};

/// Who asks for an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    /// Anybody: `SIGNUPS` has a say.
    Stranger,
    /// Somebody with a shell on the server.
    Operator,
}

/// Makes an account; none when its name, address or Google subject is taken. The first one of all is an admin.
pub(super) async fn open_account(
    app: &App,
    tx: &mut Tx<'_>,
    by: By,
    user: &NewUser<'_>,
    now: Timestamp,
) -> Result<Option<User>> {
    let is_first = users::makes_first(tx).await?;
    if by == By::Stranger && app.config.auth.signups == Signups::Closed && !is_first {
        return Err(Error::SignUpsClosed);
    }
    let user = NewUser { is_admin: user.is_admin || is_first, ..user.clone() };
    Ok(users::create(tx, UserId::new(now), &user, now).await?)
}

/// Makes an account with a name and a password.
///
/// # Errors
/// [`Error::SignUpsClosed`], [`Error::UsernameTaken`], [`Error::Busy`], [`Error::Database`].
pub(super) async fn open_local_account(
    app: &App,
    by: By,
    username: &Username,
    password: &Password,
    is_admin: bool,
) -> Result<User> {
    let key = username.folded();
    refuse_early(app, by, username, &key).await?;
    // Before the transaction: a hash takes long, and nobody else could write meanwhile.
    let hash = app.passwords.hash(password).await?;
    let user = NewUser {
        username: Some(username.as_str()),
        username_key: Some(&key),
        password: Some(&hash),
        auth_provider: "local",
        is_admin,
        ..NewUser::default()
    };
    let mut tx = app.db.begin().await?;
    let made = open_account(app, &mut tx, by, &user, app.clock.now()).await?.ok_or(Error::UsernameTaken)?;
    tx.commit().await?;
    Ok(made)
}

/// What would be refused after the hash anyway: a flood of it must not cost hashes.
async fn refuse_early(app: &App, by: By, username: &Username, key: &str) -> Result<()> {
    let closed = by == By::Stranger && app.config.auth.signups == Signups::Closed;
    if closed && !users::none_yet(&app.db).await? {
        return Err(Error::SignUpsClosed);
    }
    match users::find_by_name(&app.db, username.as_str(), key).await? {
        Some(_) => Err(Error::UsernameTaken),
        None => Ok(()),
    }
}
