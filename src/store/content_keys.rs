//! `content_keys`: further links by which an item's page is known, as hashes of their canonical form.
//!
//! They come from reading: where the link's redirects end, and what the page calls itself. The item's own link is no key here;
//! it stands in `contents`.

use crate::db::{Result, Tx, sql};
use crate::domain::{ContentId, UserId};

/// Puts `keys` in place of those that the item had.
pub async fn replace(tx: &mut Tx<'_>, owner: UserId, id: ContentId, keys: &[[u8; 32]]) -> Result<()> {
    sql("DELETE FROM content_keys WHERE content_id = $1").bind(id).execute(tx).await?;
    for key in keys {
        sql("INSERT INTO content_keys (user_id, key_hash, content_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
            .bind(owner)
            .bind(*key)
            .bind(id)
            .execute(tx)
            .await?;
    }
    Ok(())
}

/// The oldest live item of `owner` whose page is known by `key` too, unless another live item has just that link.
pub async fn find(tx: &mut Tx<'_>, owner: UserId, key: [u8; 32]) -> Result<Option<ContentId>> {
    let found: Option<(ContentId,)> = sql("SELECT c.id FROM content_keys k JOIN contents c ON c.id = k.content_id \
         WHERE k.user_id = $1 AND k.key_hash = $2 AND c.deleted_at IS NULL AND NOT EXISTS (SELECT 1 FROM contents own \
         WHERE own.user_id = $1 AND own.canonical_hash = $2 AND own.deleted_at IS NULL) ORDER BY c.created_at, c.id LIMIT 1")
    .bind(owner)
    .bind(key)
    .fetch_optional(tx)
    .await?;
    Ok(found.map(|(id,)| id))
}
