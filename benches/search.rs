//! What a search costs one account among many: `scripts/bench-search` runs it on both engines.
//!
//! Texts of made-up words are saved, cut, indexed and embedded through the code that serves; only the model is one that
//! costs nothing (hashes of letters, 384 numbers), so that what is measured is the search without the question's own
//! embedding. The others have fifty chunks each.
//!
//!     --chunks 1000,10000,100000   how large the account grows, step by step
//!     --others 200                 how many accounts there are beside it
//!     --database-url URL           an empty PostgreSQL database; an SQLite file in a temporary folder without it

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement that can't go on panics, and what it prints is the result"
)]

use std::collections::HashSet;
use std::num::NonZeroU32;
use std::time::Instant;

use brainly::actions::{self, Capture, Captured, Mode, Search};
use brainly::app::App;
use brainly::config::{Config, Sources};
use brainly::db::{Db, migrate, sql};
use brainly::domain::{Clock, Note, Title, UserId};
use brainly::jobs;
use brainly::store::content_list::Filter;
use brainly::store::index::meaning;
use brainly::store::spaces;
use brainly::store::users::{self, NewUser};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

/// Questions at each step.
const QUESTIONS: usize = 200;

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    // `cargo bench` runs every bench with this one argument.
    if arguments[1..] == ["--bench".to_owned()] {
        return;
    }
    let value = |name: &str| arguments.iter().position(|one| one == name).and_then(|at| arguments.get(at + 1)).cloned();
    let steps = value("--chunks").unwrap_or_else(|| "1000,10000,100000".into());
    let others: usize = value("--others").map_or(200, |number| number.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let url =
        value("--database-url").unwrap_or_else(|| format!("sqlite://{}", folder.path().join("bench.db").display()));
    let db = Db::open(&url, NonZeroU32::new(10).unwrap()).await.unwrap();
    migrate::up(&db, 0, Clock::system().now()).await.unwrap();
    let sources = Sources::default()
        .env("BRAINLY_DATA_DIR", folder.path())
        .env("EMBEDDING_PROVIDER", "hashed")
        .env("EMBEDDING_DIMENSIONS", "384");
    let app = App::with_db(Config::from_sources(&sources).unwrap(), Clock::system(), db).unwrap();
    let mut words = Words(StdRng::seed_from_u64(7));

    for number in 0..others {
        let other = user(&app, &format!("other{number}")).await;
        save(&app, other, &words.text(50)).await;
    }
    let owner = user(&app, "owner").await;
    println!("| engine | chunks of the account | in the database | hybrid p50 | p95 | text p50 | recall@10 |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
    for step in steps.split(',').map(|step| step.trim().parse::<i64>().unwrap()) {
        grow(&app, owner, &mut words, step).await;
        report(&app, owner, &mut words).await;
    }
    app.db.close().await;
}

async fn grow(app: &App, owner: UserId, words: &mut Words, until: i64) {
    loop {
        let known = chunks(app, owner).await;
        if known >= until {
            break;
        }
        for _ in 0..((until - known) / 45).clamp(1, 50) {
            save(app, owner, &words.text(usize::try_from(until - known).unwrap().min(50))).await;
        }
        jobs::worker(app, None).drain().await.unwrap();
    }
    // What a worker does every quarter of an hour: a large account gets its index.
    actions::reconcile(app).await.unwrap();
}

async fn chunks(app: &App, owner: UserId) -> i64 {
    let sum = "SELECT CAST(COALESCE(SUM(chunks), 0) AS BIGINT) FROM content_digests WHERE user_id = $1";
    sql(sum).bind(owner).fetch_one::<(i64,)>(&app.db).await.unwrap().0
}

async fn report(app: &App, owner: UserId, words: &mut Words) {
    let questions: Vec<String> = (0..QUESTIONS).map(|_| words.sentence(4)).collect();
    let (hybrid_50, hybrid_95) = times(app, owner, &questions, Mode::Hybrid).await;
    let (text_50, _) = times(app, owner, &questions, Mode::Text).await;
    let recall = recall(app, owner, &questions[..50]).await;
    let all = actions::embedding_status(app).await.unwrap().totals.embedded_chunks;
    let own = chunks(app, owner).await;
    println!(
        "| {} | {own} | {all} | {hybrid_50:.1} ms | {hybrid_95:.1} ms | {text_50:.1} ms | {recall:.3} |",
        app.db.engine().name()
    );
}

async fn times(app: &App, owner: UserId, questions: &[String], mode: Mode) -> (f64, f64) {
    let mut times = Vec::new();
    for question in questions {
        let search = Search { text: question.clone(), mode, limit: 20, ..Search::default() };
        let begun = Instant::now();
        actions::search(app, owner, &search).await.unwrap();
        times.push(begun.elapsed().as_secs_f64() * 1000.0);
    }
    times.sort_by(f64::total_cmp);
    (times[times.len() / 2], times[times.len() * 95 / 100])
}

/// The share of the ten nearest chunks that are found; a filter that lets everything through makes the search exact.
async fn recall(app: &App, owner: UserId, questions: &[String]) -> f64 {
    let space = spaces::list(&app.db).await.unwrap()[0].id;
    let exact = Filter { archived: Some(false), ..Filter::default() };
    let (mut found, mut all) = (0, 0);
    for question in questions {
        let vector = app.models.current().unwrap().question(question).await.unwrap();
        let near = async |filter: &Filter| -> HashSet<i64> {
            let near = meaning::nearest(&app.db, space, owner, &vector, filter, 10).await.unwrap();
            near.into_iter().map(|near| near.chunk_id).collect()
        };
        let (given, true_ones) = (near(&Filter::default()).await, near(&exact).await);
        found += given.intersection(&true_ones).count();
        all += true_ones.len();
    }
    #[expect(clippy::cast_precision_loss, reason = "there are at most 500")]
    let share = found as f64 / all.max(1) as f64;
    share
}

async fn user(app: &App, name: &str) -> UserId {
    let now = app.clock.now();
    let new = NewUser { username: Some(name), username_key: Some(name), auth_provider: "local", ..NewUser::default() };
    let mut tx = app.db.begin().await.unwrap();
    let made = users::create(&mut tx, UserId::new(now), &new, now).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    made.id
}

async fn save(app: &App, owner: UserId, text: &str) {
    let capture = Capture {
        what: Captured::Text(Note::parse(text).unwrap()),
        title: Some(Title::parse("Made up").unwrap()),
        tags: Vec::new(),
        note: None,
    };
    actions::capture(app, owner, capture).await.unwrap();
}

/// Words of a made-up language, the early ones much more frequent than the late ones.
struct Words(StdRng);

impl Words {
    /// A text of about so many chunks.
    fn text(&mut self, chunks: usize) -> String {
        (0..chunks * 5).map(|_| self.sentence(9)).collect::<Vec<_>>().join(". ")
    }

    fn sentence(&mut self, words: usize) -> String {
        (0..words).map(|_| self.word()).collect::<Vec<_>>().join(" ")
    }

    fn word(&mut self) -> String {
        const SYLLABLES: [&str; 16] =
            ["ka", "lo", "mi", "ren", "tu", "sha", "vo", "bel", "di", "nu", "far", "gi", "osk", "pe", "zan", "ur"];
        let share: f64 = self.0.random();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place among 30,000")]
        let mut rank = (share.powi(3) * 30_000.0) as usize + 16;
        let mut word = String::new();
        while rank > 0 {
            word.push_str(SYLLABLES[rank % 16]);
            rank /= 16;
        }
        word
    }
}
