//! The main routes: requests per second and latency, beside a bare handler that runs the same statement.

use std::rc::Rc;

use anyhow::{Context as _, Result};
use brainly::db::Engine;
use brainly::domain::{ContentId, UserId};
use bytes::Bytes;
use serde_json::{Value, json};

use super::bare::{self, Bare, Bodies};
use super::connection::{Connection, get, post};
use super::database::Database;
use super::effort::Effort;
use super::load::{Load, Measured, in_turns};
use super::seed::{self, Account};
use super::server::{Server, User};
use super::site::Site;
use super::table::{Table, ms, percent, rate};

/// As a handful of busy clients have open.
const CONNECTIONS: usize = 8;
/// The account by which everything but the list is measured.
const USUAL: usize = 1;

/// Prints two tables: the list at three sizes, and the other routes.
pub(crate) async fn measure(engine: Engine, server: Option<&str>, effort: &Effort) -> Result<()> {
    let database = Database::new(engine, server).await?;
    let (brainly, _) = Server::start(&database, &[("WORKER_INLINE", "off")]).await?;
    let mut users = Vec::new();
    for name in ["twenty", "two_hundred", "thousand", "saver"] {
        users.push(brainly.sign_up(name).await?);
    }
    let filled: Vec<Account<'_>> = users
        .iter()
        .zip([20, 200, 1000])
        .zip(1..)
        .map(|((user, items), number)| Account { user, number, items, texts: true })
        .collect();
    let db = database.open().await?;
    seed::fill(&db, &filled).await?;
    db.close().await;
    database.settle().await?;

    lists(&brainly, &database, &filled, effort).await?;
    others(&brainly, &database, &users[USUAL], &users[3], effort).await?;
    drop(brainly);
    database.remove().await
}

