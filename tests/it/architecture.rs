//! The rooms of the house and the arrows between them, read from the sources.
//!
//! `src/lib.rs` shows the rooms; a room may import only what its row in [`ROOMS`] names.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The longest file that is still read at once.
const MAX_LINES: usize = 500;

/// Each room, lowest first, with the rooms that it may import.
const ROOMS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("config", &["domain"]),
    ("telemetry", &["domain", "config"]),
    ("auth", &["domain", "config"]),
    ("text", &["domain"]),
    ("provider", &["domain"]),
    ("imports", &["domain"]),
    ("fetch", &["domain", "config"]),
    ("extract", &["domain", "config", "provider", "fetch", "text"]),
    ("db", &["domain", "config"]),
    ("store", &["domain", "db"]),
    ("queue", &["domain", "db"]),
    ("files", &["domain", "config"]),
    ("backup", &["domain", "config", "db", "files"]),
    ("app", &["domain", "config", "telemetry", "auth", "text", "provider", "fetch", "extract", "db", "store", "queue"]),
    (
        "actions",
        &[
            "domain",
            "config",
            "telemetry",
            "auth",
            "text",
            "provider",
            "fetch",
            "extract",
            "db",
            "store",
            "queue",
            "files",
            "backup",
            "imports",
            "app",
        ],
    ),
    ("jobs", &["domain", "queue", "app", "actions"]),
    ("api", &["domain", "auth", "telemetry", "app", "actions"]),
    (
        "cli",
        &[
            "domain",
            "config",
            "telemetry",
            "auth",
            "text",
            "provider",
            "fetch",
            "extract",
            "db",
            "store",
            "queue",
            "files",
            "backup",
            "imports",
            "app",
            "actions",
            "jobs",
            "api",
        ],
    ),
    ("main", &["cli"]),
];

/// Where `sqlx` may be spoken to. Elsewhere a row may only be named as one.
const SQLX_HOMES: &[&str] = &["db", "store/index", "queue/claim", "queue/wake"];
/// What `store` and `queue` may say of a row's shape.
const ROW_SHAPES: &[&str] = &["sqlx::FromRow", "sqlx::types::Json", "sqlx(rename"];

struct Source {
    /// Below `src`, without `.rs`: `store/index/words`.
    name: String,
    /// Without comments.
    code: String,
    lines: usize,
}

impl Source {
    fn room(&self) -> &str {
        self.name.split('/').next().unwrap_or_default()
    }
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    collect(&root, &mut paths);
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        let name = path.strip_prefix(&root).unwrap().with_extension("").to_string_lossy().replace('\\', "/");
        Source { name, code: without_comments(&text), lines: text.lines().count() }
    };
    paths.into_iter().map(read).collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
}

/// The lines that are not comments, each up to a trailing comment.
fn without_comments(text: &str) -> String {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.map(|line| line.split(" // ").next().unwrap_or(line)).collect::<Vec<_>>().join("\n")
}

/// The rooms that `code` names after `crate::` or `brainly::`, groups such as `crate::{app::App, db}` included.
fn imports(code: &str) -> BTreeSet<String> {
    let paths = code.match_indices("crate::").map(|(at, root)| (at, at + root.len()));
    let paths = paths.chain(code.match_indices("brainly::").map(|(at, root)| (at, at + root.len())));
    let whole_word = |at: usize| !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$');
    paths.filter(|(at, _)| whole_word(*at)).flat_map(|(_, end)| heads(&code[end..])).collect()
}

