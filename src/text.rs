//! What text is made of: words for the index and for questions, and the passage that answers one.
//!
//! Pure and total: nothing here reads a file, a clock or the database, imports another room, or fails on any text.

pub mod query;
pub mod snippet;
pub mod words;

mod fold;
mod stem;
mod stop_words;
mod tokens;
//! Text, without any I/O: bytes into characters, markup into a tree or into words, and what may be stored.
//!
//! Every function here is pure and total, and takes time in proportion to what it is given.

pub mod charset;
pub mod clean;
pub mod language;
pub mod markup;
