//! Is it really them? Asked again before what a stolen session must not do.

use super::{Error, Result};
use crate::app::App;
use crate::auth::Verdict;
use crate::domain::UserId;
use crate::store::users;

/// The stored hash of a password that was just proven; none for an account without a password.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Proof(Option<String>);

impl Proof {
    /// The hash.
    pub(super) fn hash(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

/// Compares `current` with the user's password, where there is one.
///
/// # Errors
/// [`Error::Invalid`] when it is missing, [`Error::IncorrectCredentials`], [`Error::Busy`], [`Error::Database`].
pub(super) async fn prove_password(app: &App, user: UserId, current: Option<&str>) -> Result<Proof> {
    let stored = users::password(&app.db, user).await?;
    if stored.is_none() {
        return Ok(Proof(None));
    }
    let Some(current) = current.filter(|text| !text.is_empty()) else {
        return Err(Error::Invalid("Current password is required".into()));
    };
    match app.passwords.verify(current, stored.as_deref()).await? {
        Verdict::Wrong => Err(Error::IncorrectCredentials),
        Verdict::Right | Verdict::RightButStale => Ok(Proof(stored)),
    }
}
