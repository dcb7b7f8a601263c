//! Words that somebody may have meant: when no item has any of those that were asked for, those that begin so or are spelled
//! nearly so stand in for them.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::db::{Db, Result};
use crate::domain::UserId;
use crate::store::index::words;
use crate::text::query::{Group, Query};

/// Terms with the same first letter that are looked at.
const MOST_TERMS: u32 = 5000;
/// Terms that stand in for one word.
const STAND_INS: usize = 8;
/// Words of a question that are helped.
const MOST_WORDS: usize = 8;

/// `query` with the terms that its words may have been meant to be; none when there are none.
pub(super) async fn meant(db: &Db, owner: UserId, query: &Query) -> Result<Option<Query>> {
    let mut helped = query.clone();
    let mut terms = HashMap::<char, Vec<String>>::new();
    let mut any = false;
    for group in helped.groups.iter_mut().take(MOST_WORDS) {
        let Some(first) = group.word.chars().next() else { continue };
        let known = match terms.entry(first) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(words::terms(db, owner, &first.to_string(), MOST_TERMS).await?),
        };
        let found = stand_ins(group, known);
        any |= !found.is_empty();
        group.alternatives.extend(found);
    }
    Ok(any.then_some(helped))
}

/// The terms that are nearest to a word, the nearest first.
fn stand_ins(group: &Group, terms: &[String]) -> Vec<String> {
    let letters = group.word.chars().count();
    let most = match letters {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    };
    let near = |term: &String| {
        let spellings = std::iter::once(&group.word).chain(&group.alternatives);
        let typo = spellings.map(|spelling| distance(spelling, term, most)).min().filter(|edits| *edits <= most);
        let begins = letters >= 3 && term.starts_with(&group.word);
        typo.or_else(|| begins.then(|| most + term.chars().count() - letters))
    };
    let mut found: Vec<(usize, &String)> = terms.iter().filter_map(|term| Some((near(term)?, term))).collect();
    found.sort();
    found.truncate(STAND_INS);
    found.into_iter().map(|(_, term)| term.clone()).collect()
}

/// Letters that must be added, dropped, changed or swapped with their neighbour to make one word of the other (optimal
/// string alignment); more than `most` when it is more.
fn distance(a: &str, b: &str, most: usize) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > most {
        return most + 1;
    }
    let mut before = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1; b.len() + 1];
        for (j, y) in b.iter().enumerate() {
            let mut edits = (last[j] + usize::from(x != y)).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                edits = edits.min(before[j - 1] + 1);
            }
            row[j + 1] = edits;
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_swapped_are_one_edit_and_what_is_too_far_is_not_counted() {
        for (a, b, edits) in [("kiln", "kiln", 0), ("kiln", "klin", 1), ("kiln", "kilns", 1), ("kiln", "mill", 2)] {
            assert_eq!(distance(a, b, 2), edits, "{a} {b}");
        }
        assert!(distance("kiln", "thermodynamics", 2) > 2);
    }

    #[test]
    fn the_nearest_spellings_come_first_then_words_that_begin_so() {
        let group = Group { word: "porcelan".into(), alternatives: vec!["porcelan".into()], frequency: 1 };
        let terms = ["porcelain", "porcelanous", "porridge", "porcelan1"].map(str::to_owned);

        assert_eq!(stand_ins(&group, &terms), ["porcelain", "porcelan1", "porcelanous"]);
    }
}
