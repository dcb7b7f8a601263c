//! Fields that several bodies share.

use axum::Json;
use serde::de::{Error as _, IgnoredAny};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use crate::domain::{Note, SourceUrl, TagId};

/// An answer that has only something to say.
#[derive(Debug, Serialize, ToSchema)]
pub struct Message {
    message: &'static str,
}

impl Message {
    /// With this text.
    pub const fn new(message: &'static str) -> Self {
        Self { message }
    }

    /// The same as a whole answer.
    pub const fn json(message: &'static str) -> Json<Self> {
        Json(Self::new(message))
    }
}

/// Ids of tags; what is none is passed over, `null` is no tag at all.
#[derive(Debug, Default)]
pub struct TagIds(pub Vec<TagId>);

impl<'de> Deserialize<'de> for TagIds {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Entry {
            Text(String),
            Other(IgnoredAny),
        }
        let entries = Option::<Vec<Entry>>::deserialize(from)?.unwrap_or_default();
        let ids = entries.into_iter().filter_map(|entry| match entry {
            Entry::Text(text) => text.parse().ok(),
            Entry::Other(IgnoredAny) => None,
        });
        Ok(Self(ids.collect()))
    }
}

/// A link that can be saved.
pub fn link<'de, D: Deserializer<'de>>(from: D) -> Result<SourceUrl, D::Error> {
    let text = String::deserialize(from)?;
    SourceUrl::parse(&text).map_err(D::Error::custom)
}

/// A note of which `null` leaves nothing, as an empty one does; one that was not given is none.
pub fn empty_when_null<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Note>, D::Error> {
    Option::<Note>::deserialize(from).map(|note| Some(note.unwrap_or_default()))
}

/// A link that can be saved, or none; an empty one is none.
pub fn optional_link<'de, D: Deserializer<'de>>(from: D) -> Result<Option<SourceUrl>, D::Error> {
    let text = Option::<String>::deserialize(from)?.filter(|text| !text.trim().is_empty());
    text.map(|text| SourceUrl::parse(&text).map_err(D::Error::custom)).transpose()
}
