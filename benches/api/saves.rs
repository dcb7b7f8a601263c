//! From the paste of a link to `enriched` and found by a word that only its page has.
//!
//! As people run it: on SQLite `serve` alone, on PostgreSQL `serve` and a `worker`. The page comes from this machine.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use axum::extract::Path;
use axum::response::Html;
use axum::routing::get as route;
use brainly::db::Engine;
use serde_json::{Value, json};

use super::connection::{Connection, get, post};
use super::database::Database;
use super::effort::Effort;
use super::load::quantile;
use super::server::{self, Server, User};
use super::site::Site;
use super::table::{Table, ms};

/// How long a save may take before the run is given up.
const PATIENCE: Duration = Duration::from_secs(20);
/// Between two looks.
const LOOK: Duration = Duration::from_millis(2);

/// Prints one table: how long saves took, one after the other.
pub(crate) async fn measure(engine: Engine, server: Option<&str>, effort: &Effort) -> Result<()> {
    let site = Site::start(|| async { Ok(axum::Router::new().route("/articles/{number}", route(article))) }).await?;
    let authority = site.address.to_string();
    let settings = [("FETCH_ALLOW_PRIVATE", authority.as_str())];
    let database = Database::new(engine, server).await?;
    let (brainly, _) = Server::start(&database, &settings).await?;
    let worker = (engine == Engine::Postgres).then(|| server::worker(&database, &settings)).transpose()?;
    let user = brainly.sign_up("saver").await?;

    let mut connection = Connection::open(brainly.address).await?;
    // The first one opens connections and caches; it also waits for the worker to be there.
    save_and_find(&mut connection, &user, &authority, 0).await?;
    let mut times = Vec::new();
    for number in 1..=effort.saves {
        times.push(save_and_find(&mut connection, &user, &authority, number).await?);
    }
    let title = format!("From a save to a find, {} saves, {}", effort.saves, engine.name());
    let mut table = Table::new(title, &["", "p50", "p90", "p99", "worst"]);
    let shares = [0.5, 0.9, 0.99, 1.0].map(|share| ms(quantile(&mut times, share)));
    table.row(["enriched and found".to_owned()].into_iter().chain(shares));
    table.print();
    drop((worker, brainly));
    database.remove().await
}

async fn save_and_find(connection: &mut Connection, user: &User, authority: &str, number: usize) -> Result<Duration> {
    let token = Some(user.token.as_str());
    let link = json!({ "title": "A page", "link": format!("http://{authority}/articles/{number}") });
    let saved = Instant::now();
    let answer = connection.json(&post("/api/v1/content", token, &link)).await?;
    let id = answer["content"]["id"].as_str().context("no id")?.to_owned();
    let search = get(&format!("/api/v1/search?mode=text&q={}", word(number)), token);
    while found(&connection.json(&search).await?).as_deref() != Some(&id) {
        ensure!(
            saved.elapsed() < PATIENCE,
            "not found: {}",
            connection.json(&get(&format!("/api/v1/content/{id}/enrichment"), token)).await?
        );
        tokio::time::sleep(LOOK).await;
    }
    let item = get(&format!("/api/v1/content/{id}"), token);
    while connection.json(&item).await?["enrichmentStatus"] != "enriched" {
        ensure!(saved.elapsed() < PATIENCE, "found but not enriched");
        tokio::time::sleep(LOOK).await;
    }
    Ok(saved.elapsed())
}

fn found(answer: &Value) -> Option<String> {
    Some(answer["results"].get(0)?["id"].as_str()?.to_owned())
}

/// A word that stands on one page only.
fn word(number: usize) -> String {
    format!("zephyr{number}q")
}

async fn article(Path(number): Path<usize>) -> Html<String> {
    let paragraph =
        "A kiln cools for longer than it fires, and whoever opens it too early hears the glaze break. ".repeat(6);
    Html(format!(
        "<!doctype html><html lang=en><head><title>Article {number}</title><meta name=description content='Notes on kilns'>\
         </head><body><nav>Home About</nav><article><h1>Article {number}</h1><p>{paragraph}</p><p>{} {paragraph}</p>\
         <p>{paragraph}</p></article><footer>Imprint</footer></body></html>",
        word(number)
    ))
}
