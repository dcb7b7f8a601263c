//! A worker's hands: what runs, what was claimed ahead of a free hand, and what is over but not yet written.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use super::Drained;
use super::hands::Hands;
use crate::queue::attempt::Attempt;
use crate::queue::claim::{Arm, Claimed};
use crate::queue::finish::{Finished, Outcome};
use crate::queue::lease::Lease;

/// Work for so long is claimed ahead: about what a turn takes. Jobs that take longer than a part of it are never claimed
/// before a hand is free, so that what is enqueued meanwhile by others still comes first.
const AHEAD: Duration = Duration::from_millis(20);
/// Jobs that take longer are not claimed ahead.
const SHORT: Duration = Duration::from_millis(4);
/// What was claimed ahead and found no hand for so long goes back: jobs have become slow, and others may be next by now.
const STALE: Duration = Duration::from_millis(50);
/// Jobs claimed ahead at most.
const MOST_AHEAD: usize = 2048;
/// Outcomes that are written without waiting for more.
const ENOUGH: usize = 256;
/// How long an outcome waits for others to be written with.
const COMPANY: Duration = Duration::from_millis(2);
/// One slot in so many goes to the lowest lane that waits.
const LOW_LANE: usize = 16;

/// What a turn is to do.
#[derive(Debug, Default)]
pub(super) struct Order {
    /// To be written.
    pub(super) finished: Vec<Finished>,
    /// What may be claimed; empty is nothing.
    pub(super) arms: Vec<Arm>,
    /// Jobs to claim at most.
    pub(super) jobs: usize,
    /// How many of them from the lowest lane.
    pub(super) low: usize,
}

/// What came of a turn.
#[derive(Debug)]
pub(super) struct Turned {
    /// Jobs that were to be claimed at most.
    pub(super) ordered: usize,
    pub(super) claimed: Vec<(Claimed, Lease)>,
    /// Whether there may be more: all that was wanted was there, or something came back.
    pub(super) more: bool,
}

/// What a worker has at hand.
pub(super) struct Crew {
    concurrency: usize,
    arms: Vec<Arm>,
    hands: Hands,
    ahead: VecDeque<(Claimed, Lease)>,
    /// Jobs that turns under way may bring.
    on_order: usize,
    /// When a job of these last found a hand.
    moved: Instant,
    finished: Vec<Finished>,
    /// When the first of these ended.
    since: Option<Instant>,
    /// Jobs at hand by kind.
    at_hand: HashMap<String, usize>,
    /// Whether there may be something to claim.
    pub(super) look: bool,
    /// Whether the last look left some: then the next need not wait for a reason.
    plenty: bool,
    /// How long a job takes: a moving average, in seconds.
    pace: Option<f64>,
    /// Jobs claimed since the lowest lane had its slot.
    since_low: usize,
    pub(super) drained: Drained,
}

impl Crew {
    /// A crew of `concurrency` that serves `arms`, each with as many at a time as it may have.
    pub(super) fn new(concurrency: usize, arms: Vec<Arm>) -> Self {
        Self {
            concurrency: concurrency.max(1),
            arms,
            hands: Hands::default(),
            ahead: VecDeque::new(),
            on_order: 0,
            moved: Instant::now(),
            finished: Vec::new(),
            since: None,
            at_hand: HashMap::new(),
            look: true,
            plenty: false,
            pace: None,
            since_low: 0,
            drained: Drained::default(),
        }
    }

    /// Whether nothing is at hand.
    pub(super) fn is_idle(&self) -> bool {
        self.hands.running() == 0 && self.ahead.is_empty() && self.finished.is_empty()
    }

    pub(super) fn is_running(&self) -> bool {
        self.hands.running() > 0
    }

    /// Whether a hand is free.
    pub(super) fn has_hands(&self) -> bool {
        self.hands.running() < self.concurrency
    }

    /// What the next turn is to do, if it is time for one; `beside` another only when quick jobs would run out before that
    /// has ended.
    pub(super) fn order(&mut self, beside: bool) -> Option<Order> {
        let ahead = self.ahead_wanted();
        let stock = self.ahead.len() + self.on_order;
        let room = (self.concurrency + ahead).saturating_sub(self.hands.running() + stock);
        let claims = self.look && room > 0 && stock <= ahead - ahead / 3 && (!beside || ahead > 0 && self.plenty);
        let waited = self.since.is_some_and(|since| since.elapsed() >= COMPANY);
        let writes = self.finished.len() >= ENOUGH || waited || self.hands.running() == 0 && !self.finished.is_empty();
        if !claims && (beside || !writes) {
            return None;
        }
        let arms = if claims { self.open_arms() } else { Vec::new() };
        let jobs = if arms.is_empty() { 0 } else { room };
        if beside && jobs == 0 {
            return None;
        }
        // Whoever wakes the worker while the turn looks sets it again.
        self.look &= !claims || self.plenty && jobs > 0;
        self.on_order += jobs;
        let low = (self.since_low + jobs) / LOW_LANE;
        self.since_low = (self.since_low + jobs) % LOW_LANE;
        self.since = None;
        Some(Order { finished: std::mem::take(&mut self.finished), arms, jobs, low })
    }

    /// What is over and not yet written.
    pub(super) fn take_finished(&mut self) -> Vec<Finished> {
        self.since = None;
        std::mem::take(&mut self.finished)
    }

