//! Reads while 64 people sign in without a pause: each sign-in hashes a password.

use std::time::Duration;

use anyhow::Result;
use brainly::db::Engine;
use serde_json::json;

use super::connection::{get, post};
use super::database::Database;
use super::effort::Effort;
use super::load::{Load, Measured};
use super::seed::{self, Account};
use super::server::{PASSWORD, Server};
use super::table::{Table, ms, rate, times};

/// People who sign in at a time.
const SIGN_INS: usize = 64;
/// People who read, and what they wait between two reads.
const READERS: usize = 4;
const PAUSE: Duration = Duration::from_millis(5);

/// Prints one table: idle, then under sign-ins.
pub(crate) async fn measure(engine: Engine, server: Option<&str>, effort: &Effort) -> Result<()> {
    let database = Database::new(engine, server).await?;
    let (brainly, _) = Server::start(&database, &[("WORKER_INLINE", "off")]).await?;
    let user = brainly.sign_up("reader").await?;
    let db = database.open().await?;
    seed::fill(&db, &[Account { user: &user, number: 1, items: 20, texts: true }]).await?;
    db.close().await;
    database.settle().await?;

    let request = get("/api/v1/content", Some(&user.token));
    let reads = Load { pause: PAUSE, ..Load::repeat(brainly.address, request, READERS) };
    let credentials = json!({ "username": user.name, "password": PASSWORD });
    let sign_ins = Load::repeat(brainly.address, post("/api/v1/signin", None, &credentials), SIGN_INS);
    let (idle, busy, signed_in) = in_turns(&reads, &sign_ins, effort).await?;

    let title = format!("GET /content (20 items) beside {SIGN_INS} sign-ins at a time, {}", engine.name());
    let mut table = Table::new(title, &["", "reads/s", "p50", "p99", "sign-ins/s"]);
    table.row(row("idle", &idle, "0".to_owned()));
    table.row(row("under sign-ins", &busy, rate(signed_in.rate())));
    let ratio = |share| times(busy.latency(share).as_secs_f64() / idle.latency(share).as_secs_f64());
    table.row(["ratio".to_owned(), String::new(), ratio(0.5), ratio(0.99), String::new()]);
    table.print();
    drop(brainly);
    database.remove().await
}

/// Reads alone, then reads with sign-ins, round after round; the first round of each is thrown away.
async fn in_turns(reads: &Load, sign_ins: &Load, effort: &Effort) -> Result<(Measured, Measured, Measured)> {
    let time = effort.turn * 2;
    let (mut idle, mut busy, mut signed_in) = (Measured::default(), Measured::default(), Measured::default());
    for round in 0..=effort.rounds {
        let alone = reads.run(time).await?;
        let (beside, flood) = tokio::try_join!(reads.run(time), sign_ins.run(time))?;
        if round > 0 {
            idle.add(alone);
            busy.add(beside);
            signed_in.add(flood);
        }
    }
    Ok((idle, busy, signed_in))
}

fn row(name: &str, reads: &Measured, sign_ins: String) -> [String; 5] {
    [name.to_owned(), rate(reads.rate()), ms(reads.latency(0.5)), ms(reads.latency(0.99)), sign_ins]
}
