//! What seeing costs: the processor time of a request with metrics, with a tenth of the traces or all of them, beside one with nothing.
//!
//! The same binary four times on one database, asked in turn. Traces are sent to a collector in this process.

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
use super::server::{Server, User};
use super::site::Site;
use super::table::{Table, times};

/// As a handful of busy clients have open.
const CONNECTIONS: usize = 8;
/// Turns beside those of other sections: a share of a few hundredths is to be seen.
const ROUNDS: usize = 3;

/// Servers that are compared.
const KINDS: usize = 4;

/// Prints one table.
pub(crate) async fn measure(engine: Engine, server: Option<&str>, effort: &Effort) -> Result<()> {
    let collector = Site::start(|| async { Ok(Router::new().fallback(|_: Bytes| async { StatusCode::OK })) }).await?;
    let endpoint = format!("http://{}", collector.address);
    let database = Database::new(engine, server).await?;
    let inline = ("WORKER_INLINE", "off");
    let (neither, _) = Server::start(&database, &[inline, ("METRICS", "off")]).await?;
    let (metrics, _) = Server::start(&database, &[inline]).await?;
    let traced = ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str());
    let (all, _) = Server::start(&database, &[inline, traced]).await?;
    let sampler = ("OTEL_TRACES_SAMPLER", "parentbased_traceidratio");
    let (tenth, _) = Server::start(&database, &[inline, traced, sampler, ("OTEL_TRACES_SAMPLER_ARG", "0.1")]).await?;
    let user = neither.sign_up("two_hundred").await?;
    // Hashing a password raises the size from which glibc asks the system for memory, and a page of 200 items costs a tenth less
    // then: all of them must have done it.
    for server in [&metrics, &tenth, &all] {
        server.sign_in(user.name).await?;
    }
    let db = database.open().await?;
    seed::fill(&db, &[Account { user: &user, number: 1, items: 200, texts: true }]).await?;
    db.close().await;
    database.settle().await?;

    let servers = [&neither, &metrics, &tenth, &all];
    let token = Some(user.token.as_str());
    let mut table = Table::new(
        format!("Processor time of a request, {}", engine.name()),
        &[
            "route",
            "neither",
            "metrics",
            "of that",
            "and a tenth of the traces",
            "of that",
            "and all traces",
            "of that",
        ],
    );
    for (name, request) in [
        ("GET /content?limit=20", Some(get("/api/v1/content?limit=20", token))),
        ("GET /content, 200 items", Some(get("/api/v1/content", token))),
        ("GET /tags", Some(get("/api/v1/tags", token))),
        ("POST /content", None),
    ] {
        let loads = servers.map(|server| load(server, &user, request.clone()));
        table.row(row(name, &servers, &loads, effort).await?);
    }
    table.print();
    drop((neither, metrics, tenth, all));
    database.remove().await
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

async fn row(name: &str, servers: &[&Server; KINDS], loads: &[Load; KINDS], effort: &Effort) -> Result<Vec<String>> {
    for load in loads {
        load.run(effort.warm_up).await?;
    }
    let mut costs = [const { Vec::new() }; KINDS];
    for round in 0..effort.rounds * ROUNDS {
        // Whoever comes first in a round has the caches cold.
        for turn in 0..servers.len() {
            let at = (round + turn) % servers.len();
            costs[at].push(cost(servers[at], &loads[at], effort.turn).await?);
        }
    }
    let beside = |at: usize| median(costs[at].iter().zip(&costs[0]).map(|(own, bare)| own / bare).collect());
    let micros = |at: usize| format!("{:.0} µs", median(costs[at].clone()));
    let mut told = vec![name.to_owned(), micros(0)];
    told.extend((1..servers.len()).flat_map(|at| [micros(at), times(beside(at))]));
    Ok(told)
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
