//! Accounts full of items, made by the database itself: a million of them in well under a minute.
//!
//! The rows are what the API would have left: ids that grow with time, totals, tags with their counts, words in the index
//! where an account is small enough to be searched.

use anyhow::Result;
use brainly::db::{Db, Engine, Tx, sql};
use brainly::domain::{ContentId, UserId};
use brainly::store::content_counts;
use brainly::store::index::words;
use brainly::text;

use super::server::User;

/// Seconds since 1970 of the item before the first; each is a second younger than the last.
const BEGIN: &str = "1770000000";
/// Every account has as many tags.
const TAGS: i64 = 10;

/// An account to fill.
pub(crate) struct Account<'a> {
    pub(crate) user: &'a User,
    /// Different for each account of a database: its items' ids are made from it.
    pub(crate) number: i64,
    pub(crate) items: i64,
    /// A page's text on each item, and its words in the index; without it an item takes a tenth of the room.
    pub(crate) texts: bool,
}

/// Fills `accounts`, and counts everything once at the end.
pub(crate) async fn fill(db: &Db, accounts: &[Account<'_>]) -> Result<()> {
    let mut tx = db.begin().await?;
    for account in accounts {
        insert_items(&mut tx, account).await?;
        insert_tags(&mut tx, account).await?;
        if account.texts {
            index(&mut tx, UserId(account.user.id)).await?;
        }
    }
    content_counts::recount(&mut tx).await?;
    Ok(tx.commit().await?)
}

async fn insert_items(tx: &mut Tx<'_>, account: &Account<'_>) -> Result<()> {
    let engine = tx.engine();
    let (id, at, n) = (item_id(engine), time(engine), "CAST(i AS TEXT)");
    let statement = format!(
        "INSERT INTO contents (id, user_id, title, link, content_id, type, canonical_link, canonical_hash, canonical_url, \
         enrichment_status, enriched_at, meta_title, meta_description, meta_author, meta_thumbnail, meta_language, \
         meta_site_name, word_count, reading_time_seconds, full_text_type, full_text, created_at, updated_at) {NUMBERS} \
         SELECT {id}, $3, 'How kiln number ' || {n} || ' is fired, and what it does to the glaze', \
         'https://pots.example.org/articles/' || {n}, SUBSTR({key}, 21), CASE i % 4 WHEN 0 THEN 'github' ELSE 'link' END, \
         'https://pots.example.org/articles/' || {n}, {hash}, 'https://pots.example.org/articles/' || {n}, 'enriched', \
         {at}, 'How kiln number ' || {n} || ' is fired', \
         'A potter''s notes on cones, draughts and cooling, with every mistake of a winter and what was learned from it.', \
         'Ada Example', 'https://pots.example.org/pictures/' || {n} || '.jpg', 'en', 'Pots', 640, 192, 'article', \
         CASE WHEN $4 = '' THEN NULL ELSE $4 || ' topic' || CAST(i % 20 AS TEXT) END, {at}, {at} FROM n",
        key = item_key(engine),
        hash = bytes(engine, &item_key(engine)),
    );
    let text = if account.texts { page_text() } else { String::new() };
    let owner = UserId(account.user.id);
    sql(&statement).bind(account.items).bind(account.number).bind(owner).bind(text).execute(tx).await?;
    Ok(())
}

/// Two tags on an item with texts, one on the others.
async fn insert_tags(tx: &mut Tx<'_>, account: &Account<'_>) -> Result<()> {
    let engine = tx.engine();
    let (id, at, tag) = (item_id(engine), time(engine), tag_id(engine, "i"));
    sql(&format!(
        "INSERT INTO tags (id, name, user_id, created_at) {NUMBERS} SELECT {tag}, 'tag ' || CAST(i AS TEXT), $3, {at} FROM n"
    ))
    .bind(TAGS)
    .bind(account.number)
    .bind(UserId(account.user.id))
    .execute(tx)
    .await?;
    for step in if account.texts { &[0, 3][..] } else { &[0] } {
        let tag = tag_id(engine, &format!("1 + (i + {step}) % {TAGS}"));
        sql(&format!(
            "INSERT INTO content_tags (content_id, tag_id, content_created_at) {NUMBERS} SELECT {id}, {tag}, {at} FROM n"
        ))
        .bind(account.items)
        .bind(account.number)
        .execute(tx)
        .await?;
    }
    Ok(())
}

/// Puts the words of all items into the index, as the worker would.
async fn index(tx: &mut Tx<'_>, owner: UserId) -> Result<()> {
    let items: Vec<(ContentId, String, String)> =
        sql("SELECT id, title, full_text FROM contents WHERE user_id = $1").bind(owner).fetch_all(&mut *tx).await?;
    for (id, title, full_text) in items {
        let counted = text::words::term_frequencies(&title, &full_text, Some("en"));
        let document =
            words::Document { terms: counted.terms, length: counted.length, language: Some("en".to_owned()) };
        words::put(tx, owner, id, &document).await?;
    }
    Ok(())
}

/// About four kilobytes in which words repeat as they do in prose.
fn page_text() -> String {
    let word =
        |n: usize| format!("{}{}", ["kiln", "glaze", "cone", "clay", "ash", "draught", "shelf"][n % 7], n * n % 211);
    (0..600).map(word).collect::<Vec<_>>().join(" ")
}

/// `n(i)` from 1 to `$1`, the same on both engines.
const NUMBERS: &str = "WITH RECURSIVE n (i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < $1)";

/// 32 hex digits shaped like a version 7 UUID: milliseconds, then the account, then the item.
fn item_key(engine: Engine) -> String {
    let (ms, account, item) =
        (hex(engine, &format!("({BEGIN} + i) * 1000"), 12), hex(engine, "$2", 3), hex(engine, "i", 15));
    format!("({ms} || '7' || {account} || '8' || {item})")
}

fn item_id(engine: Engine) -> String {
    uuid(engine, &item_key(engine))
}

fn tag_id(engine: Engine, number: &str) -> String {
    let key = format!("('0190000000007' || {} || '8' || {})", hex(engine, "$2", 3), hex(engine, number, 15));
    uuid(engine, &key)
}

fn time(engine: Engine) -> String {
    match engine {
        Engine::Sqlite => format!("strftime('%Y-%m-%dT%H:%M:%S+00:00', {BEGIN} + i, 'unixepoch')"),
        Engine::Postgres => format!("to_timestamp({BEGIN} + i)"),
    }
}

fn hex(engine: Engine, number: &str, width: u8) -> String {
    match engine {
        Engine::Sqlite => format!("printf('%0{width}x', {number})"),
        Engine::Postgres => format!("lpad(to_hex(CAST({number} AS BIGINT)), {width}, '0')"),
    }
}

fn uuid(engine: Engine, key: &str) -> String {
    match engine {
        Engine::Sqlite => format!("unhex({key})"),
        Engine::Postgres => format!("CAST({key} AS uuid)"),
    }
}

fn bytes(engine: Engine, key: &str) -> String {
    match engine {
        Engine::Sqlite => format!("unhex({key})"),
        Engine::Postgres => format!("decode({key}, 'hex')"),
    }
}
