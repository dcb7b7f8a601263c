//! Two scores that have nothing in common, put on one scale.

use std::collections::{BTreeSet, HashMap};

use super::near::Meaning;
use super::{Mode, Ranked};
use crate::domain::ContentId;
use crate::store::index::words::Hit;

/// How much of a score is meaning.
const ALPHA: f64 = 0.45;

/// All that either index found, best first. `others` are word scores of what only meaning found.
pub(super) fn fuse(mode: Mode, hits: &[Hit], others: &[Hit], meaning: &Meaning) -> Vec<Ranked> {
    let words: HashMap<ContentId, f64> = hits.iter().chain(others).map(|hit| (hit.content_id, hit.score)).collect();
    let ids: BTreeSet<ContentId> = match mode {
        Mode::Hybrid | Mode::Text => words.keys().chain(&meaning.best).copied().collect(),
        Mode::Semantic => meaning.best.iter().copied().collect(),
    };
    let mut items: Vec<Ranked> = ids
        .into_iter()
        .map(|id| {
            let near = meaning.items.get(&id);
            Ranked {
                id,
                score: 0.0,
                words: words.get(&id).copied(),
                meaning: near.map(|near| near.score),
                chunk: near.filter(|near| near.score >= meaning.floor).map(|near| near.chunk),
            }
        })
        .collect();
    score(mode, &mut items);
    // Something is always nearest; it is no answer when it has nothing to do with the question.
    items.retain(|item| item.words.is_some() || item.meaning.is_some_and(|cosine| cosine >= meaning.floor));
    sort(&mut items);
    items
}

/// Best first; of equals the newest.
pub(super) fn sort(items: &mut [Ranked]) {
    items.sort_by(|a, b| b.score.total_cmp(&a.score).then(b.id.cmp(&a.id)));
}

fn score(mode: Mode, items: &mut [Ranked]) {
    let best = items.iter().filter_map(|item| item.words).fold(0.0, f64::max);
    let cosines = || items.iter().filter_map(|item| item.meaning);
    let (least, most) = (cosines().fold(f64::MAX, f64::min), cosines().fold(f64::MIN, f64::max));
    for item in items {
        let words = item.words.map_or(0.0, |score| score / best);
        let near = item.meaning.map(|cosine| if most > least { (cosine - least) / (most - least) } else { 1.0 });
        item.score = match (mode, near) {
            (Mode::Semantic, _) => item.meaning.unwrap_or_default().max(0.0),
            (_, Some(near)) => ALPHA * near + (1.0 - ALPHA) * words,
            // Not embedded yet: what is not known is taken to be like what is.
            (_, None) => words,
        };
    }
}
