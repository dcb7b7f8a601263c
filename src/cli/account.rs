//! Which account does a command mean?

use anyhow::{Context as _, bail};

use crate::db::Db;
use crate::domain::UserId;
use crate::domain::username::fold;
use crate::store::users;

/// The account of that name: the exact spelling first, then any case.
pub(super) async fn named(db: &Db, name: &str) -> anyhow::Result<UserId> {
    let found = users::find_by_name(db, name, &fold(name)).await?;
    let found = found.with_context(|| format!("there is no user {name:?}; `brainly user list` shows all"))?;
    Ok(found.user.id)
}

/// The account of that name, or the only one that there is.
pub(super) async fn named_or_only(db: &Db, name: Option<&str>) -> anyhow::Result<UserId> {
    if let Some(name) = name {
        return named(db, name).await;
    }
    match users::list(db).await?.as_slice() {
        [] => bail!("there is no user yet: `brainly user create NAME` makes one"),
        [only] => Ok(only.id),
        _ => bail!("whose items? Say it with --user NAME"),
    }
}
