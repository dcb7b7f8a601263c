//! `hosts`, `host_visits`: what all workers together ask of a host. The rules are `fetch`'s.
//!
//! A transaction locks one host's row before it touches visits of that host, so that no two decisions about it overlap.

use chrono::TimeDelta;
use uuid::Uuid;

use crate::db::{Result, Tx, sql};
use crate::domain::{Timestamp, UserId};

/// For how long a host that nobody visits is remembered; longer than any pause between two visits.
const REMEMBERED: TimeDelta = TimeDelta::hours(1);

/// A host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct Host {
    /// When the last visit began, or begins.
    pub visited_at: Option<Timestamp>,
    /// It wants to be left alone until then.
    pub quiet_until: Option<Timestamp>,
}

/// A visit, or the reservation of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct Visit {
    /// Names it.
    pub id: Uuid,
    /// What the visitor is known by when it comes back.
    pub visitor: Uuid,
    /// On whose behalf; the zero id is nobody.
    pub owner: Uuid,
    /// When it began, or is to begin.
    pub starts_at: Timestamp,
    /// Until when it counts.
    pub ends_at: Timestamp,
    /// Whether it is more than a reservation.
    pub begun: bool,
}

/// What is known of `host`, locked until `tx` ends. A host that nobody knows is known from now on.
pub async fn lock(tx: &mut Tx<'_>, host: &str) -> Result<Host> {
    sql("INSERT INTO hosts (host) VALUES ($1) ON CONFLICT (host) DO UPDATE SET host = excluded.host \
         RETURNING visited_at, quiet_until")
    .bind(host)
    .fetch_one(tx)
    .await
}

/// The host's visits and reservations that count at `now`, in no order.
pub async fn visits(tx: &mut Tx<'_>, host: &str, now: Timestamp) -> Result<Vec<Visit>> {
    sql("SELECT id, visitor, owner, starts_at, ends_at, begun FROM host_visits WHERE host = $1 AND ends_at > $2")
        .bind(host)
        .bind(now)
        .fetch_all(tx)
        .await
}

/// Writes a visit, in place of what stood under its id. One that has begun is the host's last.
pub async fn put(tx: &mut Tx<'_>, host: &str, visit: &Visit) -> Result<()> {
    sql("INSERT INTO host_visits (id, host, visitor, owner, starts_at, ends_at, begun) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO UPDATE SET \
         starts_at = excluded.starts_at, ends_at = excluded.ends_at, begun = excluded.begun")
    .bind(visit.id)
    .bind(host)
    .bind(visit.visitor)
    .bind(visit.owner)
    .bind(visit.starts_at)
    .bind(visit.ends_at)
    .bind(visit.begun)
    .execute(tx)
    .await?;
    if visit.begun {
        sql("UPDATE hosts SET visited_at = $1 WHERE host = $2").bind(visit.starts_at).bind(host).execute(tx).await?;
    }
    Ok(())
}

/// Ends a visit.
pub async fn leave(tx: &mut Tx<'_>, visit: Uuid) -> Result<()> {
    sql("DELETE FROM host_visits WHERE id = $1").bind(visit).execute(tx).await.map(drop)
}

/// Leaves `host` alone until `until`, or longer when it asked for that before: reservations before that are void.
pub async fn leave_alone(tx: &mut Tx<'_>, host: &str, until: Timestamp) -> Result<()> {
    sql("INSERT INTO hosts (host, quiet_until) VALUES ($1, $2) ON CONFLICT (host) DO UPDATE SET quiet_until = \
         CASE WHEN hosts.quiet_until > excluded.quiet_until THEN hosts.quiet_until ELSE excluded.quiet_until END")
    .bind(host)
    .bind(until)
    .execute(tx)
    .await?;
    sql("DELETE FROM host_visits WHERE host = $1 AND NOT begun AND starts_at < $2")
        .bind(host)
        .bind(until)
        .execute(tx)
        .await
        .map(drop)
}

/// Forgets hosts that nobody visited for an hour, and visits that are over although nobody ended them.
pub async fn forget_old(tx: &mut Tx<'_>, now: Timestamp) -> Result<()> {
    sql(
        "DELETE FROM hosts WHERE (visited_at IS NULL OR visited_at < $1) AND (quiet_until IS NULL OR quiet_until < $2)",
    )
    .bind(now - REMEMBERED)
    .bind(now)
    .execute(tx)
    .await?;
    sql("DELETE FROM host_visits WHERE ends_at <= $1").bind(now).execute(tx).await.map(drop)
}

/// Forgets what `owner` asked of hosts.
pub async fn forget_owner(tx: &mut Tx<'_>, owner: UserId) -> Result<()> {
    sql("DELETE FROM host_visits WHERE owner = $1").bind(owner).execute(tx).await.map(drop)
}
