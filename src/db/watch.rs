//! Statements as spans of the trace that is under way: what is done to which table, never with which values.

use super::Engine;
use crate::domain::trace::{self, KeyValue, Leaf};

/// Words of a statement that are looked at; those that matter come early.
const WORDS: usize = 160;

/// Begins the span of a statement; none when nobody traces.
pub(super) fn statement(engine: Engine, text: &str) -> Option<Leaf> {
    trace::leaf(|| {
        let (verb, table) = subject(text);
        let table = table.map(|table| KeyValue::new("db.collection.name", table.to_owned()));
        let attributes = about(engine, verb, table);
        let name = match verb {
            "INSERT" => "db.insert",
            "UPDATE" => "db.update",
            "DELETE" => "db.delete",
            _ => "db.select",
        };
        (name, attributes)
    })
}

/// Begins the span of a commit; none when nobody traces.
pub(super) fn commit(engine: Engine) -> Option<Leaf> {
    trace::leaf(|| ("db.commit", about(engine, "COMMIT", None)))
}

fn about(engine: Engine, verb: &'static str, table: Option<KeyValue>) -> Vec<KeyValue> {
    let mut attributes = Vec::with_capacity(3);
    attributes.push(KeyValue::new("db.system.name", engine.name()));
    attributes.push(KeyValue::new("db.operation.name", verb));
    attributes.extend(table);
    attributes
}

/// The verb of a statement and the table that it is about: the one that is written to, else the first that is read.
fn subject(text: &str) -> (&'static str, Option<&str>) {
    // Only what begins with `WITH` may read first and write then.
    if text.starts_with("SELECT") {
        // A capital F is rare, and found sooner than a word.
        let mut read = text.match_indices('F').filter_map(|(at, _)| {
            let word = text[at..].strip_prefix("FROM")?.split_ascii_whitespace().next()?;
            name(word).filter(|_| !word.contains('('))
        });
        return ("SELECT", read.next());
    }
    let mut words = text.split_ascii_whitespace().take(WORDS);
    let (mut before, mut read) = ("", None);
    while let Some(word) = words.next() {
        let bare = word.trim_start_matches('(');
        match bare {
            "INSERT" => return ("INSERT", words.nth(1).and_then(name)),
            "DELETE" => return ("DELETE", words.nth(1).and_then(name)),
            // Neither `FOR UPDATE` nor `DO UPDATE SET` is one.
            "UPDATE" if !matches!(before, "FOR" | "DO") => return ("UPDATE", words.next().and_then(name)),
            _ if before == "FROM" && read.is_none() && !word.contains('(') => read = name(word),
            _ => {}
        }
        before = bare;
    }
    ("SELECT", read)
}

fn name(word: &str) -> Option<&str> {
    let name = word.trim_end_matches([')', ',', ';']);
    let name = name.split('(').next().unwrap_or_default();
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_name.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::subject;

    #[test]
    fn a_statement_is_told_by_its_verb_and_the_table_that_it_is_about() {
        for (text, verb, table) in [
            ("SELECT id, title FROM contents WHERE id = $1", "SELECT", Some("contents")),
            ("SELECT CAST(1 AS BIGINT)", "SELECT", None),
            ("SELECT id FROM (SELECT id FROM jobs) AS j FOR UPDATE SKIP LOCKED", "SELECT", Some("jobs")),
            ("SELECT x FROM unnest($1) AS x", "SELECT", None),
            (
                "INSERT INTO tags (id, name) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET id = tags.id",
                "INSERT",
                Some("tags"),
            ),
            ("INSERT INTO tags(id) VALUES ($1)", "INSERT", Some("tags")),
            ("UPDATE users SET name = $1", "UPDATE", Some("users")),
            ("DELETE FROM jobs WHERE id = $1", "DELETE", Some("jobs")),
            (
                "WITH ours AS MATERIALIZED (SELECT id FROM jobs FOR UPDATE) UPDATE hosts SET a = 1",
                "UPDATE",
                Some("hosts"),
            ),
            ("WITH new (id) AS (VALUES ($1)) INSERT INTO jobs (id) SELECT id FROM new", "INSERT", Some("jobs")),
        ] {
            assert_eq!(subject(text), (verb, table), "{text}");
        }
    }
}
