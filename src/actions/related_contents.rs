//! What else an owner keeps on the same matter.

use super::search::answers;
use super::{Error, Result, SearchAnswer};
use crate::app::App;
use crate::domain::{ContentId, UserId};
use crate::search::{self, Mode, Question};
use crate::store::content_list::Filter;
use crate::store::contents;
use crate::store::index::words;
use crate::text::query::Query;

/// The items of `owner` that are closest to one of theirs, at most `limit`; by the words of its title while its meaning is
/// not known, and [`SearchAnswer::mode`] says so.
///
/// # Errors
/// [`Error::NotFound`] when it is not theirs or in the trash; [`Error::Database`].
pub async fn related_contents(app: &App, owner: UserId, id: ContentId, limit: u32) -> Result<SearchAnswer> {
    let item = contents::find(&app.db, owner, id).await?.filter(|item| item.deleted_at.is_none());
    let item = item.ok_or(Error::NotFound("Content"))?;
    let near = search::related(&app.db, &app.models, &app.memory, owner, id, limit).await?;
    if !near.is_empty() {
        let results = answers(app, owner, &Query::default(), &near, limit).await?;
        return Ok(SearchAnswer { results, mode: Mode::Semantic });
    }
    let languages = words::languages(&app.db, owner).await?;
    let query = Query::parse(&title_words(&item.title), &languages.iter().map(String::as_str).collect::<Vec<_>>());
    let filter = Filter::default();
    let question =
        Question { owner, text: &item.title, query: &query, mode: Mode::Text, filter: &filter, limit: limit + 1 };
    let mut ranked = search::rank(&app.db, &app.models, &app.memory, &question).await?.items;
    ranked.retain(|other| other.id != id);
    Ok(SearchAnswer { results: answers(app, owner, &query, &ranked, limit).await?, mode: Mode::Text })
}

/// A title is no question: its signs are no operators.
fn title_words(title: &str) -> String {
    title.replace(|c: char| !c.is_alphanumeric(), " ")
}
