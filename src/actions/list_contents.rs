//! A page of a user's items.

use super::Result;
use crate::app::App;
use crate::domain::UserId;
use crate::store::content_list::{self, Filter, Page, Start};

/// One page of at most `limit` items of `owner`, newest first.
///
/// # Errors
/// [`super::Error::Database`].
pub async fn list_contents(app: &App, owner: UserId, filter: &Filter, start: Start, limit: u32) -> Result<Page> {
    Ok(content_list::page(&app.db, owner, filter, start, limit).await?)
}
