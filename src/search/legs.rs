//! The index of words, asked in the words of a question.

use super::Question;
use crate::db::{Db, Result};
use crate::domain::UserId;
use crate::store::index::words::{self, Hit, Matches, Wanted};
use crate::text::query::{Phrase, Query};

pub(super) async fn matches(db: &Db, owner: UserId, query: &Query) -> Result<Matches> {
    let groups = query.groups.iter();
    let wanted: Vec<Wanted> = groups
        .map(|group| Wanted { terms: group.alternatives.clone(), frequency: f64::from(group.frequency) })
        .collect();
    words::matches(db, owner, &wanted).await
}

pub(super) async fn best(matches: &Matches, question: &Question<'_>, limit: u32) -> Result<Vec<Hit>> {
    matches.best(&excluded_words(&question.query.excluded), question.filter, limit).await
}

/// A single excluded word can be left out by the index itself; an excluded phrase can't.
fn excluded_words(excluded: &[Phrase]) -> Vec<String> {
    let single = excluded.iter().filter_map(|phrase| match phrase.as_slice() {
        [word] => Some(word.alternatives.iter().cloned()),
        _ => None,
    });
    single.flatten().collect()
}
