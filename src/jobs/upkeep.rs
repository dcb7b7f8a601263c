//! Housekeeping beside the jobs. Several workers may do it at once: what one removed the others don't find.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::actions;
use crate::app::App;

const EVERY: Duration = Duration::from_hours(1);
/// Not at the start, where people wait.
const FIRST: Duration = Duration::from_mins(1);

/// Purges every hour until `shutdown`.
pub(super) async fn run(app: App, shutdown: CancellationToken) {
    let mut pause = FIRST;
    while shutdown.run_until_cancelled(tokio::time::sleep(pause)).await.is_some() {
        if let Err(error) = actions::purge(&app).await {
            tracing::warn!(%error, "housekeeping was put off");
        }
        pause = EVERY;
    }
}
