//! `/search`: finds saved things again.

use std::time::Instant;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::page::{FilterQuery, parsed};
use crate::actions::{self, Found, Mode, Position, Scores, Search};
use crate::api::extract::{CurrentUser, ValidQuery};
use crate::api::refusals::{Common, SignedIn};
use crate::api::{Error, Result};
use crate::app::App;

/// The most answers, and how many one gets who doesn't say.
const MAX_LIMIT: u32 = 100;
const DEFAULT_LIMIT: u32 = 20;

/// A question.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SearchQuery {
    /// Words; `"a phrase"` must stand there, `-word` must not.
    #[serde(default)]
    q: String,
    /// Answers at most.
    #[serde(default, deserialize_with = "parsed")]
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<u32>,
    /// `hybrid`, `semantic` or `text`.
    #[serde(default, deserialize_with = "parsed")]
    #[param(value_type = Option<String>)]
    mode: Option<Mode>,
    /// Show what each answer was ranked by.
    #[serde(default, deserialize_with = "parsed")]
    explain: Option<bool>,
}

/// What was found.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SearchAnswer {
    /// Best first.
    results: Vec<SearchResult>,
    /// How it was looked for in the end: `text` where no model answers.
    mode: &'static str,
    took_ms: u64,
}

/// An item that answers.
#[derive(Debug, Serialize, ToSchema)]
pub struct SearchResult {
    #[serde(rename = "_id")]
    old_id: Uuid,
    id: Uuid,
    title: String,
    link: String,
    r#type: String,
    /// Above 0, and 1 for the best.
    relevance: f64,
    /// HTML: escaped, what matched in `<mark>`.
    snippet: String,
    /// What matched: `words`, `meaning` or both.
    matched: Vec<&'static str>,
    /// Where the snippet is, when that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<PositionBody>,
    /// With `explain=true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    scores: Option<ScoresBody>,
}

/// Where in an item a passage is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Position)]
pub struct PositionBody {
    /// First byte of `fullText`, as UTF-8.
    start: i32,
    /// Behind its last byte.
    end: i32,
    /// The second of a transcript at which it begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    start_seconds: Option<f64>,
    /// The page of a document, from 1: where the first of the words is, or the passage begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<u32>,
}

/// What an answer was ranked by.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Scores)]
pub struct ScoresBody {
    /// The sum; worth nothing beyond one answer.
    score: f64,
    /// BM25; null without any of the words.
    words: Option<f64>,
    /// The cosine, −1 to 1; null where it is not known.
    meaning: Option<f64>,
}

impl SearchAnswer {
    /// What was found since `asked`.
    pub fn new(answer: actions::SearchAnswer, asked: Instant, explain: bool) -> Self {
        Self {
            results: answer.results.into_iter().map(|found| SearchResult::new(found, explain)).collect(),
            mode: answer.mode.as_str(),
            took_ms: u64::try_from(asked.elapsed().as_millis()).unwrap_or(u64::MAX),
        }
    }
}

impl SearchResult {
    /// An answer; with `explain`, what it was ranked by.
    pub fn new(found: Found, explain: bool) -> Self {
        let Found { id, title, link, kind, relevance, snippet, matched, position, scores } = found;
        let position = position.map(|Position { start, end, start_seconds, page }| PositionBody {
            start,
            end,
            start_seconds,
            page,
        });
        let Scores { score, words, meaning } = scores;
        let scores = explain.then_some(ScoresBody { score, words, meaning });
        Self { old_id: id.0, id: id.0, title, link, r#type: kind, relevance, snippet, matched, position, scores }
    }
}

impl SearchQuery {
    fn read(self, filter: FilterQuery) -> Result<Search> {
        if self.q.trim().is_empty() {
            return Err(Error::Invalid("q is required".into()));
        }
        let limit = self.limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=MAX_LIMIT).contains(&limit) {
            return Err(Error::Invalid(format!("limit must be between 1 and {MAX_LIMIT}")));
        }
        Ok(Search { text: self.q, mode: self.mode.unwrap_or_default(), filter: filter.into(), limit })
    }
}

/// `GET /search`: the items that answer best.
#[utoipa::path(
    get, path = "/search", tag = "search", security(("bearer" = [])), params(SearchQuery, FilterQuery),
    responses((status = 200, body = SearchAnswer), Common, SignedIn),
)]
#[tracing::instrument(name = "api.search", skip_all, fields(user.id = %user.id))]
pub async fn find(
    State(app): State<App>,
    user: CurrentUser,
    ValidQuery(query): ValidQuery<SearchQuery>,
    ValidQuery(filter): ValidQuery<FilterQuery>,
) -> Result<Json<SearchAnswer>> {
    let asked = Instant::now();
    let explain = query.explain.unwrap_or_default();
    let answer = actions::search(&app, user.id, &query.read(filter)?).await?;
    Ok(Json(SearchAnswer::new(answer, asked, explain)))
}
