//! Databases: their rows, which a page's blocks only stand for.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::answer::{Blocks, record, records};
use super::rich;
use crate::extract::{Error, MAX_NAME, Reach, Result, reach};
use crate::text::clean;

/// Databases of a page that are asked for.
const MAX_DATABASES: usize = 5;
/// Views that are tried: one that puts rows into groups tells the groups alone.
const MAX_VIEWS: usize = 3;
/// Rows of each that are asked for.
const MAX_ROWS: usize = 500;
/// Columns that are kept.
const MAX_COLUMNS: usize = 30;
/// The column that every database has.
const TITLE: &str = "title";

/// A database: the names of its columns, and what stands in them row by row.
pub(super) struct Table {
    pub(super) name: Option<String>,
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
    pub(super) is_whole: bool,
}

/// The databases among `blocks` by the ids of these; what can't be had is left out.
///
/// # Errors
/// [`Error::Busy`]: they can be had later.
pub(super) async fn read_all(reach: &Reach<'_>, blocks: &Blocks, root: &str) -> Result<HashMap<String, Table>> {
    let mut ids: Vec<&str> = blocks.of_type("collection_view").collect();
    ids.sort_unstable();
    if blocks.get(root).is_some_and(|block| block["type"] == "collection_view_page") {
        ids.insert(0, root);
    }
    let mut tables = HashMap::new();
    for id in ids.into_iter().take(MAX_DATABASES) {
        let Some(block) = blocks.get(id) else { continue };
        match read(reach, block).await {
            Ok(Some(table)) => drop(tables.insert(id.to_owned(), table)),
            Err(error @ Error::Busy { .. }) => return Err(error),
            Ok(None) | Err(_) => {}
        }
    }
    Ok(tables)
}

async fn read(reach: &Reach<'_>, block: &Value) -> Result<Option<Table>> {
    let ids = [&block["collection_id"], &block["format"]["collection_pointer"]["id"]];
    let Some(id) = ids.into_iter().find_map(Value::as_str) else { return Ok(None) };
    for view in block["view_ids"].as_array().into_iter().flatten().filter_map(Value::as_str).take(MAX_VIEWS) {
        let url = reach::at(&reach.services.notion_api, &["queryCollection"]);
        let question = json!({
            "collection": { "id": id }, "collectionView": { "id": view },
            "loader": {
                "type": "reducer", "searchQuery": "", "userTimeZone": "UTC",
                "reducers": { "collection_group_results": { "type": "results", "limit": MAX_ROWS } },
            },
        });
        let table = table(id, super::ask(reach, &url, &question).await?);
        if table.is_some() {
            return Ok(table);
        }
    }
    Ok(None)
}

fn table(id: &str, mut answer: Value) -> Option<Table> {
    let results = answer.pointer_mut("/result/reducerResults/collection_group_results")?.take();
    let ids: Vec<&str> = results["blockIds"].as_array()?.iter().filter_map(Value::as_str).collect();
    let map = answer.get_mut("recordMap")?;
    let collection = map.get_mut("collection").and_then(|all| record(all.get_mut(id)?.take())).unwrap_or_default();
    let blocks: HashMap<String, Value> = map.get_mut("block").map(records).into_iter().flatten().collect();
    let rows: Vec<&Value> = ids.iter().take(MAX_ROWS).filter_map(|id| blocks.get(*id)).collect();
    let cell = |row: &Value, column: &str| rich::plain(&row["properties"][column]).replace('\n', " ");
    let columns: Vec<(String, String)> = columns(&collection["schema"])
        .into_iter()
        .filter(|(column, _)| column == TITLE || rows.iter().any(|row| !cell(row, column).is_empty()))
        .take(MAX_COLUMNS)
        .collect();
    Some(Table {
        name: clean::line(&rich::plain(&collection["name"]), MAX_NAME),
        is_whole: rows.len() == ids.len() && results["hasMore"] != json!(true),
        rows: rows.iter().map(|row| columns.iter().map(|(column, _)| cell(row, column)).collect()).collect(),
        columns: columns.into_iter().map(|(_, name)| name).collect(),
    })
}

/// Ids and names of the columns: the title, then the others by their names.
fn columns(schema: &Value) -> Vec<(String, String)> {
    let name = |column: &Value| column["name"].as_str().and_then(|name| clean::line(name, MAX_NAME));
    let title = name(&schema[TITLE]).unwrap_or_else(|| "Name".to_owned());
    let others = schema.as_object().into_iter().flatten().filter(|(id, _)| *id != TITLE);
    let mut others: Vec<(String, String)> =
        others.filter_map(|(id, column)| Some((id.clone(), name(column)?))).collect();
    others.sort_by(|(_, one), (_, other)| one.cmp(other));
    others.insert(0, (TITLE.to_owned(), title));
    others
}
