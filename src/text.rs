//! Text, without any I/O: bytes into characters, markup into a tree or into words, and what may be stored.
//!
//! Every function here is pure and total, and takes time in proportion to what it is given.

pub mod charset;
pub mod clean;
pub mod language;
pub mod markup;
