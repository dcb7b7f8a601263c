//! The index of meaning, asked with the vector of a question or of an item.

use std::collections::{HashMap, HashSet};

use super::{DEPTH, Question, Ranked};
use crate::db::{Db, Result};
use crate::domain::{ContentId, UserId};
use crate::embed::{Embedder, Models};
use crate::store::content_list::Filter;
use crate::store::index::meaning::{self, Memory, Near, Pieces};
use crate::store::spaces::{self, Space};
use crate::text::query::Query;

/// Pieces that are asked for at first; mostly there are a hundred items among them.
const PIECES: u32 = 512;
/// What the best piece counts, beside the mean of the best three.
const BEST: f64 = 0.8;
/// Pieces that speak for an item.
const SPEAKERS: usize = 3;
/// Pieces of an item that stand for what it is about.
const GIST: u32 = 64;

/// How near an item is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Nearness {
    /// 0.8 × the best piece + 0.2 × the mean of the best three.
    pub(super) score: f64,
    /// The best piece.
    pub(super) chunk: i64,
}

/// What the index of meaning says.
#[derive(Debug)]
pub(super) struct Meaning {
    pieces: Pieces,
    vector: Vec<f32>,
    /// Below it, two texts have nothing to do with each other.
    pub(super) floor: f64,
    /// The best items, and others that were asked about since.
    pub(super) items: HashMap<ContentId, Nearness>,
    /// The best items alone.
    pub(super) best: HashSet<ContentId>,
    /// Were all pieces seen that the filter lets through, so that nothing is left to ask?
    is_whole: bool,
}

/// The best items for a question; none when no model answers, or nothing has a vector.
pub(super) async fn ask(db: &Db, models: &Models, memory: &Memory, question: &Question<'_>) -> Result<Option<Meaning>> {
    let Some((space, model)) = space(db, models).await? else { return Ok(None) };
    let vector = match model.question(&Query::plain(question.text)).await {
        Ok(vector) => vector,
        Err(error) => {
            tracing::warn!(model = model.model(), %error, "a question is answered by words alone");
            return Ok(None);
        }
    };
    if usize::try_from(space.dimensions) != Ok(vector.len()) {
        tracing::warn!(
            model = model.model(),
            "the model gives vectors of another size than it did: words answer alone"
        );
        return Ok(None);
    }
    let pieces = pieces(db, memory, &space, question.owner).await?;
    look(pieces, vector, model.floor(), question.filter).await.map(Some)
}

/// Items of `owner` that are about the same as `item`, the nearest first; none while its meaning is not known.
///
/// # Errors
/// What the database meets.
pub async fn related(
    db: &Db,
    models: &Models,
    memory: &Memory,
    owner: UserId,
    item: ContentId,
    limit: u32,
) -> Result<Vec<Ranked>> {
    let Some((space, model)) = space(db, models).await? else { return Ok(Vec::new()) };
    let own = meaning::vectors_of(db, space.id, owner, item, GIST).await?;
    let Some(vector) = middle(&own) else { return Ok(Vec::new()) };
    let pieces = pieces(db, memory, &space, owner).await?;
    let near = look(pieces, vector, model.floor(), &Filter::default()).await?;
    let found = near.items.iter().filter(|(id, near_item)| **id != item && near_item.score >= near.floor);
    let mut ranked: Vec<Ranked> = found
        .map(|(id, near)| Ranked {
            id: *id,
            score: near.score,
            words: None,
            meaning: Some(near.score),
            chunk: Some(near.chunk),
        })
        .collect();
    super::fuse::sort(&mut ranked);
    ranked.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(ranked)
}

/// The space to look in: the one that serves, or the one being filled where the former's model is gone.
async fn space(db: &Db, models: &Models) -> Result<Option<(Space, Embedder)>> {
    if models.current().is_none() {
        return Ok(None);
    }
    let spaces = spaces::list(db).await?;
    Ok(spaces.into_iter().find_map(|space| models.named(&space.model).map(|model| (space, model))))
}

async fn pieces(db: &Db, memory: &Memory, space: &Space, owner: UserId) -> Result<Pieces> {
    meaning::pieces(db, memory, space.id, usize::try_from(space.dimensions).unwrap_or_default(), owner).await
}

