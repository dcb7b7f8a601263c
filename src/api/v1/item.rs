//! Items as clients see them.

use std::str::FromStr;

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::actions::{self, FullItem, Item, SimilarItem};
use crate::api::time::Time;
use crate::domain::Kind;

/// An item, as lists show it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Item)]
pub struct ItemBody {
    #[serde(rename = "_id")]
    old_id: Uuid,
    id: Uuid,
    title: String,
    /// Empty for a note.
    link: String,
    r#type: String,
    /// The provider's id for it.
    content_id: Option<String>,
    user_id: Uuid,
    /// The provider's name for people.
    display_name: &'static str,
    embed_url: Option<String>,
    canonical_url: Option<String>,
    can_embed: bool,
    tags: Vec<ItemTag>,
    note: Option<String>,
    is_favorite: bool,
    is_archived: bool,
    /// `pending`, `processing`, `enriched`, `failed` or `skipped`.
    enrichment_status: String,
    /// Why it was not understood.
    enrichment_error: Option<String>,
    enrichment_retries: i32,
    enriched_at: Option<Time>,
    metadata: Metadata,
    /// `transcript`, `article`, `markdown` or `plain`.
    full_text_type: Option<String>,
    summary: Option<String>,
    ai_tags: Option<Vec<String>>,
    created_at: Time,
    updated_at: Time,
    /// When it went to the trash.
    #[serde(skip_serializing_if = "Option::is_none")]
    deleted_at: Option<Time>,
}

/// What the page says about itself.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Metadata {
    title: Option<String>,
    description: Option<String>,
    author: Option<String>,
    author_url: Option<String>,
    thumbnail_url: Option<String>,
    published_date: Option<Time>,
    tags: Option<Vec<String>>,
    language: Option<String>,
    site_name: Option<String>,
    word_count: Option<i32>,
    reading_time_seconds: Option<i32>,
}

/// A tag on an item.
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemTag {
    #[serde(rename = "_id")]
    old_id: Uuid,
    id: Uuid,
    name: String,
}

/// An item with its long texts.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = FullItem)]
pub struct FullItemBody {
    #[serde(flatten)]
    item: ItemBody,
    /// What the page says.
    full_text: Option<String>,
    /// The same as sanitised HTML, where the page is an article.
    reader_html: Option<String>,
    /// `[{text, start, duration}]`, in seconds.
    transcript_segments: Option<serde_json::Value>,
    /// Whatever its provider told.
    provider_data: Option<serde_json::Value>,
    /// Others of yours that say the same, or nearly.
    similar_to: Vec<SimilarBody>,
}

/// An item that says the same as another, or nearly.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SimilarItem)]
pub struct SimilarBody {
    id: Uuid,
    title: String,
    link: String,
    /// `copy`, `duplicate` (the same but for details) or `similar`.
    likeness: &'static str,
    /// Runs of three words that both have, of all that either has: 0 to 1.
    score: f64,
}

/// An item as strangers see it who have a share link.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PublicItem)]
pub struct PublicItemBody {
    #[serde(rename = "_id")]
    old_id: Uuid,
    id: Uuid,
    title: String,
    link: String,
    r#type: String,
    content_id: Option<String>,
    display_name: &'static str,
    embed_url: Option<String>,
    canonical_url: Option<String>,
    can_embed: bool,
    tags: Vec<ItemTag>,
    metadata: Metadata,
    created_at: Time,
}

impl From<Item> for ItemBody {
    fn from(item: Item) -> Self {
        let tags = tags(&item);
        let (display_name, can_embed) = site(&item.kind);
        Self {
            old_id: item.id.0,
            id: item.id.0,
            title: item.title,
            link: item.link,
            r#type: item.kind,
            content_id: item.content_id,
            user_id: item.user_id.0,
            display_name,
            embed_url: item.embed_url,
            canonical_url: item.canonical_url,
            can_embed,
            tags,
            note: item.note,
            is_favorite: item.is_favorite,
            is_archived: item.is_archived,
            enrichment_status: item.enrichment_status,
            enrichment_error: item.enrichment_error,
            enrichment_retries: item.enrichment_retries,
            enriched_at: item.enriched_at.map(Time),
            metadata: Metadata {
                title: item.meta_title,
                description: item.meta_description,
                author: item.meta_author,
                author_url: item.meta_author_url,
                thumbnail_url: item.meta_thumbnail,
                published_date: item.meta_published_at.map(Time),
                tags: item.meta_tags.map(|tags| tags.0),
                language: item.meta_language,
                site_name: item.meta_site_name,
                word_count: item.word_count,
                reading_time_seconds: item.reading_time_seconds,
            },
            full_text_type: item.full_text_type,
            summary: item.summary,
            ai_tags: item.ai_tags.map(|tags| tags.0),
            created_at: Time(item.created_at),
            updated_at: Time(item.updated_at),
            deleted_at: item.deleted_at.map(Time),
        }
    }
}

impl FullItemBody {
    /// From an item with all that is known of it.
    pub fn new(FullItem { item, texts, similar }: FullItem) -> Self {
        let body =
            |SimilarItem { id, title, link, likeness, score }| SimilarBody { id: id.0, title, link, likeness, score };
        Self {
            item: item.into(),
            full_text: texts.full_text,
            reader_html: texts.reader_html,
            transcript_segments: texts.transcript_segments.map(|json| json.0),
            provider_data: texts.provider_data.map(|json| json.0),
            similar_to: similar.into_iter().map(body).collect(),
        }
    }
}

impl From<Item> for PublicItemBody {
    fn from(item: Item) -> Self {
        let item = ItemBody::from(item);
        Self {
            old_id: item.old_id,
            id: item.id,
            title: item.title,
            link: item.link,
            r#type: item.r#type,
            content_id: item.content_id,
            display_name: item.display_name,
            embed_url: item.embed_url,
            canonical_url: item.canonical_url,
            can_embed: item.can_embed,
            tags: item.tags,
            metadata: item.metadata,
            created_at: item.created_at,
        }
    }
}

fn tags(item: &Item) -> Vec<ItemTag> {
    item.tags().into_iter().map(|(id, name)| ItemTag { old_id: id, id, name }).collect()
}

/// The name of an item's site, and whether its items can be embedded.
fn site(kind: &str) -> (&'static str, bool) {
    let Ok(kind) = Kind::from_str(kind) else { return ("Link", false) };
    match (actions::provider_of(kind), kind) {
        (Some(provider), _) => (provider.display_name, provider.supports_embed()),
        (None, Kind::Note) => ("Note", false),
        (None, _) => ("Link", false),
    }
}
