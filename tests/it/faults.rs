//! What the queue stands on breaks, and nothing is lost or done twice in effect: the short form of `scripts/fault-queue`.
//!
//! The queue's own part, rescuers and clocks, stands in `queue/faults.rs`.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};
use std::time::Duration;

use brainly::db::{Db, Engine, sql};
use brainly::domain::Clock;
use serde_json::json;

use crate::cli::binary::Binary;
use crate::harness::{self, Client, Scratch, TestApp, on_both_engines};

const ITEMS: usize = 200;
const PAIRS_OF_KILLS: u64 = 10;
/// Killing is not to look like a poisonous job, and no host is to be spared.
const SETTINGS: [(&str, &str); 3] =
    [("ENRICH_MAX_ATTEMPTS", "100"), ("FETCH_HOST_SPACING", "0s"), ("FETCH_HOST_CONCURRENCY", "64")];

/// Numbers that must be zero at the end, whatever went on.
const NOTHING: [(&str, &str); 10] = [
    ("items without their text", "SELECT COUNT(*) FROM contents WHERE enrichment_status <> 'enriched'"),
    ("open or failed jobs", "SELECT COUNT(*) FROM jobs WHERE state <> 'completed'"),
    (
        "items that their own word does not find, or finds with another weight than the rest",
        "SELECT COUNT(*) FROM contents c WHERE NOT EXISTS (SELECT 1 FROM word_documents d JOIN word_postings p \
         ON p.brain = d.brain AND p.document = d.document AND p.term = c.title AND p.frequency = \
         (SELECT MIN(q.frequency) FROM word_postings q JOIN contents o ON o.title = q.term) WHERE d.content_id = c.id)",
    ),
    ("more than one item of a link", "SELECT COUNT(*) - COUNT(DISTINCT link) FROM contents"),
    (
        "more than one job of an item",
        "SELECT COUNT(*) - COUNT(DISTINCT unique_key) FROM jobs WHERE kind = 'enrich_content'",
    ),
    (
        "items of which the ledger knows nothing",
        "SELECT COUNT(*) FROM contents WHERE id NOT IN (SELECT content_id FROM enrichment_attempts WHERE outcome = 'enriched')",
    ),
    (
        "more entries in the ledger than runs",
        "SELECT CASE WHEN entries > runs THEN entries - runs ELSE 0 END FROM \
         (SELECT (SELECT COUNT(*) FROM enrichment_attempts) AS entries, (SELECT CAST(SUM(attempt) AS bigint) FROM jobs) AS runs) AS t",
    ),
    (
        "totals of words that differ from a scan",
        "SELECT COUNT(*) FROM word_totals t WHERE documents <> (SELECT COUNT(*) FROM word_documents d WHERE d.brain = t.brain) \
         OR words <> (SELECT COUNT(*) FROM word_postings p WHERE p.brain = t.brain)",
    ),
    (
        "counts of jobs that differ from a scan",
        "SELECT COUNT(*) FROM (SELECT 1 AS one FROM (SELECT queue, kind, state, jobs AS n FROM job_counts UNION ALL \
         SELECT queue, kind, state, -1 FROM jobs) AS a GROUP BY queue, kind, state HAVING SUM(n) <> 0) AS t",
    ),
    (
        "counts of items that differ from a scan",
        "SELECT COUNT(*) FROM (SELECT 1 AS one FROM (SELECT user_id, bucket, items AS n FROM content_counts \
         UNION ALL SELECT user_id, 'live', -1 FROM contents UNION ALL SELECT user_id, 'type:' || type, -1 FROM contents \
         UNION ALL SELECT user_id, 'status:' || enrichment_status, -1 FROM contents) AS a GROUP BY user_id, bucket \
         HAVING SUM(n) <> 0) AS t",
    ),
];

async fn assert_nothing_lost_or_doubled(db: &Db, items: usize) {
    let mut wrong = Vec::new();
    for (what, statement) in NOTHING {
        let (number,): (i64,) = sql(&format!("SELECT CAST(({statement}) AS bigint)")).fetch_one(db).await.unwrap();
        wrong.extend((number != 0).then(|| format!("{number} {what}")));
    }
    assert!(wrong.is_empty(), "{wrong:?}");
    let (kept,): (i64,) = sql("SELECT COUNT(*) FROM contents").fetch_one(db).await.unwrap();
    assert_eq!(usize::try_from(kept), Ok(items), "what was answered is there");
}

