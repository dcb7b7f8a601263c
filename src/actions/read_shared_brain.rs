//! What a stranger sees who has somebody's share link.

use super::{Error, Result};
use crate::app::App;
use crate::store::content_list::{self, Filter, Page, Start};
use crate::store::share_links;

/// A public brain.
#[derive(Debug, Clone)]
pub struct SharedBrain {
    /// Whose.
    pub username: Option<String>,
    /// One page of it.
    pub page: Page,
}

/// The longest hash that is looked up: 20 hexadecimal digits, 10 in the old server's links.
const MAX_HASH: usize = 20;

/// One page of the brain behind `hash`.
///
/// # Errors
/// [`Error::NotFound`] when nothing is shared under it; [`Error::Database`].
pub async fn read_shared_brain(app: &App, hash: &str, start: Start, limit: u32) -> Result<SharedBrain> {
    if hash.len() > MAX_HASH || !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(Error::NotFound("Share link"));
    }
    let (owner, username) = share_links::owner(&app.db, hash).await?.ok_or(Error::NotFound("Share link"))?;
    let page = content_list::page(&app.db, owner, &Filter::default(), start, limit).await?;
    Ok(SharedBrain { username, page })
}
