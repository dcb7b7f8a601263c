//! Notion: public pages, block by block.
//!
//! Asks what Notion's own pages ask, for they are empty before their script has run. Nothing of it is documented or
//! promised: it changed its name, its way of turning pages and, in February 2026, the nesting of its records. Where it can't
//! be used, what the page says of itself in its head is kept.

mod answer;
mod blocks;
mod database;
mod rich;

use std::collections::HashMap;

use serde_json::{Value, json};
use url::Url;
use uuid::Uuid;

use self::answer::{Answer, Blocks};
use self::database::Table;
use super::sites::Link;
use super::{Error, Extracted, FullTextType, MAX_NAME, MAX_TEXT, MAX_TITLE, Reach, Result, page, prose, reach};
use crate::domain::Timestamp;
use crate::fetch::{self, Request, Retry};
use crate::text::clean;

const SERVICE: &str = "Notion";
/// Answers of a hundred blocks that are asked for.
const MAX_CHUNKS: usize = 30;
/// How long we stay away when Notion does not say how long it wants that.
const REST: std::time::Duration = std::time::Duration::from_mins(1);

/// The names of the question, and whether the page's id stands in an object there.
const QUESTIONS: [(&str, bool); 2] = [("loadCachedPageChunk", true), ("loadPageChunk", false)];

pub(super) async fn read(reach: &Reach<'_>, link: &Link<'_>) -> Result<Extracted> {
    let id: Uuid = link.recognized.content_id.parse().map_err(|_| Error::Gone("This page"))?;
    let mut outcome = Err(Error::Gone("This page"));
    for question in QUESTIONS {
        outcome = load(reach, id, question).await;
        if matches!(outcome, Ok(_) | Err(Error::Busy { .. })) {
            break;
        }
    }
    match outcome {
        Ok(page) => {
            let tables = database::read_all(reach, &page.blocks, &id.to_string()).await?;
            extracted(id, &page, &tables, &reach.services.notion_api)
        }
        // A service that is down today tells more tomorrow.
        Err(error @ Error::Busy { .. }) => Err(error),
        Err(Error::Fetch(error)) if error.retry() != Retry::Never => Err(error.into()),
        Err(error) => read_head(reach, id, error).await,
    }
}

/// A page's blocks, and whether they are all there.
struct Page {
    blocks: Blocks,
    is_whole: bool,
}

async fn load(reach: &Reach<'_>, id: Uuid, (name, in_object): (&str, bool)) -> Result<Page> {
    let url = reach::at(&reach.services.notion_api, &[name]);
    let mut blocks = Blocks::default();
    let mut cursor = json!({ "stack": [] });
    for number in 0..MAX_CHUNKS {
        let mut question = json!({ "limit": 100, "cursor": cursor, "chunkNumber": number, "verticalColumns": false });
        if in_object {
            question["page"] = json!({ "id": id });
        } else {
            question["pageId"] = json!(id);
        }
        let answer = Answer::read(ask(reach, &url, &question).await?)?;
        blocks.add(answer.blocks);
        match answer.next {
            Some(next) if next != cursor => cursor = next,
            _ => return Ok(Page { blocks, is_whole: true }),
        }
    }
    Ok(Page { blocks, is_whole: false })
}

async fn ask(reach: &Reach<'_>, url: &Url, question: &Value) -> Result<Value> {
    let request = Request::post_json(url, question).accept("application/json").any_type().any_status();
    let page = reach.ask(request).await?;
    match page.status {
        200..=299 => reach::json(SERVICE, &page.body),
        429 => {
            let seconds = page.header("retry-after").and_then(|text| text.trim().parse().ok());
            let after = seconds.map_or(REST, std::time::Duration::from_secs);
            Err(Error::Busy { service: SERVICE, after: after.clamp(std::time::Duration::from_secs(1), REST * 60) })
        }
        status @ 500.. => {
            let host = url.host_str().unwrap_or_default().to_owned();
            Err(fetch::Error::Status { host, status, retry_after: None }.into())
        }
        status => Err(Error::Unexpected { service: SERVICE, what: format!("status {status}") }),
    }
}

fn extracted(id: Uuid, page: &Page, tables: &HashMap<String, Table>, api: &Url) -> Result<Extracted> {
    // Notion answers for private pages too, with nothing in it.
    let root = page
        .blocks
        .get(&id.to_string())
        .ok_or_else(|| Error::Closed("This page on Notion is not shared with everybody, or is gone".into()))?;
    let (text, is_whole) = blocks::to_markdown(&page.blocks, tables, &id.to_string(), root);
    let full_text = clean::block(&text, MAX_TEXT);
    let cover = root["format"]["page_cover"].as_str().and_then(|cover| picture(cover, api));
    let time = |name: &str| root[name].as_i64().and_then(Timestamp::from_timestamp_millis);
    Ok(Extracted {
        title: clean::line(&rich::plain(&root["properties"]["title"]), MAX_TITLE),
        published_at: time("created_time"),
        site_name: Some(SERVICE.into()),
        thumbnail_url: cover,
        full_text_type: full_text.is_some().then_some(FullTextType::Markdown),
        full_text,
        shortfall: (!is_whole || !page.is_whole).then(|| "Some parts of this page on Notion could not be read".into()),
        provider_data: Some(json!({
            "id": id,
            "icon": root["format"]["page_icon"].as_str().and_then(|icon| clean::line(icon, MAX_NAME)),
            "editedAt": time("last_edited_time"),
            "blocks": page.blocks.len(),
        })),
        ..Extracted::default()
    })
}

/// Where a picture is: Notion's own stand below its host, and what was uploaded can't be had without a signature.
fn picture(cover: &str, api: &Url) -> Option<String> {
    let link = api.join(cover).ok().and_then(|url| prose::link(url.as_str()))?;
    (!link.contains("secure.notion-static.com")).then_some(link)
}

/// What the page says of itself where its blocks can't be had, with `error` as the reason for the rest.
async fn read_head(reach: &Reach<'_>, id: Uuid, error: Error) -> Result<Extracted> {
    let mut url = reach.services.notion_api.clone();
    url.set_path(&id.simple().to_string());
    let Ok(found) = page::read(reach, &url).await else { return Err(error) };
    // Notion praises itself where it shows nothing, with or without its name in front.
    let is_notions_own =
        |title: &String| title == SERVICE || title.starts_with("Notion ") || title.to_lowercase().contains("workspace");
    match found.title.as_ref() {
        Some(title) if !is_notions_own(title) && found.wall.is_none() => Ok(Extracted {
            // Before its script has run, the page says only that it needs one.
            full_text: None,
            full_text_type: None,
            site_name: Some(SERVICE.into()),
            shortfall: Some(format!("The text of this page could not be read: {}", error.for_people())),
            ..found
        }),
        _ => Err(error),
    }
}
