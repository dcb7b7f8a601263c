//! What our queue costs: one measurement a run, printed as a line of JSON.
//!
//! `scripts/bench-queue` calls it, gives each run a fresh database, and puts other queues beside it (`benches/peers`, which
//! take the same commands). To add a measurement: a file in `benches/queue`, a command here, and the same in each peer.

use std::num::NonZeroU32;

use brainly::db::{Db, migrate};
use brainly::domain::Clock;
use clap::{Parser, Subcommand};

#[path = "queue/add.rs"]
mod add;
#[path = "queue/depth.rs"]
mod depth;
#[path = "queue/noop.rs"]
mod noop;
#[path = "queue/pickup.rs"]
mod pickup;
#[path = "queue/work.rs"]
mod work;

#[derive(Debug, Parser)]
struct Cli {
    /// The database; it is migrated first.
    #[arg(long)]
    url: String,
    #[command(subcommand)]
    measure: Measure,
}

#[derive(Debug, Subcommand)]
enum Measure {
    /// Adds jobs and measures nothing.
    Fill { jobs: u64 },
    /// Adds jobs, one a transaction and then many.
    Add { single: u32, bulk: u32 },
    /// Does waiting jobs.
    Work { jobs: usize, concurrency: usize },
    /// Adds a job to an idle queue, again and again; `process` wakes the worker directly, `database` through the database.
    Pickup { jobs: u32, through: pickup::Through },
    /// Does some jobs of a queue of each depth.
    Depth { jobs: usize, rounds: usize, depths: Vec<u64> },
}

type Outcome = Result<serde_json::Value, Box<dyn std::error::Error>>;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // `cargo bench` runs every bench with this one argument.
    if std::env::args().skip(1).eq(["--bench"]) {
        return Ok(());
    }
    let cli = Cli::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let result = runtime.block_on(async {
        let db = Db::open(&cli.url, NonZeroU32::new(10).unwrap_or(NonZeroU32::MIN)).await?;
        migrate::up(&db, 0, Clock::system().now()).await?;
        measure(&db, cli.measure).await
    })?;
    serde_json::to_writer(std::io::stdout(), &result)?;
    Ok(())
}

async fn measure(db: &Db, measure: Measure) -> Outcome {
    match measure {
        Measure::Fill { jobs } => {
            depth::fill(db, 0, jobs).await?;
            Ok(serde_json::json!({}))
        }
        Measure::Add { single, bulk } => add::add(db, single, bulk).await,
        Measure::Work { jobs, concurrency } => work::work(db, jobs, concurrency).await,
        Measure::Pickup { jobs, through } => pickup::pickup(db, jobs, through).await,
        Measure::Depth { depths, jobs, rounds } => depth::depth(db, &depths, jobs, rounds).await,
    }
}
