//! Which account does a command mean?

use anyhow::bail;

use super::hint::mended;
use super::output::clean;
use crate::actions::{self, User};
use crate::app::App;

/// The account of that username (the exact spelling first, then any case), e-mail address or id.
pub(super) async fn named(app: &App, name: &str) -> anyhow::Result<User> {
    match actions::find_user(app, name).await {
        Err(actions::Error::NotFound(_)) => {
            Err(mended(format!("there is no user {name:?}"), "`brainly user list` shows all"))
        }
        found => Ok(found?),
    }
}

/// The account of that name, or the only one that there is.
pub(super) async fn named_or_only(app: &App, name: Option<&str>) -> anyhow::Result<User> {
    if let Some(name) = name {
        return named(app, name).await;
    }
    let mut users = actions::list_users(app).await?;
    match (users.pop(), users.is_empty()) {
        (None, _) => Err(mended("there is no user yet", "`brainly user create NAME` makes one")),
        (Some(only), true) => Ok(only),
        (Some(_), false) => bail!("whose items? Say it with --user NAME"),
    }
}

/// How an account is called on a terminal; not everybody has a username.
pub(super) fn label(user: &User) -> String {
    match user.username.as_deref().or(user.email.as_deref()) {
        Some(name) => clean(name),
        None => user.id.to_string(),
    }
}
