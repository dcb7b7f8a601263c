//! Brainly: a second brain that people host themselves. Save a link, find it again by its words and by what it means.
//!
//! One binary, `brainly`, and this library behind it. Each module is a room of the house; a room imports only rooms
//! below it, and `tests/it/architecture.rs` fails on any other arrow. Lowest first:
//!
//! | room | what is in it |
//! |---|---|
//! | [`domain`] | plain data and rules; no I/O |
//! | [`config`] | what an operator may set, checked as a whole |
//! | [`telemetry`] | logs, metrics, traces, reports of errors |
//! | [`auth`] | password hashing, tokens, Google ID tokens: verification, no SQL |
//! | [`text`], [`provider`] | pure: words, snippets; which site a link belongs to |
//! | [`imports`] | pure: files of links from other services |
//! | [`fetch`] | the only way out to the network |
//! | [`extract`] | a page's bytes become what is worth keeping |
//! | [`embed`] | text becomes vectors |
//! | [`db`] | two engines behind one statement; migrations |
//! | [`store`] | SQL for our tables |
//! | [`queue`] | a job queue that has never heard of links |
//! | [`mod@search`] | words and meaning, fused |
//! | [`files`] | bytes by key: a folder, a bucket of S3 |
//! | [`backup`] | a database at one moment, proven by its manifest; restored, verified |
//! | [`app`] | everything that actions need, built once |
//! | [`actions`] | everything Brainly can do, one verb a file |
//! | [`jobs`] | job kinds: each translates a job into one action |
//! | [`api`] | the HTTP skin |
//! | [`cli`] | the terminal skin |
//!
//! To follow one saved link through the house, start at [`actions::save_content`], go on to [`jobs`], and end at
//! [`actions::search()`].

pub mod actions;
pub mod api;
pub mod app;
pub mod auth;
pub mod backup;
pub mod cli;
pub mod config;
pub mod db;
pub mod domain;
pub mod embed;
pub mod extract;
pub mod fetch;
pub mod files;
pub mod imports;
pub mod jobs;
pub mod provider;
pub mod queue;
pub mod search;
pub mod store;
pub mod telemetry;
pub mod text;
