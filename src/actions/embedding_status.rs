//! How far the model has come with everybody's items, and what the rest will cost.

use super::Result;
use crate::app::App;
use crate::embed::Embedder;
use crate::store::embeddings::{self, Totals};
use crate::store::spaces::{self, Space};

/// Tokens of a piece, on average: most are as long as may be, the last of a text is not.
const TOKENS_OF_A_PIECE: f64 = 110.0;
/// Reasons that are told.
const MOST_TROUBLES: u32 = 3;

/// How far the model has come.
#[derive(Debug, Clone, PartialEq)]
pub struct EmbeddingStatus {
    /// The model that is configured; none for words alone.
    pub model: Option<String>,
    /// The model that answers questions now; none while none does.
    pub serving: Option<Space>,
    /// Items and pieces, and how many of them the configured model knows.
    pub totals: Totals,
    /// Why items are in trouble, the most frequent first, each with how many of them.
    pub troubles: Vec<(String, i64)>,
    /// Tokens that the rest will take, roughly.
    pub tokens_left: u64,
    /// US dollars for them, roughly; none for a model that costs nothing or of which we don't know.
    pub dollars_left: Option<f64>,
}

/// How far the model has come; asks nobody but the database.
///
/// # Errors
/// [`super::Error::Database`].
pub async fn embedding_status(app: &App) -> Result<EmbeddingStatus> {
    let model = app.models.current();
    let known = spaces::list(&app.db).await?;
    let own =
        model.and_then(|model| known.iter().filter(|space| space.model == model.model()).max_by_key(|space| space.id));
    let totals = embeddings::totals(&app.db, own.map(|space| space.id)).await?;
    let troubles = match own {
        Some(space) => embeddings::troubles(&app.db, space.id, MOST_TROUBLES).await?,
        None => Vec::new(),
    };
    let left = if model.is_some() { totals.chunks - totals.embedded_chunks } else { 0 };
    #[expect(clippy::cast_precision_loss, reason = "a rough figure")]
    let tokens = left.max(0) as f64 * TOKENS_OF_A_PIECE;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not below zero, and a rough figure")]
    let tokens_left = tokens as u64;
    Ok(EmbeddingStatus {
        model: model.map(|model| model.model().to_owned()),
        serving: known.into_iter().find(Space::is_serving).filter(|_| model.is_some()),
        totals,
        troubles,
        tokens_left,
        dollars_left: model.and_then(Embedder::price).map(|price| tokens / 1e6 * price),
    })
}

/// How far a model has come that is to take the place of another; none where none is.
///
/// # Errors
/// [`super::Error::Database`].
pub async fn model_change(app: &App) -> Result<Option<EmbeddingStatus>> {
    let Some(model) = app.models.current() else { return Ok(None) };
    let serving = spaces::list(&app.db).await?.into_iter().find(Space::is_serving);
    if serving.is_none_or(|space| space.model == model.model()) {
        return Ok(None);
    }
    embedding_status(app).await.map(Some)
}
