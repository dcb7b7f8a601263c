//! Backups: a whole database at one moment, with a manifest that proves it; verified, restored, and removed when old.
//!
//! A backup is two files under one name: the database (an SQLite file, or `pg_dump`'s custom format; compressed) and, written
//! last, `manifest.json`. Without a manifest there is no backup, only leftovers: so half a backup is never taken for a whole
//! one. The manifest tells the versions, the rows of every table, a fingerprint of the rows of each table that people's data
//! are in ([`tables`]), and the SHA-256 of the file. The file may be encrypted (`lock`).
//!
//! Where the bytes lie is [`crate::files`]' business. What may be done by whom, and what is told of it, is that of
//! [`crate::actions::backup`].

pub mod archive;
mod catalog;
mod create;
mod error;
pub mod fingerprint;
mod lock;
mod manifest;
mod meter;
mod pipe;
mod postgres;
mod restore;
mod retention;
mod survey;
pub mod tables;
mod temporary;
mod verify;

pub use catalog::{Listed, find, list, remove};
pub use create::{copy_to, create};
pub use error::{Error, Result};
pub use lock::{By, Encryption, Keys};
pub use manifest::{BackupId, Manifest, Part, TableSum};
pub use meter::{Meter, Phase};
pub use postgres::Programs;
pub use restore::{is_empty, restore};
pub use retention::{Keep, doomed};
pub use survey::{differences, fingerprint as fingerprint_of, survey};
pub use verify::{check_by_restoring, check_bytes, check_stored};

/// What backups are made with, and opened.
#[derive(Debug, Clone)]
pub struct Tools {
    /// PostgreSQL's own.
    pub programs: Programs,
    /// What they are encrypted with.
    pub keys: Keys,
}
