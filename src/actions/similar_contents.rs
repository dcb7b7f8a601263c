//! Items that say the same, or nearly: shown to their owner, never merged.

use super::Result;
use crate::app::App;
use crate::domain::{ContentId, UserId};
use crate::store::chunks;
use crate::store::contents::{self, Item, Texts};
use crate::text::likeness::{DUPLICATE, SIMILAR, jaccard};

/// An item that says the same as another, or nearly.
#[derive(Debug, Clone, PartialEq)]
pub struct SimilarItem {
    /// The item.
    pub id: ContentId,
    /// Its title.
    pub title: String,
    /// Its link; empty for a note.
    pub link: String,
    /// `copy`, `duplicate` (all but details) or `similar`.
    pub likeness: &'static str,
    /// Runs of three words that both have, of all that either has: 0 to 1.
    pub score: f64,
}

/// Items that are looked at.
const CANDIDATES: u32 = 20;

/// The live items of `owner` that are most like a live one of theirs, the most alike first.
///
/// # Errors
/// [`super::Error::Database`].
pub(super) async fn similar_contents(app: &App, owner: UserId, item: &Item, texts: &Texts) -> Result<Vec<SimilarItem>> {
    let copies = chunks::copies(&app.db, owner, item.id, CANDIDATES).await?;
    let alike = chunks::alike(&app.db, owner, item.id, CANDIDATES).await?;
    let ids: Vec<ContentId> = copies.iter().chain(&alike).copied().collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let text = item.prose(texts.full_text.as_deref());
    let mut similar = Vec::new();
    for other in contents::find_many(&app.db, owner, &ids).await? {
        let score = if copies.contains(&other.id) { 1.0 } else { jaccard(&text, &other.prose()) };
        let likeness = match score {
            _ if copies.contains(&other.id) => "copy",
            _ if score >= DUPLICATE => "duplicate",
            _ if score >= SIMILAR => "similar",
            _ => continue,
        };
        similar.push(SimilarItem { id: other.id, title: other.title, link: other.link, likeness, score });
    }
    similar.sort_by(|a, b| b.score.total_cmp(&a.score).then(b.id.cmp(&a.id)));
    Ok(similar)
}
