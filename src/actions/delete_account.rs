//! Removes an account and all that is in it.

use std::time::Duration;

use super::prove_password::{Proof, prove_password};
use super::revoke_sessions::lock_proven;
use super::{Error, Result};
use crate::app::App;
use crate::db;
use crate::domain::UserId;
use crate::store::{hosts, users};

/// How often a removal that meets the user's own writes is tried.
const ATTEMPTS: u32 = 5;
/// How long those writes are given to end, times the number of the attempt.
const PAUSE: Duration = Duration::from_millis(100);

/// Removes a user and every row that is theirs, for good, at their own wish.
///
/// # Errors
/// [`Error::Invalid`] or [`Error::IncorrectCredentials`] when the user has a password and `current` is not it;
/// [`Error::Busy`], [`Error::Database`].
pub async fn delete_account(app: &App, user: UserId, current: Option<&str>) -> Result<()> {
    let proof = prove_password(app, user, current).await?;
    remove(app, user, Some(&proof)).await
}

/// Removes a user and every row that is theirs, for good, at the operator's wish.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Database`].
pub async fn delete_user(app: &App, user: UserId) -> Result<()> {
    remove(app, user, None).await
}

/// Whoever saves for the user meanwhile takes the same locks in another order, and PostgreSQL then ends one of the two.
async fn remove(app: &App, user: UserId, proof: Option<&Proof>) -> Result<()> {
    for attempt in 1..ATTEMPTS {
        match try_remove(app, user, proof).await {
            Err(Error::Database(db::Error::Busy(_))) => tokio::time::sleep(PAUSE * attempt).await,
            done => return done,
        }
    }
    try_remove(app, user, proof).await
}

async fn try_remove(app: &App, user: UserId, proof: Option<&Proof>) -> Result<()> {
    let mut tx = app.db.begin().await?;
    match proof {
        Some(proof) => lock_proven(&mut tx, user, proof).await?,
        None => drop(users::lock(&mut tx, user).await?.ok_or(Error::NotFound("User"))?),
    }
    hosts::forget_owner(&mut tx, user).await?;
    users::delete(&mut tx, user).await?;
    Ok(tx.commit().await?)
}