/// Saves a page that has a word of its own, and returns the status of the answer.
async fn save(app: &TestApp, client: &Client, number: usize) -> u16 {
    let word = format!("w{number}x");
    let rain = "It rained for most of the long afternoon in the village. ".repeat(8);
    let link = app.site.article(&format!("/{number}"), "Page", &format!("This page is about {word} alone. {rain}"));
    client.post("/api/v1/content", json!({ "title": word, "link": link })).await.status.as_u16()
}

/// Starts a worker and waits until it works.
fn working(brainly: &Binary) -> Child {
    let mut worker = brainly
        .command(&["worker", "--concurrency", "4"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut log = BufReader::new(worker.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("\"working\"") {
        line.clear();
        assert_ne!(log.read_line(&mut line).unwrap(), 0, "the worker ended before it worked");
    }
    // What it says later is read by nobody, and must not stop it.
    std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
    worker
}

on_both_engines! {
    async fn workers_killed_at_any_moment_lose_nothing_and_do_nothing_twice(scratch: Scratch) {
        let app = TestApp::with(scratch.db.clone(), &SETTINGS).await;
        let ada = app.sign_up("ada").await;
        for number in 0..ITEMS {
            assert_eq!(save(&app, &ada, number).await, 201);
        }
        let brainly = SETTINGS.iter().fold(Binary::on(&scratch), |brainly, (name, value)| brainly.env(name, value));
        let brainly = brainly.env("FETCH_ALLOW_PRIVATE", &app.site.authority()).env("LOG_FORMAT", "json");

        for pair in 0..PAIRS_OF_KILLS {
            let workers = [working(&brainly), working(&brainly)];
            // Moments all over the first 150 ms; they need not be the same in two runs.
            tokio::time::sleep(Duration::from_millis(pair * 71 % 150)).await;
            for mut worker in workers {
                worker.kill().unwrap();
                worker.wait().unwrap();
            }
        }
        let (cut,): (i64,) = sql("SELECT COUNT(*) FROM jobs WHERE state = 'running'").fetch_one(&app.app.db).await.unwrap();
        assert!(cut > 0, "no kill met a job");
        app.clock.advance((Clock::system().now() - app.clock.now()).to_std().unwrap() + Duration::from_mins(1));
        app.run_jobs().await;

        assert_nothing_lost_or_doubled(&app.app.db, ITEMS).await;
    }
}

/// How large SQLite's file may be, in pages; none is as large as it likes.
async fn limit_disk(db: &Db, pages: Option<i64>) {
    let mut tx = db.begin().await.unwrap();
    let (now,): (i64,) = sql("PRAGMA page_count").fetch_one(&mut tx).await.unwrap();
    let limit = pages.map_or(1 << 30, |more| now + more);
    sql(&format!("PRAGMA max_page_count = {limit}")).fetch_one::<(i64,)>(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
}

#[test]
fn a_full_disk_refuses_saves_for_as_long_as_it_is_full_and_nothing_answered_is_lost() {
    harness::run(Engine::Sqlite, async |scratch| {
        let app = TestApp::with(scratch.db.clone(), &SETTINGS).await;
        let ada = app.sign_up("ada").await;
        limit_disk(&scratch.db, Some(4)).await;

        let mut saved = 0;
        while save(&app, &ada, saved).await == 201 {
            saved += 1;
            assert!(saved < 1_000, "the disk is never full");
        }
        assert_eq!(save(&app, &ada, saved).await, 503);
        limit_disk(&scratch.db, None).await;
        for number in saved..saved + 20 {
            assert_eq!(save(&app, &ada, number).await, 201);
        }
        app.run_jobs().await;

        assert_nothing_lost_or_doubled(&app.app.db, saved + 20).await;
    });
}

#[test]
fn a_transaction_that_sqlite_rolled_back_by_itself_leaves_a_writer_that_writes() {
    harness::run(Engine::Sqlite, async |scratch| {
        let mut tx = scratch.db.begin().await.unwrap();
        // What SQLite does of its own accord when a commit meets a full disk or a failing one.
        sql("ROLLBACK").execute(&mut tx).await.unwrap();
        drop(tx);

        let app = TestApp::with(scratch.db.clone(), &SETTINGS).await;
        let ada = app.sign_up("ada").await;

        assert_eq!(save(&app, &ada, 1).await, 201);
    });
}
