//! Links that somebody brings along: read from a file, saved in batches, undone if need be.
//!
//! A file is first read into rows that wait; then batches of them are saved, each in one transaction with what became of its
//! rows. So an import that is killed goes on where it was, and every row can be asked about.

mod read;
mod save;
mod undo;

use uuid::Uuid;

use super::{Error, Result};
use crate::app::App;
use crate::domain::UserId;
use crate::domain::job::ImportLinks;
use crate::queue::{self, Enqueue};
use crate::store::imports;

pub use crate::imports::{Entry, Format};
pub use crate::store::imports::{Import, Row};
pub use read::{Found, Source, read_file, try_file};
pub use save::{Batch, prepare_batch, save_batch};
pub use undo::undo_batch;

/// The owner's imports, the newest first.
///
/// # Errors
/// [`Error::Database`].
pub async fn list_imports(app: &App, owner: UserId) -> Result<Vec<Import>> {
    Ok(imports::list(&app.db, owner).await?)
}

/// The owner's import.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Database`].
pub async fn find_import(app: &App, owner: UserId, id: Uuid) -> Result<Import> {
    imports::find(&app.db, owner, id).await?.ok_or(Error::NotFound("Import"))
}

/// Entries of the owner's import after a place, with what became of them.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Database`].
pub async fn import_rows(
    app: &App,
    owner: UserId,
    id: Uuid,
    outcome: Option<&str>,
    after: i64,
    limit: u32,
) -> Result<Vec<Row>> {
    find_import(app, owner, id).await?;
    Ok(imports::rows(&app.db, id, outcome, after, limit.into()).await?)
}

/// Puts everything that an import has saved into the trash; a worker does it.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`] when it is undone already; [`Error::Database`].
pub async fn undo_import(app: &App, owner: UserId, id: Uuid) -> Result<Import> {
    find_import(app, owner, id).await?;
    let mut tx = app.db.begin().await?;
    let import = imports::lock(&mut tx, id).await?.ok_or(Error::NotFound("Import"))?;
    if matches!(import.state.as_str(), "undoing" | "undone") {
        return Err(Error::Invalid("The import is undone already".into()));
    }
    imports::advance(&mut tx, id, &import.state, "undoing", None).await?;
    enqueue(app, &mut tx, owner, id).await?;
    tx.commit().await?;
    app.wake.notify();
    find_import(app, owner, id).await
}

/// Does what is left to do of an import, until it is over.
///
/// # Errors
/// [`Error::Database`]; what was done until then stays.
pub async fn work_import(app: &App, id: Uuid, mut progress: impl FnMut(&Import)) -> Result<()> {
    let mut ahead = None;
    loop {
        let mut tx = app.db.begin().await?;
        let import = imports::lock(&mut tx, id).await?;
        drop(tx);
        let Some(import) = import else { return Ok(()) };
        progress(&import);
        match import.state.as_str() {
            "saving" => {
                let batch = match ahead.take().filter(|batch: &Batch| batch.after == import.settled()) {
                    Some(batch) => batch,
                    None => prepare_batch(app, id, import.settled()).await?,
                };
                // The next is made ready while the database writes.
                let next = prepare_batch(app, id, batch.last());
                let (saved, next) = tokio::join!(save_batch(app, id, batch), next);
                saved?;
                ahead = Some(next?);
            }
            "undoing" => undo_batch(app, id).await?,
            _ => return Ok(()),
        }
    }
}

async fn enqueue(app: &App, tx: &mut crate::db::Tx<'_>, owner: UserId, import_id: Uuid) -> Result<()> {
    let options = Enqueue { owner: Some(owner), ..Enqueue::default() };
    queue::enqueue(tx, &ImportLinks { import_id }, options, app.clock.now()).await?;
    Ok(())
}
