//! The queue, seen from outside: what is enqueued, what runs, and what stands in the table after it.

mod attempts;
mod enqueue;
mod faults;
mod lab;
mod wake;
mod workers;
