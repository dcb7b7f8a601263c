//! Gives a brain a public address, or takes it away.

use super::Result;
use crate::app::App;
use crate::auth::random;
use crate::domain::UserId;
use crate::store::share_links;
use uuid::Uuid;

/// The public hash of the owner's brain: made at the first call, the same one at every later call.
///
/// # Errors
/// [`super::Error::Database`].
pub async fn share_brain(app: &App, owner: UserId) -> Result<String> {
    let mut tx = app.db.begin().await?;
    let hash = share_links::create(&mut tx, owner, Uuid::new_v4(), &random::share_hash()).await?;
    tx.commit().await?;
    Ok(hash)
}

/// Takes the owner's brain out of public view; the old hash is never given again.
///
/// # Errors
/// [`super::Error::Database`].
pub async fn unshare_brain(app: &App, owner: UserId) -> Result<()> {
    let mut tx = app.db.begin().await?;
    share_links::delete(&mut tx, owner).await?;
    tx.commit().await?;
    Ok(())
}
