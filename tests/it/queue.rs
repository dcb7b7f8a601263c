//! The queue, seen from outside: what is enqueued, what runs, and what stands in the table after it.

mod again;
mod attempts;
mod control;
mod cost;
mod enqueue;
mod expressions;
mod fairness;
mod faults;
mod inspect;
mod lab;
mod model;
mod running;
mod schedules;
mod wake;
mod workers;
