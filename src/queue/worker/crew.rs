//! A worker's hands: what runs, what was claimed ahead of a free hand, and what is over but not yet written.

use std::time::{Duration, Instant};

use super::Drained;
use super::ahead::Ahead;
use super::hands::Hands;
use super::slots::Slots;
use crate::queue::attempt::Attempt;
use crate::queue::claim::{Arm, Claimed, LowLanes};
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
const MOST_AHEAD: usize = 4096;
/// For so long claims go on behind those before, if nobody says that something is new; then one begins from the start again,
/// for what others let go of without a word.
const ROUND: Duration = Duration::from_millis(100);
/// Outcomes that are written without waiting for more.
const ENOUGH: usize = 256;
/// How long an outcome waits for others to be written with.
const COMPANY: Duration = Duration::from_millis(2);

/// What a turn is to do.
#[derive(Debug, Default)]
pub(super) struct Order {
    /// To be written.
    pub(super) finished: Vec<Finished>,
    /// What may be claimed; empty is nothing.
    pub(super) arms: Vec<Arm>,
    /// Jobs to claim at most.
    pub(super) jobs: usize,
    /// How many of them for slots of the low lanes.
    pub(super) low: usize,
    /// Which ones.
    pub(super) lanes: LowLanes,
    /// In which round.
    pub(super) round: u64,
}

/// What came of a turn.
#[derive(Debug)]
pub(super) struct Turned {
    /// Jobs that were to be claimed at most.
    pub(super) ordered: usize,
    /// How many of them for slots of the low lanes.
    pub(super) low: usize,
    pub(super) claimed: Vec<(Claimed, Lease)>,
    /// Whether there may be more: all that was wanted was there, or something came back.
    pub(super) more: bool,
    /// Whether to look from the start again: something came back, or too little was found behind what was claimed before.
    pub(super) anew: bool,
    /// How far the claim came.
    pub(super) passed: Vec<Arm>,
    /// In which round that was.
    pub(super) round: u64,
}

/// What a worker has at hand.
pub(super) struct Crew {
    concurrency: usize,
    /// Those come first whose jobs were claimed the longest ago: so that they take turns.
    kinds: Vec<Kind>,
    hands: Hands,
    ahead: Ahead,
    /// Jobs that turns under way may bring.
    on_order: usize,
    /// How many of them for slots of the low lanes.
    low_on_order: usize,
    /// When a job of these last found a hand.
    moved: Instant,
    finished: Vec<Finished>,
    /// When the first of these ended.
    since: Option<Instant>,
    /// Whether there may be something to claim.
    look: bool,
    /// A round goes through what waits, claim by claim; whatever is new begins another.
    round: u64,
    round_began: Instant,
    /// Whether the last look left some: then the next need not wait for a reason.
    plenty: bool,
    /// How long a job takes: a moving average, in seconds.
    pace: Option<f64>,
    slots: Slots,
    pub(super) drained: Drained,
}

/// What a crew knows of a kind.
struct Kind {
    arm: Arm,
    /// Jobs that run or were claimed ahead.
    at_hand: usize,
    /// Those of its own: at its limit it leaves its low lanes none of those that are for all.
    slots: Slots,
}

