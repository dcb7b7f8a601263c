//! Tags: made, renamed, removed.

use super::{Error, Result};
use crate::app::App;
use crate::db;
use crate::domain::{TagId, TagName, UserId};
use crate::store::tags::{self, Renamed};

pub use crate::store::tags::Tag;

/// All tags of a user, by name, with how many live items carry each.
///
/// # Errors
/// [`Error::Database`].
pub async fn list_tags(app: &App, owner: UserId) -> Result<Vec<Tag>> {
    Ok(tags::list(&app.db, owner).await?)
}

/// Makes a tag.
///
/// # Errors
/// [`Error::TagExists`] with the one of that name, also when two race; [`Error::Database`].
pub async fn create_tag(app: &App, owner: UserId, name: &TagName) -> Result<Tag> {
    let now = app.clock.now();
    let id = TagId::new(now);
    let mut tx = app.db.begin().await?;
    let tag = tags::create(&mut tx, owner, id, name.as_str(), now).await?;
    tx.commit().await?;
    if tag.id == id { Ok(tag) } else { Err(Error::TagExists(tag)) }
}

/// Gives a tag another name.
///
/// # Errors
/// [`Error::TagExists`] when another has it, [`Error::NotFound`] when there is no such tag; [`Error::Database`].
pub async fn rename_tag(app: &App, owner: UserId, id: TagId, name: &TagName) -> Result<Tag> {
    match try_rename(app, owner, id, name).await {
        // Somebody took the name between our look and our write: the second look sees whose it is.
        Err(Error::Database(db::Error::Taken(_))) => try_rename(app, owner, id, name).await,
        done => done,
    }
}

async fn try_rename(app: &App, owner: UserId, id: TagId, name: &TagName) -> Result<Tag> {
    let mut tx = app.db.begin().await?;
    match tags::rename(&mut tx, owner, id, name.as_str()).await? {
        Renamed::Done(tag) => {
            tx.commit().await?;
            Ok(tag)
        }
        Renamed::Taken(other) => Err(Error::TagExists(other)),
        Renamed::Missing => Err(Error::NotFound("Tag")),
    }
}

/// Removes a tag from its items and for good.
///
/// # Errors
/// [`Error::NotFound`] when there is no such tag; [`Error::Database`].
pub async fn delete_tag(app: &App, owner: UserId, id: TagId) -> Result<()> {
    let mut tx = app.db.begin().await?;
    if !tags::delete(&mut tx, owner, id).await? {
        return Err(Error::NotFound("Tag"));
    }
    tx.commit().await?;
    Ok(())
}