async fn look(index: Pieces, vector: Vec<f32>, floor: f64, filter: &Filter) -> Result<Meaning> {
    let mut pieces = Vec::new();
    let mut asked = 0;
    for k in [PIECES, meaning::MOST] {
        pieces = index.nearest(&vector, filter, k).await?;
        asked = k;
        let items: HashSet<ContentId> = pieces.iter().map(|near| near.content_id).collect();
        if pieces.len() < usize::try_from(k).unwrap_or(usize::MAX) || items.len() >= depth() {
            break;
        }
    }
    let is_whole = pieces.len() < usize::try_from(asked).unwrap_or(usize::MAX);
    let mut meaning = Meaning { pieces: index, vector, floor, items: HashMap::new(), best: HashSet::new(), is_whole };
    // A piece that was not given is at most as near as the last that was.
    let rest = pieces.last().filter(|_| !is_whole).map(|last| last.score);
    let (known, open) = best_items(&pieces, rest);
    meaning.best = known.keys().chain(&open).copied().collect();
    meaning.items = known;
    let open = meaning.pieces.of_items(&meaning.vector, &open).await?;
    meaning.items.extend(nearness(&open, None).0);
    Ok(meaning)
}

fn depth() -> usize {
    usize::try_from(DEPTH).unwrap_or(usize::MAX)
}

impl Meaning {
    /// Asks about those of `items` that are not known yet; what has no vector stays unknown.
    pub(super) async fn complete(&mut self, items: &[ContentId]) -> Result<()> {
        let unknown: Vec<ContentId> = items.iter().filter(|id| !self.items.contains_key(id)).copied().collect();
        if self.is_whole || unknown.is_empty() {
            return Ok(());
        }
        let pieces = self.pieces.of_items(&self.vector, &unknown).await?;
        self.items.extend(nearness(&pieces, None).0);
        Ok(())
    }

    /// The best items that are not among `found`.
    pub(super) fn without(&self, found: &[ContentId]) -> Vec<ContentId> {
        let found: HashSet<&ContentId> = found.iter().collect();
        self.best.iter().filter(|id| !found.contains(id)).copied().collect()
    }
}

/// The hundred nearest items: those whose nearness follows from `pieces`, and those of which more pieces must be seen.
fn best_items(pieces: &[Near], rest: Option<f64>) -> (HashMap<ContentId, Nearness>, Vec<ContentId>) {
    let (mut items, counts) = nearness(pieces, rest);
    let mut order: Vec<(ContentId, f64)> = items.iter().map(|(id, near)| (*id, near.score)).collect();
    order.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    for (id, _) in order.iter().skip(depth()) {
        items.remove(id);
    }
    let is_open = |id: &ContentId| rest.is_some() && counts.get(id).is_some_and(|seen| *seen < SPEAKERS);
    let open: Vec<ContentId> = order.iter().take(depth()).map(|(id, _)| *id).filter(is_open).collect();
    for id in &open {
        items.remove(id);
    }
    (items, open)
}

/// How near each item of `pieces` is, and how many of its pieces that was judged by; those that are not there are taken to
/// be as near as `rest`.
fn nearness(pieces: &[Near], rest: Option<f64>) -> (HashMap<ContentId, Nearness>, HashMap<ContentId, usize>) {
    let mut of_item = HashMap::<ContentId, Vec<Near>>::new();
    for piece in pieces {
        of_item.entry(piece.content_id).or_default().push(*piece);
    }
    let mut items = HashMap::new();
    let mut counts = HashMap::new();
    for (id, mut pieces) in of_item {
        pieces.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.chunk_id.cmp(&b.chunk_id)));
        counts.insert(id, pieces.len());
        pieces.truncate(SPEAKERS);
        let unseen = rest.map_or(0, |_| SPEAKERS - pieces.len());
        let speakers =
            pieces.iter().map(|piece| piece.score).chain(std::iter::repeat_n(rest.unwrap_or_default(), unseen));
        let scores: Vec<f64> = speakers.collect();
        #[expect(clippy::cast_precision_loss, reason = "there are at most three")]
        let mean = scores.iter().sum::<f64>() / scores.len() as f64;
        items.insert(id, Nearness { score: BEST * scores[0] + (1.0 - BEST) * mean, chunk: pieces[0].chunk_id });
    }
    (items, counts)
}

/// The direction in which `vectors` point together.
fn middle(vectors: &[Vec<f32>]) -> Option<Vec<f32>> {
    let mut sum = vec![0.0_f32; vectors.first()?.len()];
    for vector in vectors {
        sum.iter_mut().zip(vector).for_each(|(sum, x)| *sum += x);
    }
    let length = sum.iter().map(|x| x * x).sum::<f32>().sqrt();
    if length <= f32::EPSILON {
        return None;
    }
    for x in &mut sum {
        *x /= length;
    }
    Some(sum)
}
