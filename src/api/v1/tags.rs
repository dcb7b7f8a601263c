//! Tags.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::store::tags::Tag;

/// A tag.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TagBody {
    /// Its id.
    #[serde(rename = "_id")]
    pub old_id: Uuid,
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Live items that carry it.
    pub count: i64,
}

impl From<Tag> for TagBody {
    fn from(tag: Tag) -> Self {
        Self { old_id: tag.id.0, id: tag.id.0, name: tag.name, count: tag.item_count }
    }
}
