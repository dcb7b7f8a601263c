//! The queue, seen from outside: what is enqueued, what runs, and what stands in the table after it.

mod attempts;
mod enqueue;
mod fairness;
mod lab;
mod running;
mod wake;
mod workers;
