//! How fast jobs are added: one a transaction, as a save does, and many, as an import does.

use std::time::Instant;

use brainly::db::Db;
use serde_json::json;

use crate::{Outcome, noop};

/// Jobs of one bulk transaction.
const BATCH: u32 = 1000;

/// Jobs a second, `single` of them one by one and `bulk` in transactions of 1,000.
pub(crate) async fn add(db: &Db, single: u32, bulk: u32) -> Outcome {
    let begun = Instant::now();
    for number in 0..single {
        let mut tx = db.begin().await?;
        noop::enqueue(&mut tx, number.into()).await?;
        tx.commit().await?;
    }
    let one_by_one = f64::from(single) / begun.elapsed().as_secs_f64();

    let begun = Instant::now();
    for _ in 0..bulk / BATCH {
        let mut tx = db.begin().await?;
        noop::enqueue_many(&mut tx, BATCH).await?;
        tx.commit().await?;
    }
    let in_bulk = f64::from(bulk / BATCH * BATCH) / begun.elapsed().as_secs_f64();
    Ok(json!({ "add_single": one_by_one, "add_bulk": in_bulk }))
}