/// `GET /content` at each size, beside both bare handlers.
async fn lists(brainly: &Server, database: &Database, accounts: &[Account<'_>], effort: &Effort) -> Result<()> {
    let title = format!("GET /content, all items on one page, {}", database.engine.name());
    let mut table = Table::new(
        title,
        &[
            "items",
            "KiB",
            "requests/s",
            "p50",
            "p99",
            "bare, bytes ready: /s",
            "of that",
            "bare, JSON written: /s",
            "of that",
        ],
    );
    for Account { user, items, .. } in accounts {
        let request = get("/api/v1/content", Some(&user.token));
        let page = body(brainly, &request).await?;
        let kib = page.len() / 1024;
        let beside = site(database, user, Bodies { page: page.clone(), ..Bodies::default() }).await?;
        same_bytes(&beside, "/written/content", &page).await?;
        let loads = [
            Load::repeat(brainly.address, request, CONNECTIONS),
            Load::repeat(beside.address, get("/ready/content", None), CONNECTIONS),
            Load::repeat(beside.address, get("/written/content", None), CONNECTIONS),
        ];
        let measured = in_turns(&loads, effort).await?;
        let [ours, ready, written] = &measured[..] else { unreachable!("three loads, three results") };
        let mut row = vec![items.to_string(), kib.to_string()];
        row.extend(speed(ours));
        row.extend([ready, written].into_iter().flat_map(|bare| [rate(bare.rate()), percent(ours.beside(bare))]));
        table.row(row);
    }
    table.print();
    Ok(())
}

/// Every other main route of an account of 200 items.
async fn others(brainly: &Server, database: &Database, user: &User, saver: &User, effort: &Effort) -> Result<()> {
    let token = Some(user.token.as_str());
    let newest = get("/api/v1/content?limit=1", token);
    let page: Value = serde_json::from_slice(&body(brainly, &newest).await?)?;
    let id = page["content"][0]["id"].as_str().context("no item")?;
    let item = get(&format!("/api/v1/content/{id}"), token);
    let (tags, health) = (get("/api/v1/tags", token), get("/health", None));
    let search = get("/api/v1/search?q=topic7&mode=text", token);
    let bodies = Bodies {
        item: body(brainly, &item).await?,
        tags: body(brainly, &tags).await?,
        health: body(brainly, &health).await?,
        saved: body(brainly, &save(saver, u64::MAX)).await?,
        ..Bodies::default()
    };
    let beside = site(database, user, bodies).await?;
    let routes = [
        ("GET /content/:id", item, Some(get("/ready/item", None))),
        ("GET /tags, 10 tags", tags, Some(get("/ready/tags", None))),
        ("GET /health", health, Some(get("/ready/health", None))),
        ("GET /search, 10 of 200 match", search, None),
    ];

    let title = format!("Other routes, an account of 200 items, {}", database.engine.name());
    let mut table = Table::new(title, &["route", "requests/s", "p50", "p99", "bare, bytes ready: /s", "of that"]);
    for (name, request, bare) in routes {
        let ours = Load::repeat(brainly.address, request, CONNECTIONS);
        let bare = bare.map(|request| Load::repeat(beside.address, request, CONNECTIONS));
        table.row(pair(name, ours, bare, effort).await?);
    }
    let owner = saver.clone();
    let ours =
        Load { request: Rc::new(move |n| save(&owner, n)), ..Load::repeat(brainly.address, vec![], CONNECTIONS) };
    let bare = Load { request: Rc::new(|n| post("/ready/save", None, &link(n))), ..ours.clone() };
    let bare = Load { address: beside.address, ..bare };
    table.row(pair("POST /content", ours, Some(bare), effort).await?);
    table.print();
    Ok(())
}

async fn pair(name: &str, ours: Load, bare: Option<Load>, effort: &Effort) -> Result<Vec<String>> {
    let loads: Vec<Load> = [Some(ours), bare].into_iter().flatten().collect();
    let measured = in_turns(&loads, effort).await?;
    let mut row = vec![name.to_owned()];
    row.extend(speed(&measured[0]));
    row.extend(match measured.get(1) {
        Some(bare) => [rate(bare.rate()), percent(measured[0].beside(bare))],
        None => ["–".to_owned(), "–".to_owned()],
    });
    Ok(row)
}

fn speed(measured: &Measured) -> [String; 3] {
    [rate(measured.rate()), ms(measured.latency(0.5)), ms(measured.latency(0.99))]
}

fn save(user: &User, number: u64) -> Vec<u8> {
    post("/api/v1/content", Some(&user.token), &link(number))
}

fn link(number: u64) -> Value {
    json!({ "title": "A link to save", "link": format!("https://new.example.org/articles/{number}") })
}

async fn body(brainly: &Server, request: &[u8]) -> Result<Bytes> {
    let mut connection = Connection::open(brainly.address).await?;
    connection.json(request).await?;
    Ok(Bytes::copy_from_slice(connection.body()))
}

/// The bare handlers for `user`; the item that they read is the newest.
async fn site(database: &Database, user: &User, bodies: Bodies) -> Result<Site> {
    let owner = UserId(user.id);
    let db = database.open().await?;
    let (item,) = brainly::db::sql("SELECT id FROM contents WHERE user_id = $1 ORDER BY created_at DESC LIMIT 1")
        .bind(owner)
        .fetch_one::<(ContentId,)>(&db)
        .await?;
    db.close().await;
    let (url, pool) = (database.url.clone(), super::database::POOL);
    Site::start(move || async move {
        let db = brainly::db::Db::open(&url, pool).await?;
        Ok(bare::router(Bare { db, owner, item, bodies }))
    })
    .await
}

/// The bare handler must send what Brainly sends, or the two can't be compared.
async fn same_bytes(site: &Site, path: &str, expected: &[u8]) -> Result<()> {
    let mut connection = Connection::open(site.address).await?;
    connection.json(&get(path, None)).await?;
    anyhow::ensure!(connection.body() == expected, "{path} does not send the bytes that Brainly sends");
    Ok(())
}
