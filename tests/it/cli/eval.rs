//! `brainly eval`: what it measures, on collections of a few documents.

mod extraction;
mod search;
