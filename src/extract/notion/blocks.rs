//! A page's blocks, in order, as Markdown.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::answer::Blocks;
use super::database::Table;
use super::rich;
use crate::extract::MAX_TEXT;

/// How deep blocks may lie within one another.
const MAX_DEPTH: usize = 32;

/// The text of the page `root`, known as `id`, and whether every block of it was there.
pub(super) fn to_markdown(blocks: &Blocks, tables: &HashMap<String, Table>, id: &str, root: &Value) -> (String, bool) {
    let mut writer = Writer { blocks, tables, text: String::new(), written: HashSet::new(), is_whole: true };
    if is_database(root) {
        writer.database(id, "");
    }
    writer.children(root, "", 0);
    (writer.text, writer.is_whole)
}

struct Writer<'a> {
    blocks: &'a Blocks,
    tables: &'a HashMap<String, Table>,
    text: String,
    written: HashSet<&'a str>,
    is_whole: bool,
}

fn is_database(block: &Value) -> bool {
    matches!(block["type"].as_str(), Some("collection_view" | "collection_view_page"))
}

/// The ids of what lies in a block.
fn content(block: &Value) -> impl Iterator<Item = &str> {
    block["content"].as_array().into_iter().flatten().filter_map(Value::as_str)
}

impl<'a> Writer<'a> {
    fn children(&mut self, block: &'a Value, indent: &str, depth: usize) {
        if depth > MAX_DEPTH || self.text.len() > MAX_TEXT {
            self.is_whole = false;
            return;
        }
        let mut number = 0;
        for id in content(block) {
            let Some(child) = self.blocks.get(id) else {
                self.is_whole = false;
                continue;
            };
            // A block stands in one place; whatever says otherwise wants to lead us round in circles.
            if !self.written.insert(id) {
                continue;
            }
            number = if child["type"] == "numbered_list" { number + 1 } else { 0 };
            if child["type"] == "collection_view" {
                self.database(id, indent);
            }
            self.block(child, indent, number, depth);
        }
    }

    fn block(&mut self, block: &'a Value, indent: &str, number: usize, depth: usize) {
        let properties = &block["properties"];
        let title = rich::markdown(&properties["title"]);
        let kind = block["type"].as_str().unwrap_or_default();
        let inside = format!("{indent}  ");
        let mut below = indent;
        match kind {
            "header" => self.paragraph(indent, &format!("# {title}")),
            "sub_header" => self.paragraph(indent, &format!("## {title}")),
            "sub_sub_header" => self.paragraph(indent, &format!("### {title}")),
            "bulleted_list" | "toggle" => self.item(indent, "- ", &title),
            "numbered_list" => self.item(indent, &format!("{number}. "), &title),
            "to_do" => {
                let is_done = rich::plain(&properties["checked"]) == "Yes";
                self.item(indent, if is_done { "- [x] " } else { "- [ ] " }, &title);
            }
            // What is a page of its own is only named here.
            "page" | "collection_view_page" => return self.item(indent, "- ", &title),
            "quote" | "callout" => self.paragraph(indent, &format!("> {}", title.replace('\n', "\n> "))),
            "code" => self.code(indent, properties),
            "equation" => self.paragraph(indent, &format!("$$ {} $$", rich::plain(&properties["title"]))),
            "divider" => self.paragraph(indent, "---"),
            "table" => return self.table(block, indent),
            "bookmark" | "embed" | "tweet" | "gist" | "video" | "audio" | "image" | "file" | "pdf" => {
                self.elsewhere(indent, properties);
            }
            // Its rows were written already.
            "collection_view" => {}
            _ => self.paragraph(indent, &title),
        }
        if matches!(kind, "bulleted_list" | "toggle" | "numbered_list" | "to_do") {
            below = &inside;
        }
        self.children(block, below, depth + 1);
    }

    fn paragraph(&mut self, indent: &str, text: &str) {
        if !text.trim().is_empty() {
            self.text.push('\n');
            self.lines(indent, indent, text);
        }
    }

    /// Items of a list stand close together.
    fn item(&mut self, indent: &str, sign: &str, text: &str) {
        let inside = format!("{indent}{}", " ".repeat(sign.len()));
        self.lines(&format!("{indent}{sign}"), &inside, text);
    }

    fn lines(&mut self, first: &str, others: &str, text: &str) {
        for (at, line) in text.split('\n').enumerate() {
            self.text.push_str(if at == 0 { first } else { others });
            self.text.push_str(line);
            self.text.push('\n');
        }
    }

    fn code(&mut self, indent: &str, properties: &Value) {
        let language = rich::plain(&properties["language"]).to_lowercase();
        let code = rich::plain(&properties["title"]);
        self.paragraph(indent, &format!("```{language}\n{code}\n```\n"));
    }

    /// A link, a picture, a file: what it is called and what it says of itself.
    fn elsewhere(&mut self, indent: &str, properties: &Value) {
        let text = |name: &str| rich::plain(&properties[name]);
        let link = [text("link"), text("source")].into_iter().find(|link| link.starts_with("http")).unwrap_or_default();
        let names = [text("title"), text("caption")];
        let name = names.iter().find(|name| !name.is_empty()).unwrap_or(&link);
        if !link.is_empty() {
            self.paragraph(indent, &format!("[{name}]({link})"));
        } else if !name.is_empty() {
            self.paragraph(indent, name);
        }
        self.paragraph(indent, &text("description"));
    }

    fn table(&mut self, table: &'a Value, indent: &str) {
        let order = table["format"]["table_block_column_order"].as_array();
        let columns: Vec<&str> = order.into_iter().flatten().filter_map(Value::as_str).collect();
        for (at, id) in content(table).enumerate() {
            let Some(row) = self.blocks.get(id) else {
                self.is_whole = false;
                continue;
            };
            let cells: Vec<String> = columns
                .iter()
                .map(|&column| rich::markdown(&row["properties"][column]).replace('\n', " ").replace('|', "\\|"))
                .collect();
            self.row(indent, &cells, at == 0);
            if self.text.len() > MAX_TEXT {
                return;
            }
        }
        self.text.push('\n');
    }

    /// The rows of the database in the block `id`, if they could be had.
    fn database(&mut self, id: &str, indent: &str) {
        let Some(table) = self.tables.get(id) else {
            self.is_whole = false;
            return;
        };
        self.is_whole &= table.is_whole;
        if let Some(name) = &table.name {
            self.paragraph(indent, &format!("**{name}**"));
        }
        self.row(indent, &table.columns, true);
        for cells in &table.rows {
            let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
            self.row(indent, &cells, false);
            if self.text.len() > MAX_TEXT {
                self.is_whole = false;
                return;
            }
        }
        self.text.push('\n');
    }

    fn row(&mut self, indent: &str, cells: &[String], is_first: bool) {
        if is_first {
            self.text.push('\n');
        }
        self.lines(indent, indent, &format!("| {} |", cells.join(" | ")));
        if is_first {
            self.lines(indent, indent, &format!("|{}", " --- |".repeat(cells.len())));
        }
    }
}
