//! The index of words, asked in the words of a question.

use super::Question;
use crate::db::{Db, Result};
use crate::domain::{ContentId, UserId};
use crate::store::index::words::{self, Hit, Wanted};
use crate::text::query::{Phrase, Query};

pub(super) use crate::store::index::words::Weighed;

pub(super) async fn weigh(db: &Db, owner: UserId, query: &Query) -> Result<Weighed> {
    let groups = query.groups.iter();
    let wanted: Vec<Wanted> = groups
        .map(|group| Wanted { terms: group.alternatives.clone(), frequency: f64::from(group.frequency) })
        .collect();
    words::weigh(db, owner, &wanted).await
}

pub(super) async fn words(db: &Db, question: &Question<'_>, words: &Weighed, limit: u32) -> Result<Vec<Hit>> {
    let excluded = excluded_words(&question.query.excluded);
    words::search(db, question.owner, words, &excluded, question.filter, limit).await
}

pub(super) async fn scores(db: &Db, question: &Question<'_>, words: &Weighed, items: &[ContentId]) -> Result<Vec<Hit>> {
    words::scores(db, question.owner, words, question.filter, items).await
}

/// A single excluded word can be left out by the index itself; an excluded phrase can't.
fn excluded_words(excluded: &[Phrase]) -> Vec<String> {
    let single = excluded.iter().filter_map(|phrase| match phrase.as_slice() {
        [word] => Some(word.alternatives.iter().cloned()),
        _ => None,
    });
    single.flatten().collect()
}
