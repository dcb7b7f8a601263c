//! The corner of the store that knows how words are found; the engines' differences stay in here.

pub mod words;
