//! What text is made of, without any I/O: bytes into characters, markup into words, words for the index and for questions,
//! and the passage that answers one.
//!
//! Pure and total: nothing here imports another room or fails on any text, and all of it takes time in proportion to what it
//! is given.

pub mod bare;
pub mod charset;
pub mod chunks;
pub mod clean;
pub mod language;
pub mod likeness;
pub mod markup;
pub mod query;
pub mod snippet;
pub mod timeline;
pub mod words;

mod fold;
mod stem;
mod stop_words;
mod tokens;