    /// When an outcome has waited long enough.
    pub(super) fn write_at(&self) -> Option<Instant> {
        self.since.map(|since| since + COMPANY)
    }

    /// When what was claimed ahead has waited for too long.
    pub(super) fn stale_at(&self) -> Option<Instant> {
        (!self.ahead.is_empty()).then(|| self.moved + STALE)
    }

    /// Puts what was claimed ahead among what is over, to be handed back.
    pub(super) fn hand_back_ahead(&mut self) {
        for (job, _) in std::mem::take(&mut self.ahead) {
            let kind = self.arms.iter().find(|arm| arm.kind == job.kind).map_or("", |arm| arm.kind);
            self.keep(handed_back(&job, kind));
        }
        self.pace = None;
        self.look = true;
    }

    /// Takes what was claimed.
    pub(super) fn take(&mut self, turned: Turned) {
        self.on_order -= turned.ordered;
        // What was enqueued while it looked has set this already.
        self.look |= turned.more;
        self.plenty = turned.more && turned.ordered > 0;
        if self.ahead.is_empty() {
            self.moved = Instant::now();
        }
        for (job, lease) in turned.claimed {
            *self.at_hand.entry(job.kind.clone()).or_default() += 1;
            self.ahead.push_back((job, lease));
        }
    }

    /// Takes back what a turn could not do.
    pub(super) fn take_back(&mut self, order: Order) {
        self.on_order -= order.jobs;
        self.look = true;
        self.put_back(order.finished);
    }

    /// Takes back what could not be written.
    pub(super) fn put_back(&mut self, finished: Vec<Finished>) {
        if !finished.is_empty() {
            self.since.get_or_insert_with(Instant::now);
            self.finished.extend(finished);
        }
    }

    /// The next job for a free hand.
    pub(super) fn next(&mut self) -> Option<(Claimed, Lease)> {
        if !self.has_hands() {
            return None;
        }
        self.moved = Instant::now();
        self.ahead.pop_front()
    }

    /// Gives a hand its job.
    pub(super) fn start<C: Send + Sync + 'static>(&mut self, attempt: Attempt<C>) {
        self.hands.run(attempt, self.pace);
    }

    /// Waits until a job is over, and takes with it all that are; for ever when none runs. May be dropped half-way.
    pub(super) async fn next_finished(&mut self) {
        let mut over = Some(self.hands.next_over().await);
        while let Some(job) = over {
            if let Some(job) = job {
                self.keep(job);
            } else {
                // Its lease is no longer renewed: the job comes back by itself.
                tracing::error!("an attempt came to no end");
            }
            over = self.hands.try_over();
        }
    }

    /// Keeps what is over until it is written.
    pub(super) fn keep(&mut self, job: Finished) {
        match job.outcome {
            Outcome::Completed => self.drained.done += 1,
            Outcome::Retry { .. } | Outcome::Discarded { .. } => self.drained.failed += 1,
            Outcome::PutOff { .. } | Outcome::HandedBack | Outcome::Cancelled => {}
        }
        if job.outcome != Outcome::HandedBack {
            let took = job.took.as_secs_f64();
            self.pace = Some(self.pace.map_or(took, |pace| pace.mul_add(0.9, took * 0.1)));
        }
        if let Some(at_hand) = self.at_hand.get_mut(job.kind) {
            *at_hand -= 1;
        }
        // One more of a kind that was at its limit may run now.
        self.look |= self.arms.iter().any(|arm| arm.kind == job.kind && arm.most < usize::MAX);
        self.since.get_or_insert_with(Instant::now);
        self.finished.push(job);
    }

    /// Jobs that should lie ready beyond the hands.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "bounded")]
    fn ahead_wanted(&self) -> usize {
        match self.pace {
            Some(pace) if pace < SHORT.as_secs_f64() => {
                let jobs = self.concurrency as f64 * AHEAD.as_secs_f64() / pace.max(1e-6);
                jobs.min(MOST_AHEAD as f64) as usize
            }
            _ => 0,
        }
    }

    /// What may be claimed; while it is not known what a turn under way brings, nothing of a kind that has a limit.
    fn open_arms(&self) -> Vec<Arm> {
        let known = self.on_order == 0;
        let open = self.arms.iter().filter(|arm| known || arm.most == usize::MAX).map(|arm| {
            let at_hand = self.at_hand.get(arm.kind).copied().unwrap_or_default();
            Arm { most: arm.most.saturating_sub(at_hand), ..*arm }
        });
        open.filter(|arm| arm.most > 0).collect()
    }
}

/// A job that goes back as it came.
pub(super) fn handed_back(job: &Claimed, kind: &'static str) -> Finished {
    let (id, attempt, started_at) = (job.id, job.attempt, job.started_at);
    Finished { id, kind, attempt, started_at, took: Duration::ZERO, outcome: Outcome::HandedBack }
}

/// Jobs of the best lanes with those of the low ones among them, each in the slot that is its own.
pub(super) fn among(best: Vec<Claimed>, low: Vec<Claimed>) -> Vec<Claimed> {
    let mut jobs = Vec::with_capacity(best.len() + low.len());
    let (mut best, mut low) = (best.into_iter(), low.into_iter());
    while let Some(job) = if jobs.len() % LOW_LANE == LOW_LANE - 1 { low.next() } else { None }
        .or_else(|| best.next())
        .or_else(|| low.next())
    {
        jobs.push(job);
    }
    jobs
}
