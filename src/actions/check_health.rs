//! Is Brainly able to serve?

use std::time::Duration;

use super::Result;
use crate::app::App;
use crate::db::Engine;
use crate::domain::Timestamp;

/// How long the database may take to show a sign of life.
const LIMIT: Duration = Duration::from_millis(1500);

/// A Brainly that serves.
#[derive(Debug, Clone, Copy)]
pub struct Health {
    /// When it was checked.
    pub at: Timestamp,
    /// How long this process has been up; zero when the clock was set back meanwhile.
    pub uptime: Duration,
    /// The database that answered.
    pub engine: Engine,
    /// How long that took.
    pub latency: Duration,
}

/// Asks the database for a sign of life.
///
/// # Errors
/// [`super::Error::Database`] when there is none within that time.
pub async fn check_health(app: &App) -> Result<Health> {
    let latency = app.db.ping(LIMIT).await?;
    let at = app.clock.now();
    let uptime = (at - app.started_at).to_std().unwrap_or_default();
    Ok(Health { at, uptime, engine: app.db.engine(), latency })
}
