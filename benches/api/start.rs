//! From start to the first healthy answer, and how much memory an idle server holds.

use std::time::Duration;

use anyhow::Result;
use brainly::db::Engine;

use super::connection::{Connection, get};
use super::database::Database;
use super::effort::Effort;
use super::load::quantile;
use super::server::Server;
use super::table::{Table, ms};

/// Requests before memory is read a second time.
const REQUESTS: usize = 100;

/// Prints one table: a start on an empty database, and on one that is migrated.
pub(crate) async fn measure(engine: Engine, server: Option<&str>, effort: &Effort) -> Result<()> {
    let (mut fresh, mut again, mut idle, mut used) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..effort.starts {
        let database = Database::new(engine, server).await?;
        fresh.push(Server::start(&database, &[]).await?.1);
        let (brainly, taken) = Server::start(&database, &[]).await?;
        again.push(taken);
        // What start-up leaves behind is worked off by then.
        tokio::time::sleep(Duration::from_millis(200)).await;
        idle.push(brainly.memory()?);
        work(&brainly).await?;
        used.push(brainly.memory()?);
        drop(brainly);
        database.remove().await?;
    }
    let title = format!("Start and idle memory, {} starts, {}", effort.starts, engine.name());
    let mut table = Table::new(title, &["", "median", "worst"]);
    for (name, mut times) in [("start to healthy, empty database", fresh), ("start to healthy, migrated", again)] {
        table.row([name.to_owned(), ms(quantile(&mut times, 0.5)), ms(quantile(&mut times, 1.0))]);
    }
    for (name, mut sizes) in [("resident after start", idle), ("resident after 100 requests", used)] {
        sizes.sort_by(f64::total_cmp);
        let mib = |at: usize| format!("{:.1} MiB", sizes[at]);
        table.row([name.to_owned(), mib(sizes.len() / 2), mib(sizes.len() - 1)]);
    }
    table.print();
    Ok(())
}

/// One account, then a hundred reads.
async fn work(brainly: &Server) -> Result<()> {
    let user = brainly.sign_up("reader").await?;
    let mut connection = Connection::open(brainly.address).await?;
    for path in ["/api/v1/content", "/api/v1/tags", "/api/v1/me", "/health"].iter().cycle().take(REQUESTS) {
        connection.json(&get(path, Some(&user.token))).await?;
    }
    Ok(())
}