/// The first segments of the path or group that `rest` begins with.
fn heads(rest: &str) -> Vec<String> {
    let Some(group) = rest.strip_prefix('{') else { return vec![first_word(rest)] };
    let (mut depth, mut heads, mut begin) = (0_usize, Vec::new(), 0);
    for (at, sign) in group.char_indices() {
        match sign {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                heads.push(first_word(group[begin..at].trim_start()));
                begin = at + 1;
                if sign == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    heads.retain(|head| !head.is_empty());
    heads
}

fn first_word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// The rooms that `room` imports and may not.
fn forbidden(room: &str, code: &str) -> Vec<String> {
    let is_room = |name: &String| ROOMS.iter().any(|(known, _)| known == name);
    let allowed = ROOMS.iter().find(|(known, _)| *known == room).map_or(&[][..], |(_, allowed)| allowed);
    imports(code)
        .into_iter()
        .filter(|name| is_room(name) && name != room && !allowed.contains(&name.as_str()))
        .collect()
}

#[test]
fn a_room_imports_only_the_rooms_that_are_listed_for_it() {
    let wrong: Vec<String> = sources()
        .iter()
        .filter(|source| source.name != "lib")
        .flat_map(|source| {
            forbidden(source.room(), &source.code)
                .into_iter()
                .map(|room| format!("src/{}.rs: {} must not import {room}", source.name, source.room()))
        })
        .collect();

    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_room_has_its_row() {
    let rooms: BTreeSet<String> = sources().iter().map(|source| source.room().to_owned()).collect();

    let unlisted: Vec<_> =
        rooms.iter().filter(|room| *room != "lib" && !ROOMS.iter().any(|(known, _)| known == room)).collect();

    assert!(unlisted.is_empty(), "give these rooms a row in ROOMS, and one in src/lib.rs: {unlisted:?}");
}

#[test]
fn arrows_point_downwards_so_there_is_no_ring() {
    for (at, (room, allowed)) in ROOMS.iter().enumerate() {
        for below in *allowed {
            assert!(
                ROOMS[..at].iter().any(|(lower, _)| lower == below),
                "{room} may not import {below}, which is above it"
            );
        }
    }
}

#[test]
fn sqlx_is_spoken_to_only_where_the_engines_differ() {
    let wrong: Vec<String> = sources()
        .iter()
        .filter(|source| {
            !SQLX_HOMES.iter().any(|home| source.name == *home || source.name.starts_with(&format!("{home}/")))
        })
        .filter(|source| speaks_to_sqlx(source.room(), &source.code))
        .map(|source| format!("src/{}.rs", source.name))
        .collect();

    assert!(wrong.is_empty(), "use db::sql, which runs on both engines: {wrong:?}");
}

/// Is there an `sqlx::` that is more than the shape of a row?
fn speaks_to_sqlx(room: &str, code: &str) -> bool {
    let shapes = if matches!(room, "store" | "queue") { ROW_SHAPES } else { &[] };
    let rest = shapes.iter().fold(code.to_owned(), |code, shape| code.replace(shape, ""));
    rest.contains("sqlx::")
}

#[test]
fn no_file_is_longer_than_a_person_reads_at_once() {
    let long: Vec<String> = sources()
        .iter()
        .filter(|source| source.lines > MAX_LINES)
        .map(|source| format!("src/{}.rs: {} lines", source.name, source.lines))
        .collect();

    assert!(long.is_empty(), "more than {MAX_LINES} lines: {long:?}");
}

#[test]
fn only_cli_has_errors_without_a_type() {
    let wrong: Vec<String> = sources()
        .iter()
        .filter(|source| source.room() != "cli" && source.code.contains("anyhow"))
        .map(|source| format!("src/{}.rs", source.name))
        .collect();

    assert!(wrong.is_empty(), "rooms have an error type of their own: {wrong:?}");
}

#[test]
fn the_rules_catch_what_they_are_for() {
    for (room, code) in [
        ("domain", "use crate::db::Db;"),
        ("api", "use crate::{app::App, store::{users, tags}};"),
        ("store", "fn f() { crate::actions::search() }"),
        ("jobs", "use crate::{\n    queue::Run,\n    db,\n};"),
        ("main", "use brainly::db::Db;"),
    ] {
        assert_eq!(forbidden(room, code).len(), 1, "{room}: {code}");
    }
    for (room, code) in [
        ("api", "use crate::{app::App, actions::{self, search}};"),
        ("store", "use crate::db::{self, Tx};"),
        ("domain", "use super::clock::Timestamp; use other_crate::db::Db;"),
    ] {
        assert!(forbidden(room, code).is_empty(), "{room}: {code}");
    }
    assert!(speaks_to_sqlx("store", "sqlx::query(\"SELECT 1\")"));
    assert!(speaks_to_sqlx("actions", "#[derive(sqlx::FromRow)]"));
    assert!(!speaks_to_sqlx("store", "use sqlx::types::Json; #[derive(sqlx::FromRow)]"));
}
