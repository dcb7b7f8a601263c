//! The two indexes of everybody's items, where the engines differ most.

mod filter;
pub mod meaning;
pub mod words;
