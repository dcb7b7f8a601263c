//! Saves whatever one has at hand: a link without a title, or bare text, which becomes a note.

use std::collections::BTreeSet;

use super::save_content::{Draft, What, keep};
use super::{Error, Result, Saved};
use crate::app::App;
use crate::db::Tx;
use crate::domain::{Note, SourceUrl, TagId, TagName, Timestamp, Title, UserId};
use crate::store::tags;

/// What is to be captured: a link or a text.
#[derive(Debug, Clone)]
pub enum Captured {
    /// A page, read later.
    Link(SourceUrl),
    /// The owner's own text.
    Text(Note),
}

/// A capture with what was said about it.
#[derive(Debug, Clone)]
pub struct Capture {
    /// What.
    pub what: Captured,
    /// Without one, the page's own title is taken later, or the text's first line now.
    pub title: Option<Title>,
    /// Names of tags, made when they are new.
    pub tags: Vec<TagName>,
    /// The owner's own words.
    pub note: Option<Note>,
}

/// The most tags that one capture may carry.
const MAX_TAGS: usize = 100;

/// Saves `capture` for `owner`.
///
/// # Errors
/// [`Error::Invalid`] for an empty text or too many tags; [`Error::Database`].
pub async fn capture(app: &App, owner: UserId, capture: Capture) -> Result<Saved> {
    let names: BTreeSet<TagName> = capture.tags.into_iter().collect();
    if names.len() > MAX_TAGS {
        return Err(Error::Invalid(format!("At most {MAX_TAGS} tags fit one item")));
    }
    let title = match (&capture.title, &capture.what) {
        (Some(title), _) => title.clone(),
        (None, Captured::Link(link)) => {
            Title::from_text(link.as_str()).ok_or_else(|| Error::Invalid("link must not be empty".into()))?
        }
        (None, Captured::Text(text)) => first_line(text.as_str())?,
    };
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let tags = make_tags(&mut tx, owner, names, now).await?;
    let draft = Draft {
        title: title.as_str(),
        what: match &capture.what {
            Captured::Link(link) => What::Link(link),
            Captured::Text(text) => What::Text(text.as_str()),
        },
        note: capture.note.as_ref().map(Note::as_str),
        allow_duplicate: false,
    };
    let saved = keep(app, &mut tx, owner, &draft, &tags).await?;
    tx.commit().await?;
    app.wake.notify();
    Ok(saved)
}

fn first_line(text: &str) -> Result<Title> {
    text.lines().find_map(Title::from_text).ok_or_else(|| Error::Invalid("text must not be empty".into()))
}

/// The ids of tags by name; in the order of their names, so that two captures never wait for each other.
async fn make_tags(
    tx: &mut Tx<'_>,
    owner: UserId,
    names: BTreeSet<TagName>,
    now: Timestamp,
) -> Result<BTreeSet<TagId>> {
    let mut ids = BTreeSet::new();
    for name in names {
        ids.insert(tags::create(tx, owner, TagId::new(now), name.as_str(), now).await?.id);
    }
    Ok(ids)
}
