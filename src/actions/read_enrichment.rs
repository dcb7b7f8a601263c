//! What happened on the way to understanding an item.

use super::{Error, Result};
use crate::app::App;
use crate::domain::{ContentId, UserId};
use crate::store::attempts::{self, Attempt};
use crate::store::contents;

/// The status and the ledger behind it.
#[derive(Debug, Clone)]
pub struct Enrichment {
    /// The stored word of the status.
    pub status: String,
    /// Oldest first.
    pub attempts: Vec<Attempt>,
}

/// The ledger of an item of `owner`.
///
/// # Errors
/// [`Error::NotFound`] when it is not theirs; [`Error::Database`].
pub async fn read_enrichment(app: &App, owner: UserId, id: ContentId) -> Result<Enrichment> {
    let item = contents::find(&app.db, owner, id).await?.ok_or(Error::NotFound("Content"))?;
    let attempts = attempts::list(&app.db, id).await?;
    Ok(Enrichment { status: item.enrichment_status, attempts })
}
