//! Google's word for who somebody is, for a session token.

use super::open_account::{By, open_account};
use super::{Error, Result};
use crate::app::{App, GoogleError};
use crate::auth::google::GoogleIdentity;
use crate::db::{self, Tx};
use crate::domain::Timestamp;
use crate::store::users::{self, NewUser, User};

/// The longest address that a user may have, in characters: RFC 5321 allows 254.
const MAX_EMAIL: usize = 255;

/// A session token for whom Google's ID token names. At their first visit they get the account of their verified address,
/// or a new one.
///
/// # Errors
/// [`Error::GoogleNotConfigured`]; [`Error::GoogleFailed`] when the token does not hold or the user may not sign in;
/// [`Error::GoogleUnavailable`] when that can't be known now; [`Error::SignUpsClosed`], [`Error::Database`].
pub async fn sign_in_with_google(app: &App, credential: &str) -> Result<String> {
    let google = app.google.as_ref().ok_or(Error::GoogleNotConfigured)?;
    let now = app.clock.now();
    let who = google.verify(credential, &app.fetcher, &app.clock).await.map_err(|error| match error {
        GoogleError::Credential(_) => Error::GoogleFailed,
        GoogleError::Keys => Error::GoogleUnavailable,
    })?;
    let user = match users::find_by_google_id(&app.db, &who.subject).await? {
        Some(user) => user,
        None => first_visit(app, &who, now).await?,
    };
    if user.disabled_at.is_some() {
        return Err(Error::GoogleFailed);
    }
    Ok(app.tokens.issue(user.id, now, user.tokens_valid_after))
}

async fn first_visit(app: &App, who: &GoogleIdentity, now: Timestamp) -> Result<User> {
    match try_first_visit(app, who, now).await {
        // Another first visit took the subject between our look and our write: the second look finds its account.
        Err(Error::Database(db::Error::Taken(_))) => try_first_visit(app, who, now).await,
        done => done,
    }
}

async fn try_first_visit(app: &App, who: &GoogleIdentity, now: Timestamp) -> Result<User> {
    let mut tx = app.db.begin().await?;
    let user = link_or_make(app, &mut tx, who, now).await?;
    tx.commit().await?;
    Ok(user)
}

async fn link_or_make(app: &App, tx: &mut Tx<'_>, who: &GoogleIdentity, now: Timestamp) -> Result<User> {
    if let Some(user) = users::find_by_google_id(&mut *tx, &who.subject).await? {
        return Ok(user);
    }
    let picture = who.picture.as_deref();
    // Only an address that Google vouches for says anything about whose account it is.
    let email = who.email.as_deref().filter(|email| who.email_verified && email.chars().count() <= MAX_EMAIL);
    if let Some(email) = email
        && let Some(user) = users::link_google(tx, email, &who.subject, picture).await?
    {
        return Ok(user);
    }
    let mut new = NewUser {
        email,
        google_id: Some(&who.subject),
        profile_picture: picture,
        auth_provider: "google",
        ..NewUser::default()
    };
    if let Some(user) = open_account(app, tx, By::Stranger, &new, now).await? {
        return Ok(user);
    }
    if let Some(user) = users::find_by_google_id(&mut *tx, &who.subject).await? {
        return Ok(user);
    }
    // The address belongs to an account of another subject: Google gave it to somebody new.
    new.email = None;
    let made = open_account(app, tx, By::Stranger, &new, now).await?;
    made.ok_or(Error::Internal("an account for a Google subject could neither be found nor made", None))
}
