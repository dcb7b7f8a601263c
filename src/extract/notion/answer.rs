//! What Notion answers, in the forms that it is known to have.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::SERVICE;
use crate::extract::{Error, Result};

/// The blocks that are kept of a page.
const MAX_BLOCKS: usize = 10_000;

/// Blocks by id.
#[derive(Default)]
pub(super) struct Blocks(HashMap<String, Value>);

/// A hundred blocks or so.
pub(super) struct Answer {
    pub(super) blocks: Vec<(String, Value)>,
    /// Where the page goes on; nothing at its end.
    pub(super) next: Option<Value>,
}

impl Answer {
    /// # Errors
    /// [`Error::Unexpected`] when there is no record map.
    pub(super) fn read(mut answer: Value) -> Result<Self> {
        let missing = || Error::Unexpected { service: SERVICE, what: "recordMap is missing".to_owned() };
        let map = answer.get_mut("recordMap").filter(|map| map.is_object()).ok_or_else(missing)?;
        let blocks = match map.get_mut("block") {
            Some(blocks) => records(blocks).collect(),
            None => return Ok(Self { blocks: Vec::new(), next: None }),
        };
        Ok(Self { blocks, next: next(&answer) })
    }
}

/// The blocks in a map of records by their ids. A record without one is nobody's to see.
pub(super) fn records(map: &mut Value) -> impl Iterator<Item = (String, Value)> + use<> {
    let Value::Object(map) = map.take() else { return serde_json::Map::new().into_iter().filter_map(block) };
    map.into_iter().filter_map(block)
}

fn block((id, own): (String, Value)) -> Option<(String, Value)> {
    Some((id, record(own).filter(|block| block["type"].is_string())?))
}

/// What a record holds; `value` within `value` since February 2026.
pub(super) fn record(mut record: Value) -> Option<Value> {
    let mut value = record.get_mut("value")?.take();
    if let Some(inner) = value.get_mut("value").filter(|inner| inner.is_object()) {
        value = inner.take();
    }
    Some(value)
}

/// One cursor, or a list of them; at the end of the page the stack, or the list, is empty.
fn next(answer: &Value) -> Option<Value> {
    let stack = match &answer["cursors"] {
        Value::Array(cursors) => &cursors.first()?["stack"],
        _ => &answer["cursor"]["stack"],
    };
    let is_over = stack.as_array().is_none_or(Vec::is_empty);
    (!is_over).then(|| json!({ "stack": stack }))
}

impl Blocks {
    pub(super) fn add(&mut self, blocks: Vec<(String, Value)>) {
        let room = MAX_BLOCKS.saturating_sub(self.0.len());
        self.0.extend(blocks.into_iter().take(room));
    }

    /// A block that is not in the trash.
    pub(super) fn get(&self, id: &str) -> Option<&Value> {
        self.0.get(id).filter(|block| block["alive"] != json!(false))
    }

    /// The ids of all that are of one kind.
    pub(super) fn of_type<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(_, block)| block["type"] == kind).map(|(id, _)| id.as_str())
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}
