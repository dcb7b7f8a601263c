//! One item with everything that is known of it.

use super::{Error, Result};
use crate::app::App;
use crate::domain::{ContentId, UserId};
use crate::store::contents::{self, Item, Texts};

/// An item and its long texts.
#[derive(Debug, Clone)]
pub struct FullItem {
    /// What lists show.
    pub item: Item,
    /// What the page says.
    pub texts: Texts,
}

/// An item of `owner`, in the trash or not.
///
/// # Errors
/// [`Error::NotFound`] when it is not theirs; [`Error::Database`].
pub async fn read_content(app: &App, owner: UserId, id: ContentId) -> Result<FullItem> {
    let item = contents::find(&app.db, owner, id).await?.ok_or(Error::NotFound("Content"))?;
    let texts = contents::texts(&app.db, id).await?;
    Ok(FullItem { item, texts })
}