impl Crew {
    /// A crew of `concurrency` that serves `arms`, each with as many at a time as it may have.
    pub(super) fn new(concurrency: usize, arms: Vec<Arm>) -> Self {
        Self {
            concurrency: concurrency.max(1),
            kinds: arms.into_iter().map(|arm| Kind { arm, at_hand: 0, slots: Slots::default() }).collect(),
            hands: Hands::default(),
            ahead: Ahead::default(),
            on_order: 0,
            low_on_order: 0,
            moved: Instant::now(),
            finished: Vec::new(),
            since: None,
            look: true,
            round: 0,
            round_began: Instant::now(),
            plenty: false,
            pace: None,
            slots: Slots::default(),
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

    /// Looks for jobs, wherever they stand: some may be new.
    pub(super) fn look(&mut self) {
        self.look = true;
        self.begin_round();
    }

    fn begin_round(&mut self) {
        self.round += 1;
        self.round_began = Instant::now();
        for kind in &mut self.kinds {
            kind.arm.after = None;
        }
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
        if claims && self.round_began.elapsed() >= ROUND {
            self.begin_round();
        }
        let arms = if claims { self.open_arms() } else { Vec::new() };
        let jobs = if arms.is_empty() { 0 } else { room };
        if beside && jobs == 0 {
            return None;
        }
        // Whoever wakes the worker while the turn looks sets it again.
        self.look &= !claims || self.plenty && jobs > 0;
        // As far as there is nobody for them yet.
        let low = self.slots.among(stock + jobs).saturating_sub(self.ahead.low() + self.low_on_order).min(jobs);
        let lanes = if low > 0 { self.slots.lanes() } else { LowLanes::default() };
        self.on_order += jobs;
        self.low_on_order += low;
        self.since = None;
        Some(Order { finished: std::mem::take(&mut self.finished), arms, jobs, low, lanes, round: self.round })
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
        while let Some((job, _)) = self.ahead.best() {
            self.keep(handed_back(&job));
        }
        self.pace = None;
        self.look();
    }

    /// Takes what was claimed.
    pub(super) fn take(&mut self, turned: Turned) {
        self.on_order -= turned.ordered;
        self.low_on_order -= turned.low;
        // What was enqueued while it looked has set this already.
        self.look |= turned.more;
        self.plenty = turned.more && turned.ordered > 0;
        if turned.anew {
            self.look();
        } else if turned.round == self.round {
            for Arm { kind, after, .. } in turned.passed {
                for known in self.kinds.iter_mut().filter(|known| known.arm.kind == kind) {
                    known.arm.after = known.arm.after.max(after);
                }
            }
        }
        if self.ahead.is_empty() {
            self.moved = Instant::now();
        }
        let mut served = vec![false; self.kinds.len()];
        for (job, lease) in turned.claimed {
            if let Some(at) = self.kinds.iter().position(|kind| kind.arm.kind == job.kind) {
                self.kinds[at].at_hand += 1;
                served[at] = true;
            }
            self.ahead.add(job, lease);
        }
        let mut served = served.into_iter();
        let (last, first) = std::mem::take(&mut self.kinds).into_iter().partition(|_| served.next() == Some(true));
        self.kinds = first;
        self.kinds.extend::<Vec<Kind>>(last);
    }

    /// Takes back what a turn could not do.
    pub(super) fn take_back(&mut self, order: Order) {
        self.on_order -= order.jobs;
        self.low_on_order -= order.low;
        self.look();
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
        let low = if self.slots.is_due() { self.ahead.low_one() } else { None };
        let slot = low.is_some();
        let (job, lease) = low.or_else(|| self.ahead.best())?;
        self.slots.pass(job.priority, slot);
        if let Some(kind) = self.kinds.iter_mut().find(|kind| kind.arm.kind == job.kind) {
            kind.slots.pass(job.priority, job.low);
        }
        Some((job, lease))
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
        if let Some(kind) = self.kinds.iter_mut().find(|kind| kind.arm.kind == job.kind) {
            kind.at_hand -= 1;
            // One more of a kind that was at its limit may run now.
            self.look |= kind.arm.most < usize::MAX;
        }
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
    fn open_arms(&mut self) -> Vec<Arm> {
        let known = self.on_order == 0;
        let open = self.kinds.iter_mut().filter(|kind| known || kind.arm.most == usize::MAX).map(|kind| {
            let limited = kind.arm.most < usize::MAX;
            let low = (limited && kind.slots.is_due()).then(|| kind.slots.lanes().lanes.first().copied()).flatten();
            let most = if limited { kind.arm.most.saturating_sub(kind.at_hand) } else { usize::MAX };
            Arm { most, low, ..kind.arm }
        });
        open.filter(|arm| arm.most > 0).collect()
    }
}

/// A job that goes back as it came.
pub(super) fn handed_back(job: &Claimed) -> Finished {
    let &Claimed { id, kind, attempt, started_at, .. } = job;
    Finished { id, kind, attempt, started_at, took: Duration::ZERO, outcome: Outcome::HandedBack }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use chrono::DateTime;

    use super::{Crew, Order, Turned};
    use crate::domain::JobId;
    use crate::domain::job::Lane;
    use crate::queue::claim::{Arm, Claimed, Place};
    use crate::queue::lease::Held;

    fn job(lane: Lane) -> Claimed {
        let now = DateTime::UNIX_EPOCH;
        Claimed {
            id: JobId::new(now),
            kind: "task",
            arguments: "{}".to_owned(),
            attempt: 1,
            max_attempts: 1,
            put_offs: 0,
            user_id: None,
            priority: lane.priority(),
            turn: 0,
            created_at: now,
            started_at: now,
            cancel_requested_at: None,
            trace_context: None,
            low: lane == Lane::Upkeep,
        }
    }

    const TASKS: Arm = Arm { kind: "task", queue: "tasks", most: usize::MAX, low: None, after: None };

    /// What a turn brings that does as it was told.
    fn turned(order: Order, claimed: Vec<Claimed>) -> Turned {
        let mut passed = order.arms;
        for arm in &mut passed {
            arm.pass(&claimed);
        }
        let held = Held::default();
        let claimed = claimed.into_iter().map(|job| {
            let lease = held.hold(&job);
            (job, lease)
        });
        Turned {
            ordered: order.jobs,
            low: order.low,
            claimed: claimed.collect(),
            more: true,
            anew: false,
            passed,
            round: order.round,
        }
    }

    /// An order of a round that lasts as long as the test.
    fn order(crew: &mut Crew) -> Order {
        crew.round_began = Instant::now() + Duration::from_hours(1);
        crew.order(false).unwrap()
    }

    /// Takes a turn that brings one job, and says where that was looked for.
    fn one_more(crew: &mut Crew) -> Option<Place> {
        let order = order(crew);
        let after = order.arms[0].after;
        bring_one(crew, order);
        after
    }

    fn bring_one(crew: &mut Crew, order: Order) {
        crew.take(turned(order, vec![job(Lane::Normal)]));
        let (done, _) = crew.next().unwrap();
        crew.keep(super::handed_back(&done));
    }

    #[test]
    fn claims_go_on_behind_those_before_until_something_is_new() {
        let mut crew = Crew::new(1, vec![TASKS]);
        let afters = [one_more(&mut crew), one_more(&mut crew), one_more(&mut crew)];
        assert!(afters[0].is_none() && afters[1].is_some() && afters[2] > afters[1], "{afters:?}");

        crew.look();

        assert_eq!(one_more(&mut crew), None);
    }

    #[test]
    fn a_turn_that_was_under_way_when_something_was_new_tells_nothing_of_how_far_claims_came() {
        let mut crew = Crew::new(1, vec![TASKS]);
        let order = order(&mut crew);

        crew.look();
        bring_one(&mut crew, order);

        assert_eq!(one_more(&mut crew), None);
    }

    #[test]
    fn claims_begin_from_the_start_where_too_little_was_left_behind_those_before() {
        let mut crew = Crew::new(1, vec![TASKS]);
        one_more(&mut crew);
        let last = order(&mut crew);
        assert!(last.arms[0].after.is_some());

        crew.take(Turned { more: false, anew: true, ..turned(last, Vec::new()) });

        assert_eq!(order(&mut crew).arms[0].after, None);
    }

    #[test]
    fn what_is_claimed_ahead_and_handed_back_costs_a_low_lane_none_of_its_slots() {
        let mut crew = Crew::new(1, vec![TASKS]);
        let mut begun = Vec::new();
        for _ in 0..8 {
            // Jobs were quick, so that more is claimed ahead than finds a hand before it goes back.
            crew.pace = Some(Duration::from_millis(1).as_secs_f64());
            let order = crew.order(false).unwrap();
            let lanes = (0..order.jobs).map(|n| if n < order.low { Lane::Upkeep } else { Lane::Normal });
            let claimed = lanes.map(job).collect();
            crew.take(turned(order, claimed));
            begun.extend((0..10).filter_map(|_| crew.next()).map(|(job, _)| job.low));
            crew.hand_back_ahead();
        }

        let places: Vec<usize> = (0..begun.len()).filter(|place| begun[*place]).collect();
        assert_eq!((begun.len(), places), (80, vec![15, 31, 47, 63, 79]), "one slot in sixteen");
    }
}
