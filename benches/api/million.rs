//! An account of a million items beside one of a thousand: a page of each in turn, request by request.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use brainly::db::Engine;

use super::connection::{Connection, get};
use super::database::Database;
use super::effort::Effort;
use super::load::quantile;
use super::seed::{self, Account};
use super::server::{Server, User};
use super::table::{Table, ms, times};

/// Items of the account that the large one is measured beside.
const SMALL: i64 = 1000;
/// Items on a page.
const LIMIT: i64 = 100;

/// Prints one table: a row for each way to ask for a page.
pub(crate) async fn measure(engine: Engine, server: Option<&str>, effort: &Effort) -> Result<()> {
    let database = Database::new(engine, server).await?;
    let (brainly, _) = Server::start(&database, &[("WORKER_INLINE", "off")]).await?;
    let (large, small) = (brainly.sign_up("large").await?, brainly.sign_up("small").await?);
    let db = database.open().await?;
    let accounts = [
        Account { user: &large, number: 1, items: effort.large, texts: false },
        Account { user: &small, number: 2, items: SMALL, texts: false },
    ];
    seed::fill(&db, &accounts).await?;
    db.close().await;
    database.settle().await?;

    let mut connection = Connection::open(brainly.address).await?;
    let title = format!("A page of {LIMIT} items out of {}, {}", effort.large, engine.name());
    let mut table = Table::new(title, &["page", "p50 of the large", "p50 of a thousand", "ratio"]);
    for ask in ASKS {
        let large = ask.request(&mut connection, &large, effort.large).await?;
        let small = ask.request(&mut connection, &small, SMALL).await?;
        let (large, small) = alternate(&mut connection, [&large, &small], effort.pages).await?;
        table.row([ask.name.to_owned(), ms(large), ms(small), times(large.as_secs_f64() / small.as_secs_f64())]);
    }
    table.print();
    drop(brainly);
    database.remove().await
}

/// A way to ask for a page.
struct Ask {
    name: &'static str,
    filter: &'static str,
    from: From,
}

/// Where the page begins, as a share of the account in tenths.
enum From {
    Skip(i64),
    Cursor(i64),
}

const ASKS: [Ask; 7] = [
    Ask { name: "first", filter: "", from: From::Skip(0) },
    Ask { name: "by cursor, nine tenths down", filter: "", from: From::Cursor(9) },
    Ask { name: "last, by skip", filter: "", from: From::Skip(10) },
    Ask { name: "in the middle, by skip", filter: "", from: From::Skip(5) },
    Ask { name: "of one type (a quarter of all), first", filter: "&type=github", from: From::Skip(0) },
    Ask { name: "of one tag (a tenth of all), first", filter: "&tag=tag%203", from: From::Skip(0) },
    Ask { name: "of one status and type, first", filter: "&type=github&status=enriched", from: From::Skip(0) },
];

impl Ask {
    async fn request(&self, connection: &mut Connection, user: &User, items: i64) -> Result<Vec<u8>> {
        let (token, filter) = (Some(user.token.as_str()), self.filter);
        let start = match self.from {
            From::Skip(tenths) => format!("skip={}", (items * tenths / 10).min(items - LIMIT)),
            From::Cursor(tenths) => {
                let skip = items * tenths / 10;
                let before = get(&format!("/api/v1/content?limit=1&skip={skip}{filter}"), token);
                let page = connection.json(&before).await?;
                format!("cursor={}", page["pagination"]["nextCursor"].as_str().context("no cursor")?)
            }
        };
        Ok(get(&format!("/api/v1/content?limit={LIMIT}&{start}{filter}"), token))
    }
}

/// The median latency of each of two requests, sent in turn.
async fn alternate(connection: &mut Connection, requests: [&[u8]; 2], count: usize) -> Result<(Duration, Duration)> {
    let mut latencies = [Vec::new(), Vec::new()];
    for round in 0..count + 5 {
        for (request, latencies) in requests.iter().zip(&mut latencies) {
            let asked = Instant::now();
            let status = connection.exchange(request).await?;
            let taken = asked.elapsed();
            anyhow::ensure!(status == 200, "{status}: {}", String::from_utf8_lossy(connection.body()));
            // The first few warm the caches.
            if round >= 5 {
                latencies.push(taken);
            }
        }
    }
    let [mut large, mut small] = latencies;
    Ok((quantile(&mut large, 0.5), quantile(&mut small, 0.5)))
}
