//! The nearest pieces of a large account among those that a filter, which only the database can answer, lets through.
//!
//! Of few items that pass all pieces are looked at; where many do, the nearest pieces are, in steps, until enough have
//! passed.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::account::Account;
use super::{Near, filter};
use crate::db::{Db, Result, sql};
use crate::domain::{ContentId, UserId};
use crate::store::content_list::Filter;
use crate::store::index::busy;

/// Items that are few.
const FEW: usize = 1000;

pub(super) async fn nearest(
    db: &Db,
    kept: &Arc<Account>,
    owner: UserId,
    vector: &[f32],
    filter: &Filter,
    k: u32,
) -> Result<Vec<Near>> {
    let k = usize::try_from(k).unwrap_or(usize::MAX);
    if *filter == Filter::default() {
        return look(kept, vector, k).await;
    }
    let some = passing(db, owner, filter, &[]).await?;
    if some.len() <= FEW {
        let mut near = kept.of_items(vector, &some.into_iter().collect());
        near.sort_unstable_by(|a, b| b.score.total_cmp(&a.score).then(a.chunk_id.cmp(&b.chunk_id)));
        near.truncate(k);
        return Ok(near);
    }
    let mut known: HashMap<ContentId, bool> = some.into_iter().map(|item| (item, true)).collect();
    let mut depth = k.saturating_mul(2);
    loop {
        let near = look(kept, vector, depth).await?;
        let unknown: HashSet<ContentId> =
            near.iter().map(|near| near.content_id).filter(|item| !known.contains_key(item)).collect();
        let unknown: Vec<ContentId> = unknown.into_iter().collect();
        for some in unknown.chunks(FEW) {
            known.extend(some.iter().map(|item| (*item, false)));
            known.extend(passing(db, owner, filter, some).await?.into_iter().map(|item| (item, true)));
        }
        let is_whole = near.len() < depth;
        let mut found: Vec<Near> = near.into_iter().filter(|near| known[&near.content_id]).collect();
        if found.len() >= k || is_whole {
            found.truncate(k);
            return Ok(found);
        }
        depth = depth.saturating_mul(8);
    }
}

/// Does a filter let many items through, so that one rather looks at what is near than at what passes?
pub(super) async fn is_wide(db: &Db, owner: UserId, filter: &Filter) -> Result<bool> {
    Ok(*filter == Filter::default() || passing(db, owner, filter, &[]).await?.len() > FEW)
}

async fn look(kept: &Arc<Account>, vector: &[f32], k: usize) -> Result<Vec<Near>> {
    let (kept, vector) = (Arc::clone(kept), vector.to_vec());
    busy(move || kept.nearest(&vector, k)).await
}

/// Items that pass, among `some`; of all, when there are none such, one more than are few.
async fn passing(db: &Db, owner: UserId, filter: &Filter, some: &[ContentId]) -> Result<Vec<ContentId>> {
    let mut query = filter::conditions(sql("SELECT c.id FROM contents c WHERE "), owner, filter);
    if some.is_empty() {
        query = query.push(&format!(" LIMIT {}", FEW + 1));
    } else {
        query = query.push(" AND c.id IN ").push_list(some.iter().copied());
    }
    let rows: Vec<(ContentId,)> = query.fetch_all(db).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
