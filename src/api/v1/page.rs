//! Which items, and which page of them: the queries that lists and searches share.

use std::fmt::Display;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::actions::{Filter, Page, Start, TagRef};
use crate::api::{Error, Result};
use crate::domain::{ContentId, EnrichmentStatus, Kind, Timestamp};

/// The most items of a page, and what one gets who doesn't say.
const MAX_LIMIT: u32 = 1000;

/// Which of the user's items.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct FilterQuery {
    /// Only this type.
    #[serde(deserialize_with = "parsed")]
    #[param(value_type = Option<String>)]
    r#type: Option<Kind>,
    /// Only with this tag: its id or its name.
    #[serde(deserialize_with = "parsed")]
    #[param(value_type = Option<String>)]
    tag: Option<TagRef>,
    /// Only with this status.
    #[serde(deserialize_with = "parsed")]
    #[param(value_type = Option<String>)]
    status: Option<EnrichmentStatus>,
    /// Only what was saved before: RFC 3339, or a date.
    #[serde(deserialize_with = "parsed")]
    #[param(value_type = Option<String>)]
    before: Option<Moment>,
    /// Only what was saved after: RFC 3339, or a date.
    #[serde(deserialize_with = "parsed")]
    #[param(value_type = Option<String>)]
    after: Option<Moment>,
    /// Only favourites, or only others.
    #[serde(deserialize_with = "parsed")]
    favorite: Option<bool>,
    /// Only what was put aside, or only what was not.
    #[serde(deserialize_with = "parsed")]
    archived: Option<bool>,
    /// What lies in the trash instead.
    #[serde(deserialize_with = "parsed")]
    trash: Option<bool>,
}

/// Which page.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// Items on the page.
    #[serde(deserialize_with = "parsed")]
    #[param(minimum = 1, maximum = 1000, default = 1000)]
    limit: Option<u32>,
    /// Items to leave out before it.
    #[serde(deserialize_with = "parsed")]
    skip: Option<u32>,
    /// `nextCursor` of the page before; then `skip` does not count.
    #[serde(deserialize_with = "parsed")]
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor>,
}

/// Where a page stands among all.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Pagination {
    /// Items that match.
    total: i64,
    limit: u32,
    skip: u32,
    has_more: bool,
    /// Where the next page begins; none after the last one.
    next_cursor: Option<String>,
}

impl From<FilterQuery> for Filter {
    fn from(query: FilterQuery) -> Self {
        Self {
            kind: query.r#type,
            tag: query.tag,
            status: query.status,
            before: query.before.map(|Moment(at)| at),
            after: query.after.map(|Moment(at)| at),
            favorite: query.favorite,
            archived: query.archived,
            trash: query.trash.unwrap_or_default(),
        }
    }
}

impl PageQuery {
    /// How many items, from where.
    ///
    /// # Errors
    /// 400 for a limit out of bounds.
    pub fn bounds(&self) -> Result<(Start, u32)> {
        let limit = self.limit.unwrap_or(MAX_LIMIT);
        if !(1..=MAX_LIMIT).contains(&limit) {
            return Err(Error::Invalid(format!("limit must be between 1 and {MAX_LIMIT}")));
        }
        let start = match &self.cursor {
            Some(Cursor(at, id)) => Start::After(*at, *id),
            None => Start::Skip(self.skip.unwrap_or_default()),
        };
        Ok((start, limit))
    }
}

impl Pagination {
    /// Describes `page`, which began at `start`.
    pub fn new(page: &Page, start: Start, limit: u32) -> Self {
        let last = page.items.last().filter(|_| page.has_more);
        Self {
            total: page.total,
            limit,
            skip: if let Start::Skip(skip) = start { skip } else { 0 },
            has_more: page.has_more,
            next_cursor: last.map(|item| Cursor(item.created_at, item.id).to_string()),
        }
    }
}

/// The item after which a page begins: when it was saved, and its id. Opaque to clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cursor(Timestamp, ContentId);

impl Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut bytes = self.0.timestamp_micros().to_be_bytes().to_vec();
        bytes.extend_from_slice(self.1.0.as_bytes());
        f.write_str(&URL_SAFE_NO_PAD.encode(bytes))
    }
}

impl FromStr for Cursor {
    type Err = &'static str;

    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        const WRONG: &str = "cursor is not one that this server gave";
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| WRONG)?;
        let (micros, id) = bytes.split_first_chunk::<8>().ok_or(WRONG)?;
        let at = DateTime::from_timestamp_micros(i64::from_be_bytes(*micros)).ok_or(WRONG)?;
        let id = uuid::Uuid::from_slice(id).map_err(|_| WRONG)?;
        Ok(Self(at, ContentId(id)))
    }
}

/// RFC 3339, or a date, which means its midnight in UTC.
#[derive(Debug, Clone, Copy)]
struct Moment(Timestamp);

impl FromStr for Moment {
    type Err = &'static str;

    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        // A plus sign that was not encoded arrives as a space.
        let time = DateTime::parse_from_rfc3339(&text.replace(' ', "+")).map(|time| time.with_timezone(&Utc));
        let date = || text.parse::<NaiveDate>().ok()?.and_hms_opt(0, 0, 0).map(|time| time.and_utc());
        time.ok().or_else(date).map(Self).ok_or("must be a time such as 2026-02-25T10:00:00Z, or a date")
    }
}

/// A value by its `FromStr`; an empty one was not given.
pub(in crate::api::v1) fn parsed<'de, D: Deserializer<'de>, T>(from: D) -> std::result::Result<Option<T>, D::Error>
where
    T: FromStr<Err: Display>,
{
    let text = std::borrow::Cow::<'_, str>::deserialize(from)?;
    if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(serde::de::Error::custom) }
}
