//! Requests as metrics: how many are under way, how many there were, and how long they took.
//!
//! To find a metric by its labels costs more than to tell it something, so each thread remembers those that it has found.

use std::cell::RefCell;
use std::collections::HashMap;
use std::time::Duration;

use metrics::{Counter, Gauge, Histogram};

use crate::domain::metric::{self, Held};

static IN_FLIGHT: Held<Gauge> = Held::new(|| metrics::gauge!(metric::HTTP_IN_FLIGHT));

thread_local! {
    /// By route; of each there are a few methods and statuses.
    static FOUND: RefCell<HashMap<String, Vec<Answers>>> = RefCell::default();
}

/// The answers of a route to a method with a status.
struct Answers {
    method: &'static str,
    status: u16,
    count: Counter,
    duration: Histogram,
}

impl Answers {
    fn of(method: &'static str, route: &str, status: u16) -> Self {
        let route = route.to_owned();
        let duration = metrics::histogram!(metric::HTTP_DURATION, "method" => method, "route" => route.clone());
        let labels = [("method", method.to_owned()), ("route", route), ("status", status.to_string())];
        Self { method, status, count: metrics::counter!(metric::HTTP_REQUESTS, &labels), duration }
    }

    fn tell(&self, took: Duration) {
        self.count.increment(1);
        self.duration.record(took);
    }
}

/// One more is under way.
pub(super) fn begun() {
    if let Some(in_flight) = IN_FLIGHT.get() {
        in_flight.increment(1.0);
    }
}

/// One is over: `route` is its template, never a path.
pub(super) fn ended(method: &'static str, route: &str, status: u16, took: Duration) {
    let Some(in_flight) = IN_FLIGHT.get() else { return };
    in_flight.decrement(1.0);
    FOUND.with_borrow_mut(|found| {
        let same = |answers: &&Answers| answers.method == method && answers.status == status;
        if let Some(answers) = found.get(route).and_then(|known| known.iter().find(same)) {
            return answers.tell(took);
        }
        let answers = Answers::of(method, route, status);
        answers.tell(took);
        found.entry(route.to_owned()).or_default().push(answers);
    });
}
