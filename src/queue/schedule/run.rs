//! Looks at the schedules for as long as the program runs.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::{Schedule, register, tick};
use crate::db::{self, Db};
use crate::domain::Clock;
use crate::queue::Wake;
use crate::queue::failure::chain;

/// The longest sleep: a clock that was set, or a row that somebody changed, is seen after that.
const LONGEST: Duration = Duration::from_secs(30);
/// The shortest, when a due schedule is in another instance's hands.
const SHORTEST: Duration = Duration::from_millis(200);
const FIRST_RETRY: Duration = Duration::from_millis(100);
const LONGEST_RETRY: Duration = Duration::from_secs(10);

/// Registers `schedules`, then enqueues the job of each whenever it is due, until `shutdown`.
///
/// A database that does not answer is spoken of once, and asked again.
pub async fn run(db: &Db, clock: &Clock, wake: &Wake, schedules: &[Schedule], shutdown: CancellationToken) {
    // May be dropped anywhere: what is not committed was not done.
    shutdown.run_until_cancelled(keep_ticking(db, clock, wake, schedules)).await;
}

async fn keep_ticking(db: &Db, clock: &Clock, wake: &Wake, schedules: &[Schedule]) {
    let mut registered = false;
    let mut retry = FIRST_RETRY;
    loop {
        let pause = match turn(db, clock, wake, schedules, &mut registered).await {
            Ok(pause) => {
                if retry > FIRST_RETRY {
                    tracing::info!("the database answers again, and schedules go on");
                }
                retry = FIRST_RETRY;
                pause
            }
            Err(error) => {
                if retry == FIRST_RETRY {
                    tracing::warn!(error = chain(&error), "schedules wait for the database");
                }
                let pause = retry;
                retry = (retry * 2).min(LONGEST_RETRY);
                pause
            }
        };
        tokio::time::sleep(pause).await;
    }
}

/// One look, and how long there is nothing to do after it.
async fn turn(
    db: &Db,
    clock: &Clock,
    wake: &Wake,
    schedules: &[Schedule],
    registered: &mut bool,
) -> db::Result<Duration> {
    if !*registered {
        register(db, schedules, clock.now()).await?;
        *registered = true;
    }
    let ticked = tick(db, schedules, clock.now()).await?;
    if ticked.enqueued > 0 {
        wake.notify();
    }
    let until = ticked.next_at.map(|next_at| (next_at - clock.now()).to_std().unwrap_or_default());
    Ok(until.map_or(LONGEST, |until| until.clamp(SHORTEST, LONGEST)))
}
