//! Makes an account for a stranger.

use super::Result;
use super::open_account::{By, open_local_account};
use crate::app::App;
use crate::auth::Password;
use crate::domain::Username;
use crate::store::users::User;

/// Makes an account. The first one of all may always be made, and is an admin.
///
/// # Errors
/// [`super::Error::SignUpsClosed`]; [`super::Error::UsernameTaken`], whatever the case of its letters and also when two
/// race; [`super::Error::Busy`], [`super::Error::Database`].
pub async fn sign_up(app: &App, username: &Username, password: &Password) -> Result<User> {
    open_local_account(app, By::Stranger, username, password, false).await
}
