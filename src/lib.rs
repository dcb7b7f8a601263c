//! Brainly: a second brain that people host themselves.
#![doc = "The rooms of the house, lowest first; `tests/it/architecture.rs` keeps the arrows."]

pub mod actions;
pub mod api;
pub mod app;
pub mod auth;
pub mod config;
pub mod db;
pub mod domain;
pub mod extract;
pub mod fetch;
pub mod jobs;
pub mod provider;
pub mod queue;
pub mod store;
pub mod text;
