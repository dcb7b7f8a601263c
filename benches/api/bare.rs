//! What Brainly is measured beside: axum without a layer, on a pool like Brainly's, one statement a request.
//!
//! No token is checked, nothing is counted or logged. `ready` runs the statement, reads every row but decodes none, and sends
//! bytes that were made before: nothing that sends these rows can be faster. `written` is what one would write by hand: the
//! rows become structs, and those JSON.

use anyhow::Result;
use axum::body::Body;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use brainly::api::v1::item::ItemBody;
use brainly::db::{Db, Statement, sql};
use brainly::domain::{ContentId, Timestamp, UserId};
use brainly::store::contents::{Item, item_columns};
use bytes::Bytes;
use serde::Serialize;
use serde_json::value::RawValue;

/// What the bare handlers know before they are asked.
#[derive(Clone)]
pub(crate) struct Bare {
    pub(crate) db: Db,
    pub(crate) owner: UserId,
    pub(crate) item: ContentId,
    pub(crate) bodies: Bodies,
}

/// The bytes that Brainly itself answered.
#[derive(Clone, Default)]
pub(crate) struct Bodies {
    pub(crate) page: Bytes,
    pub(crate) item: Bytes,
    pub(crate) tags: Bytes,
    pub(crate) health: Bytes,
    pub(crate) saved: Bytes,
}

/// A row that is received but not looked at.
struct Unread;

impl<'r, R: sqlx::Row> sqlx::FromRow<'r, R> for Unread {
    fn from_row(_: &'r R) -> sqlx::Result<Self> {
        Ok(Self)
    }
}

/// A page as Brainly writes it.
#[derive(Serialize)]
struct Page {
    content: Vec<ItemBody>,
    pagination: Box<RawValue>,
}

type Answer = Result<Response, Failed>;

/// Anything that went wrong: the benchmark stops at the first answer that is not a 2xx.
struct Failed(anyhow::Error);

impl<E: Into<anyhow::Error>> From<E> for Failed {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        (StatusCode::INTERNAL_SERVER_ERROR, format!("{:#}", self.0)).into_response()
    }
}

/// The bare routes, by the path that the load asks for.
pub(crate) fn router(bare: Bare) -> Router {
    Router::new()
        .route("/ready/content", get(ready_page))
        .route("/written/content", get(written_page))
        .route("/ready/item", get(ready_item))
        .route("/ready/tags", get(ready_tags))
        .route("/ready/health", get(ready_health))
        .route("/ready/save", post(ready_save))
        .with_state(bare)
}

/// All live items of an owner, newest first, as `GET /content` reads them.
fn page(bare: &Bare) -> Statement {
    let columns = item_columns(bare.db.engine());
    sql(&format!(
        "SELECT {columns} FROM (SELECT c.id AS id, c.created_at AS created_at FROM contents c WHERE c.user_id = $1 AND \
         c.deleted_at IS NULL ORDER BY c.created_at DESC, c.id DESC LIMIT $2 OFFSET $3) page JOIN contents c ON \
         c.id = page.id ORDER BY page.created_at DESC, page.id DESC"
    ))
    .bind(bare.owner)
    .bind(1001_i64)
    .bind(0_i64)
}

async fn ready_page(State(bare): State<Bare>) -> Answer {
    page(&bare).fetch_all::<Unread>(&bare.db).await?;
    Ok(json(&bare.bodies.page))
}

async fn written_page(State(bare): State<Bare>) -> Answer {
    let items: Vec<Item> = page(&bare).fetch_all(&bare.db).await?;
    let pagination = format!(r#"{{"total":{},"limit":1000,"skip":0,"hasMore":false,"nextCursor":null}}"#, items.len());
    let content = items.into_iter().map(ItemBody::from).collect();
    Ok(Json(Page { content, pagination: RawValue::from_string(pagination)? }).into_response())
}

async fn ready_item(State(bare): State<Bare>) -> Answer {
    let columns = item_columns(bare.db.engine());
    let text = format!(
        "SELECT {columns}, c.full_text, c.transcript_segments, c.provider_data FROM contents c WHERE c.id = $1 AND \
         c.user_id = $2"
    );
    sql(&text).bind(bare.item).bind(bare.owner).fetch_one::<Unread>(&bare.db).await?;
    Ok(json(&bare.bodies.item))
}

async fn ready_tags(State(bare): State<Bare>) -> Answer {
    let tags = sql("SELECT id, name, user_id, item_count, created_at FROM tags WHERE user_id = $1 ORDER BY name");
    tags.bind(bare.owner).fetch_all::<Unread>(&bare.db).await?;
    Ok(json(&bare.bodies.tags))
}

async fn ready_health(State(bare): State<Bare>) -> Answer {
    sql("SELECT CAST(1 AS BIGINT)").fetch_one::<Unread>(&bare.db).await?;
    Ok(json(&bare.bodies.health))
}

/// One row in one transaction; Brainly also counts it, queues its reading and writes what the word index knows already.
async fn ready_save(State(bare): State<Bare>, _body: Bytes) -> Answer {
    let id = uuid::Uuid::now_v7();
    let now: Timestamp = "2026-03-02T08:00:00Z".parse()?;
    let mut tx = bare.db.begin().await?;
    sql("INSERT INTO contents (id, user_id, title, link, type, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $6)")
        .bind(id)
        .bind(bare.owner)
        .bind("A link saved by the bare handler")
        .bind(format!("https://bare.example.org/{id}"))
        .bind("link")
        .bind(now)
        .execute(&mut tx)
        .await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, json(&bare.bodies.saved)).into_response())
}

fn json(bytes: &Bytes) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], Body::from(bytes.clone())).into_response()
}
