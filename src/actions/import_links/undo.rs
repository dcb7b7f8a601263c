//! Puts what an import has saved into the trash, from where it can be restored.

use uuid::Uuid;

use crate::actions::{Error, Result, trash_content};
use crate::app::App;
use crate::store::imports::{self, Outcome};

/// Entries that are undone before that is noted.
const BATCH: i64 = 200;

/// Undoes the next entries; ends when there are none. What their owner has thrown away already is let be.
///
/// # Errors
/// [`Error::Database`].
pub async fn undo_batch(app: &App, id: Uuid) -> Result<()> {
    let rows = imports::rows(&app.db, id, Some("accepted"), 0, BATCH).await?;
    let mut tx = app.db.begin().await?;
    let import = imports::lock(&mut tx, id).await?.filter(|import| import.state == "undoing");
    let Some(import) = import else { return Ok(()) };
    if rows.is_empty() {
        imports::advance(&mut tx, id, "undoing", "undone", Some(app.clock.now())).await?;
        return Ok(tx.commit().await?);
    }
    drop(tx);
    let mut outcomes = Vec::new();
    for row in rows {
        if let Some(item) = row.content_id {
            match trash_content(app, import.user_id, item).await {
                Ok(()) | Err(Error::NotFound(_)) => {}
                Err(error) => return Err(error),
            }
        }
        outcomes.push(Outcome { entry: row.entry, outcome: "undone", reason: None, content_id: row.content_id });
    }
    let mut tx = app.db.begin().await?;
    imports::settle(&mut tx, id, &outcomes).await?;
    Ok(tx.commit().await?)
}
