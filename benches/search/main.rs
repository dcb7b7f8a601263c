//! What a search costs one large account among many: `scripts/bench-search` runs it on both engines.
//!
//! An account grows among others, step by step, until it has all the pieces that it shall have; then the others grow. Rows are
//! written through the store, as indexing and embedding would leave them; what is measured is `actions::search`, whole. Texts
//! are of made-up words about made-up topics, and vectors follow from the words as a model's do ([`tongue`]), so that
//! questions have near pieces, less near ones, and many that are far. A small server gives the question its vector, in a millisecond
//! that is counted.
//!
//!     --chunks 1000,10000,100000   how large the account grows, step by step
//!     --others 200                 how many accounts there are beside it, with fifty pieces each at first
//!     --all 1000000                how many pieces the database has in the end
//!     --per-item 10                pieces of an item
//!     --database-url URL           an empty database; an SQLite file in a temporary folder without it. One that an earlier run filled
//!                                  is measured as it is
//!     --ask hybrid                 questions of that mode alone, two thousand: for a profiler

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement that can't go on panics, and what it prints is the result"
)]

mod brain;
mod model;
mod report;
mod tongue;

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use brainly::actions;
use brainly::app::App;
use brainly::config::{Config, Sources};
use brainly::db::{Db, Engine, migrate};
use brainly::domain::Clock;

use brain::Brain;
use tongue::Tongue;

/// `autovacuum_naptime`, and some more: whoever has not come by then has nothing to do.
const QUIET_SECONDS: u32 = 65;

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    // `cargo bench` runs every bench with this one argument.
    if arguments[1..] == ["--bench".to_owned()] {
        return;
    }
    let value = |name: &str| arguments.iter().position(|one| one == name).and_then(|at| arguments.get(at + 1)).cloned();
    let number = |name: &str, default: usize| value(name).map_or(default, |number| number.parse().unwrap());
    let steps = value("--chunks").unwrap_or_else(|| "1000,10000,100000".into());
    let (others, all, per_item) = (number("--others", 200), number("--all", 1_000_000), number("--per-item", 10));
    let folder = tempfile::tempdir().unwrap();
    let url =
        value("--database-url").unwrap_or_else(|| format!("sqlite://{}", folder.path().join("bench.db").display()));
    let tongue = Arc::new(Tongue::new());
    let app = app(&url, folder.path(), &model::serve(Arc::clone(&tongue)).await).await;

    if let Some(owner) = Brain::kept(&app, &tongue, "owner").await {
        match value("--ask") {
            Some(mode) => report::ask(&app, &tongue, &owner, mode.parse().unwrap()).await,
            None => report::table(&app, &tongue, &owner).await,
        }
        return app.db.close().await;
    }
    let mut neighbours = Vec::new();
    for number in 0..others {
        let mut brain = Brain::new(&app, &tongue, &format!("other{number}"), 100 + number as u64, false).await;
        brain.grow(&app, 50, per_item, 10).await;
        neighbours.push(brain);
    }
    let mut owner = Brain::new(&app, &tongue, "owner", 7, true).await;
    report::heading();
    for step in steps.split(',').map(|step| step.trim().parse::<usize>().unwrap()) {
        owner.grow(&app, step, per_item, 60).await;
        settle(&app).await;
        report::line(&app, &tongue, &owner, step + others * 50).await;
    }
    if all > owner.count + others * 50 {
        let each = (all - owner.count) / others.max(1);
        for brain in &mut neighbours {
            brain.grow(&app, each, per_item, 10).await;
        }
        settle(&app).await;
        report::line(&app, &tongue, &owner, owner.count + others * each).await;
    }
    app.db.close().await;
}

async fn app(url: &str, folder: &std::path::Path, model: &str) -> App {
    let db = Db::open(url, NonZeroU32::new(10).unwrap()).await.unwrap();
    migrate::up(&db, 0, Clock::system().now()).await.unwrap();
    let sources = Sources::default()
        .env("BRAINLY_DATA_DIR", folder)
        .env("EMBEDDING_PROVIDER", "openai")
        .env("OPENAI_BASE_URL", model)
        .env("EMBEDDING_MODEL", "tongue")
        .env("EMBEDDING_DIMENSIONS", tongue::DIMENSIONS.to_string());
    App::with_db(Config::from_sources(&sources).unwrap(), Clock::system(), db).unwrap()
}

/// What a worker and the database do in quiet hours: large accounts get their index, and the planner its statistics. PostgreSQL cleans up
/// after so many rows for a minute or two, on the same processors; that is waited for.
async fn settle(app: &App) {
    actions::reconcile(app).await.unwrap();
    let mut tx = app.db.begin().await.unwrap();
    brainly::db::sql("ANALYZE").execute(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    if app.db.engine() == Engine::Sqlite {
        return;
    }
    let mut quiet = 0;
    while quiet < QUIET_SECONDS {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let cleaning = "SELECT COUNT(*) FROM pg_stat_activity WHERE backend_type = 'autovacuum worker'";
        let (cleaning,): (i64,) = brainly::db::sql(cleaning).fetch_one(&app.db).await.unwrap();
        quiet = if cleaning == 0 { quiet + 1 } else { 0 };
    }
}
