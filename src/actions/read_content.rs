//! One item with everything that is known of it.

use super::similar_contents::{SimilarItem, similar_contents};
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
    /// Others that say the same, or nearly.
    pub similar: Vec<SimilarItem>,
}

/// An item of `owner`, in the trash or not.
///
/// # Errors
/// [`Error::NotFound`] when it is not theirs; [`Error::Database`].
pub async fn read_content(app: &App, owner: UserId, id: ContentId) -> Result<FullItem> {
    let item = contents::find(&app.db, owner, id).await?.ok_or(Error::NotFound("Content"))?;
    let texts = contents::texts(&app.db, id).await?;
    let similar = similar_contents(app, owner, &item, &texts).await?;
    Ok(FullItem { item, texts, similar })
}
