//! The queue, seen from outside: what is enqueued, what runs, and what stands in the table after it.

mod attempts;
mod enqueue;
mod expressions;
mod lab;
mod schedules;
mod wake;
mod workers;
