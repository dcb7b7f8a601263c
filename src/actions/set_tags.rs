//! Replaces the tags of an item.

use super::{Error, Result};
use crate::app::App;
use crate::domain::{ContentId, TagId, UserId};
use crate::store::contents::{self, Item};
use crate::store::tags;

/// Gives a live item exactly those of `wanted` that are the owner's.
///
/// # Errors
/// [`Error::NotFound`] when the item is not theirs or in the trash; [`Error::Database`].
pub async fn set_tags(app: &App, owner: UserId, id: ContentId, wanted: &[TagId]) -> Result<Item> {
    let mut tx = app.db.begin().await?;
    // The row is touched first: whoever else changes this item or its tags waits here.
    if !contents::edit(&mut tx, owner, id, contents::Edit::default(), app.clock.now()).await? {
        return Err(Error::NotFound("Content"));
    }
    let item = contents::find(&mut tx, owner, id).await?.ok_or(Error::NotFound("Content"))?;
    let wanted = tags::owned(&mut tx, owner, wanted).await?;
    let present = tags::of_item(&mut tx, id).await?;
    tags::detach(&mut tx, id, &present.difference(&wanted).copied().collect()).await?;
    tags::attach(&mut tx, id, item.created_at, &wanted.difference(&present).copied().collect()).await?;
    let item = contents::find(&mut tx, owner, id).await?.ok_or(Error::NotFound("Content"))?;
    tx.commit().await?;
    Ok(item)
}
