//! `embedding_spaces`: the models that were asked, each with the size of its vectors.
//!
//! One space serves. When the model was changed, the new one's is filled beside it, takes its place when it is whole, and
//! the old one goes.

use super::index::meaning;
use crate::db::{On, Result, Tx, sql};
use crate::domain::Timestamp;

/// The one that is searched.
const SERVING: &str = "serving";
/// One that is not whole yet.
const FILLING: &str = "filling";

/// Names the lock behind which spaces change: "spaces" in ASCII.
const LOCK: i64 = 0x73_70_61_63_65_73;

/// A model with the size of its vectors.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Space {
    /// Its number.
    pub id: i64,
    /// The model's name.
    pub model: String,
    /// Numbers in a vector.
    pub dimensions: i32,
    /// `serving` or `filling`.
    pub state: String,
}

impl Space {
    /// Is it the one that is searched?
    pub fn is_serving(&self) -> bool {
        self.state == SERVING
    }
}

/// All of them, the one that serves first, then the newest.
pub async fn list<'a, 'c: 'a>(on: impl Into<On<'a, 'c>>) -> Result<Vec<Space>> {
    sql("SELECT id, model, dimensions, state FROM embedding_spaces \
         ORDER BY CASE WHEN state = 'serving' THEN 0 ELSE 1 END, id DESC")
    .fetch_all(on)
    .await
}

/// The space of a model; made when it is not there, and serving when none is.
pub async fn open(tx: &mut Tx<'_>, model: &str, dimensions: i32, now: Timestamp) -> Result<Space> {
    tx.lock(LOCK).await?;
    let known = list(&mut *tx).await?;
    if let Some(space) = known.iter().find(|space| space.model == model && space.dimensions == dimensions) {
        return Ok(space.clone());
    }
    let state = if known.iter().any(Space::is_serving) { FILLING } else { SERVING };
    let space: Space =
        sql("INSERT INTO embedding_spaces (model, dimensions, state, created_at) VALUES ($1, $2, $3, $4) \
         RETURNING id, model, dimensions, state")
        .bind(model)
        .bind(dimensions)
        .bind(state)
        .bind(now)
        .fetch_one(&mut *tx)
        .await?;
    meaning::open_space(tx, space.id, dimensions).await?;
    Ok(space)
}

/// Has the space serve from now on; all others go with their vectors. Says whether it did not serve before.
pub async fn serve(tx: &mut Tx<'_>, space: i64) -> Result<bool> {
    tx.lock(LOCK).await?;
    let known = list(&mut *tx).await?;
    if !known.iter().any(|known| known.id == space && !known.is_serving()) {
        return Ok(false);
    }
    for old in known.iter().filter(|known| known.id != space) {
        meaning::drop_space(tx, old.id).await?;
        sql("DELETE FROM embedding_spaces WHERE id = $1").bind(old.id).execute(&mut *tx).await?;
    }
    sql("UPDATE embedding_spaces SET state = $1 WHERE id = $2").bind(SERVING).bind(space).execute(tx).await?;
    Ok(true)
}
