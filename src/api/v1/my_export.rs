//! `/me/export`: everything that is the caller's, as it comes from the database.

mod query;

use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::stream;
use serde_json::json;

use query::{ExportFormat, ExportQuery};

use super::item::FullItemBody;
use super::me::UserBody;
use crate::actions::{self, ExportPlace, Item, Texts};
use crate::api::Result;
use crate::api::extract::{CurrentUser, ValidQuery};
use crate::api::refusals::{Common, SignedIn};
use crate::api::time::Time;
use crate::app::App;
use crate::domain::UserId;

/// `GET /me/export`: the account and all its items, those in the trash too.
#[utoipa::path(
    get, path = "/me/export", tag = "account", security(("bearer" = [])), params(ExportQuery),
    responses((status = 200, description = "The export, streamed", content((serde_json::Value = "application/json"), (String = "text/html"))), Common, SignedIn),
)]
#[tracing::instrument(name = "api.me.export", skip_all, fields(user.id = %user.id))]
pub async fn export(
    State(app): State<App>,
    user: CurrentUser,
    ValidQuery(ExportQuery { format }): ValidQuery<ExportQuery>,
) -> Result<Response> {
    let owner = user.id;
    // Asked for before the answer begins, so that a database that is away is told as such.
    let first = actions::export_page(&app, owner, ExportPlace::BEGIN).await?;
    let (begin, name, kind) = match format {
        ExportFormat::Json => {
            let user = serde_json::to_string(&UserBody::from(user.caller.user)).unwrap_or_default();
            let at = Time(app.clock.now());
            let begin = format!(
                "{{\"format\":\"brainly-user\",\"version\":1,\"exportedAt\":\"{at}\",\"user\":{user},\"items\":["
            );
            (begin, "brainly.json", "application/json")
        }
        ExportFormat::Html => (HTML_BEGIN.to_owned(), "brainly.html", "text/html; charset=utf-8"),
    };
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    Ok((headers, Body::from_stream(pages(app, owner, format, begin, first))).into_response())
}

type Page = (Vec<(Item, Texts)>, Option<ExportPlace>);

enum At {
    Begin(String, Page),
    Page(Page, bool),
    Next(ExportPlace, bool),
    End,
}

fn pages(
    app: App,
    owner: UserId,
    format: ExportFormat,
    begin: String,
    first: Page,
) -> impl stream::Stream<Item = std::result::Result<Bytes, actions::Error>> {
    stream::try_unfold(At::Begin(begin, first), move |at| {
        let app = app.clone();
        async move {
            let ((items, next), comma) = match at {
                At::Begin(begin, first) => return Ok(Some((begin.into(), At::Page(first, false)))),
                At::Page(page, comma) => (page, comma),
                At::Next(place, comma) => (actions::export_page(&app, owner, place).await?, comma),
                At::End => return Ok(None),
            };
            let mut text = write(format, items, comma);
            let comma = comma || !text.is_empty();
            let Some(place) = next else {
                text.push_str(if format == ExportFormat::Json { "]}\n" } else { HTML_END });
                return Ok(Some((text.into(), At::End)));
            };
            Ok(Some((text.into(), At::Next(place, comma))))
        }
    })
}

fn write(format: ExportFormat, items: Vec<(Item, Texts)>, mut comma: bool) -> String {
    let mut out = String::new();
    for (item, texts) in items {
        match format {
            ExportFormat::Json => {
                if std::mem::replace(&mut comma, true) {
                    out.push(',');
                }
                let text = serde_json::to_string(&FullItemBody::new(item, texts));
                out.push_str(&text.unwrap_or_else(|_| json!(null).to_string()));
            }
            // A note has no link to be a bookmark of; what is in the trash is not to come back by an import.
            ExportFormat::Html if item.link.is_empty() || item.deleted_at.is_some() => {}
            ExportFormat::Html => out.push_str(&bookmark(&item)),
        }
    }
    out
}

const HTML_BEGIN: &str = "<!DOCTYPE NETSCAPE-Bookmark-file-1>\n\
    <META HTTP-EQUIV=\"Content-Type\" CONTENT=\"text/html; charset=UTF-8\">\n<TITLE>Bookmarks</TITLE>\n<H1>Bookmarks</H1>\n<DL><p>\n";
const HTML_END: &str = "</DL><p>\n";

fn bookmark(item: &Item) -> String {
    let tags: Vec<String> = item.tags().into_iter().map(|(_, name)| name).collect();
    let note = item.note.as_deref().filter(|note| !note.is_empty());
    let note = note.map(|note| format!("    <DD>{}\n", escaped(note))).unwrap_or_default();
    format!(
        "    <DT><A HREF=\"{}\" ADD_DATE=\"{}\" TAGS=\"{}\">{}</A>\n{note}",
        escaped(&item.link),
        item.created_at.timestamp(),
        escaped(&tags.join(",")),
        escaped(&item.title)
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
