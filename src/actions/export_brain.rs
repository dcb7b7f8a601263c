//! A user's own items, page by page, with all their texts: for whoever takes them elsewhere.

use super::Result;
use crate::app::App;
use crate::domain::UserId;
use crate::store::content_list::{self, Filter, Start};
use crate::store::contents::{self, Item, Texts};

/// Items of one page.
const PAGE: u32 = 100;

/// Where an export is.
#[derive(Debug, Clone, Copy)]
pub struct ExportPlace {
    start: Start,
    trash: bool,
}

impl ExportPlace {
    /// Its beginning: the live items, the newest first, and after them those in the trash.
    pub const BEGIN: Self = Self { start: Start::Skip(0), trash: false };
}

/// The items at a place, and where it goes on; none at the end.
///
/// # Errors
/// [`super::Error::Database`].
pub async fn export_page(
    app: &App,
    owner: UserId,
    place: ExportPlace,
) -> Result<(Vec<(Item, Texts)>, Option<ExportPlace>)> {
    let filter = Filter { trash: place.trash, ..Filter::default() };
    let page = content_list::page(&app.db, owner, &filter, place.start, PAGE).await?;
    let last =
        page.items.last().map(|item| (item.deleted_at.filter(|_| place.trash).unwrap_or(item.created_at), item.id));
    let next = match last.filter(|_| page.has_more) {
        Some((at, id)) => Some(ExportPlace { start: Start::After(at, id), ..place }),
        None => (!place.trash).then_some(ExportPlace { start: Start::Skip(0), trash: true }),
    };
    let mut items = Vec::with_capacity(page.items.len());
    for item in page.items {
        let texts = contents::texts(&app.db, item.id).await?;
        items.push((item, texts));
    }
    Ok((items, next))
}
