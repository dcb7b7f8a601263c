//! A closed loop: each connection sends its next request when the last one was answered.

use std::cell::Cell;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use tokio::task::{JoinSet, LocalSet};

use super::connection::Connection;
use super::effort::Effort;

/// Makes the bytes of a request from its number, which no other request of the run has.
pub(crate) type Request = Rc<dyn Fn(u64) -> Vec<u8>>;

/// Whom to ask what, and how hard.
#[derive(Clone)]
pub(crate) struct Load {
    pub(crate) address: SocketAddr,
    pub(crate) request: Request,
    pub(crate) connections: usize,
    /// What each connection waits before its next request; zero asks as fast as answers come.
    pub(crate) pause: Duration,
}

/// What a load was answered with.
#[derive(Debug, Default, Clone)]
pub(crate) struct Measured {
    /// Answers per second, a value a turn.
    pub(crate) rates: Vec<f64>,
    /// How long each answer took.
    pub(crate) latencies: Vec<Duration>,
}

thread_local! {
    static NUMBER: Cell<u64> = const { Cell::new(0) };
}

impl Load {
    /// The same bytes again and again.
    pub(crate) fn repeat(address: SocketAddr, request: Vec<u8>, connections: usize) -> Self {
        Self { address, request: Rc::new(move |_| request.clone()), connections, pause: Duration::ZERO }
    }

    /// Asks for `time`, and counts what was answered by then.
    pub(crate) async fn run(&self, time: Duration) -> Result<Measured> {
        let begun = Instant::now();
        let end = begun + time;
        let local = LocalSet::new();
        let mut tasks = JoinSet::new();
        for _ in 0..self.connections {
            tasks.spawn_local_on(ask_until(self.clone(), end), &local);
        }
        let mut latencies = Vec::new();
        local
            .run_until(async {
                while let Some(asked) = tasks.join_next().await {
                    latencies.extend(asked??);
                }
                anyhow::Ok(())
            })
            .await?;
        #[expect(clippy::cast_precision_loss, reason = "a count of requests")]
        let rate = latencies.len() as f64 / begun.elapsed().as_secs_f64();
        Ok(Measured { rates: vec![rate], latencies })
    }
}

async fn ask_until(load: Load, end: Instant) -> Result<Vec<Duration>> {
    let mut connection = Connection::open(load.address).await?;
    let mut latencies = Vec::new();
    while Instant::now() < end {
        let number = NUMBER.replace(NUMBER.get() + 1);
        let request = (load.request)(number);
        let asked = Instant::now();
        let status = connection.exchange(&request).await?;
        latencies.push(asked.elapsed());
        ensure!((200..300).contains(&status), "{status}: {}", String::from_utf8_lossy(connection.body()));
        if !load.pause.is_zero() {
            tokio::time::sleep(load.pause).await;
        }
    }
    Ok(latencies)
}

/// Warms all up, then lets each have its turn, round after round.
pub(crate) async fn in_turns(loads: &[Load], effort: &Effort) -> Result<Vec<Measured>> {
    for load in loads {
        load.run(effort.warm_up).await?;
    }
    let mut all = vec![Measured::default(); loads.len()];
    for _ in 0..effort.rounds {
        for (load, measured) in loads.iter().zip(&mut all) {
            let turn = load.run(effort.turn).await?;
            measured.add(turn);
        }
    }
    Ok(all)
}

impl Measured {
    /// Takes in another turn.
    pub(crate) fn add(&mut self, turn: Self) {
        self.rates.extend(turn.rates);
        self.latencies.extend(turn.latencies);
    }

    /// Answers per second: the median turn.
    pub(crate) fn rate(&self) -> f64 {
        median(self.rates.clone())
    }

    /// The rate beside another's: the median of the ratios, round by round.
    pub(crate) fn beside(&self, other: &Self) -> f64 {
        median(self.rates.iter().zip(&other.rates).map(|(own, other)| own / other).collect())
    }

    /// The latency that `share` (0 to 1) of the answers did not exceed.
    pub(crate) fn latency(&self, share: f64) -> Duration {
        quantile(&mut self.latencies.clone(), share)
    }
}

/// The value that `share` (0 to 1) of `values` do not exceed; zero of nothing.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index")]
pub(crate) fn quantile(values: &mut [Duration], share: f64) -> Duration {
    values.sort_unstable();
    let at = (values.len() as f64 * share).ceil() as usize;
    values.get(at.saturating_sub(1)).copied().unwrap_or_default()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
