//! What seeing costs: the processor time of a request with metrics, with a tenth of the traces or all of them, beside one with nothing.
//!
//! The same binary four times on one database, asked in turn. Traces are sent to a collector in this process.

use std::iter;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use anyhow::Result;
use axum::Router;
use axum::body::Bytes;
use axum::http::StatusCode;
use brainly::db::Engine;
use serde_json::json;

use super::connection::{get, post};
use super::database::Database;
use super::effort::Effort;
use super::load::Load;
use super::seed::{self, Account};
use super::server::{BINARY, Server, User};
use super::site::Site;
use super::table::{Table, times};

/// As a handful of busy clients have open.
const CONNECTIONS: usize = 8;
/// Turns for one of other sections, each as much shorter: a share of a few hundredths is to be seen, and a machine drifts.
const PARTS: u32 = 4;
/// As much longer is measured in all.
const ROUNDS: u32 = 3;

/// Servers of one binary that are compared.
const KINDS: usize = 4;

/// Prints a table, and one for the binary `beside`.
pub(crate) async fn measure(
    engine: Engine,
    server: Option<&str>,
    effort: &Effort,
    beside: Option<&Path>,
) -> Result<()> {
    let collector = Site::start(|| async { Ok(Router::new().fallback(|_: Bytes| async { StatusCode::OK })) }).await?;
    let endpoint = format!("http://{}", collector.address);
    let database = Database::new(engine, server).await?;
    let inline = ("WORKER_INLINE", "off");
    let traced = ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str());
    let sampler = ("OTEL_TRACES_SAMPLER", "parentbased_traceidratio");
    let binaries: Vec<_> = iter::once(Path::new(BINARY)).chain(beside).collect();
    let mut servers = Vec::new();
    for binary in &binaries {
        for settings in [
            &[inline, ("METRICS", "off")][..],
            &[inline],
            &[inline, traced, sampler, ("OTEL_TRACES_SAMPLER_ARG", "0.1")],
            &[inline, traced],
        ] {
            servers.push(Server::of(binary, &database, settings).await?.0);
        }
    }
    let user = servers[0].sign_up("two_hundred").await?;
    // Hashing a password raises the size from which glibc asks the system for memory, and a page of 200 items costs a tenth less
    // then: all of them must have done it.
    for server in &servers[1..] {
        server.sign_in(user.name).await?;
    }
    let db = database.open().await?;
    seed::fill(&db, &[Account { user: &user, number: 1, items: 200, texts: true }]).await?;
    db.close().await;
    database.settle().await?;

    let token = Some(user.token.as_str());
    let mut tables: Vec<_> = binaries.iter().map(|binary| table(engine, binary)).collect();
    let mut of_each = vec![vec![0.0; rounds(effort)]; servers.len()];
    for (name, request) in [
        ("GET /content?limit=20", Some(get("/api/v1/content?limit=20", token))),
        ("GET /content, 200 items", Some(get("/api/v1/content", token))),
        ("GET /tags", Some(get("/api/v1/tags", token))),
        ("POST /content", None),
    ] {
        let loads: Vec<_> = servers.iter().map(|server| load(server, &user, request.clone())).collect();
        let costs = costs(&servers, &loads, effort).await?;
        for (table, costs) in tables.iter_mut().zip(costs.chunks(KINDS)) {
            table.row(row(name, costs));
        }
        for (sum, cost) in of_each.iter_mut().flatten().zip(costs.iter().flatten()) {
            *sum += cost;
        }
    }
    for (table, costs) in tables.iter_mut().zip(of_each.chunks(KINDS)) {
        table.row(row("one of each", costs));
    }
    tables.iter().for_each(Table::print);
    drop(servers);
    database.remove().await
}

fn table(engine: Engine, binary: &Path) -> Table {
    let whose = if binary == Path::new(BINARY) { String::new() } else { format!(", {}", binary.display()) };
    let columns =
        ["route", "neither", "metrics", "of that", "and a tenth of the traces", "of that", "and all traces", "of that"];
    Table::new(format!("Processor time of a request, {}{whose}", engine.name()), &columns)
}

fn load(server: &Server, user: &User, request: Option<Vec<u8>>) -> Load {
    let Some(request) = request else {
        let owner = user.clone();
        let save = move |number| {
            let link = format!("https://new.example.org/overhead/{number}");
            post("/api/v1/content", Some(&owner.token), &json!({ "title": "A link to save", "link": link }))
        };
        return Load { request: Rc::new(save), ..Load::repeat(server.address, vec![], CONNECTIONS) };
    };
    Load::repeat(server.address, request, CONNECTIONS)
}

const fn rounds(effort: &Effort) -> usize {
    effort.rounds * (PARTS * ROUNDS) as usize
}

/// What a request cost each server, turn by turn.
async fn costs(servers: &[Server], loads: &[Load], effort: &Effort) -> Result<Vec<Vec<f64>>> {
    for load in loads {
        load.run(effort.warm_up).await?;
    }
    let mut costs = vec![Vec::new(); servers.len()];
    for round in 0..rounds(effort) {
        // Whoever comes first in a round has the caches cold.
        for turn in 0..servers.len() {
            let at = (round + turn) % servers.len();
            costs[at].push(cost(&servers[at], &loads[at], effort.turn / PARTS).await?);
        }
    }
    Ok(costs)
}

fn row(name: &str, costs: &[Vec<f64>]) -> Vec<String> {
    let beside = |own: &[f64]| median(own.iter().zip(&costs[0]).map(|(own, bare)| own / bare).collect());
    let micros = |costs: &[f64]| format!("{:.0} µs", median(costs.to_vec()));
    let mut told = vec![name.to_owned(), micros(&costs[0])];
    told.extend(costs[1..].iter().flat_map(|own| [micros(own), times(beside(own))]));
    told
}

/// Microseconds of processor time that an answer cost.
#[expect(clippy::cast_precision_loss, reason = "a count of requests")]
async fn cost(server: &Server, load: &Load, turn: Duration) -> Result<f64> {
    let before = server.processor()?;
    let answers = load.run(turn).await?.latencies.len().max(1);
    Ok(server.processor()?.saturating_sub(before).as_secs_f64() * 1e6 / answers as f64)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
