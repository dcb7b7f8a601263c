//! The old server's rows get what they lacked: keys of names, canonical links, counts, and jobs that make them findable.
//!
//! Every row is kept. What our rules forbid (names that differ only in case, the same link twice, links that are none) is
//! counted and told, never merged or removed.

use std::collections::HashSet;

use chrono::SubsecRound as _;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::Rows;
use crate::db::{Db, Error, Result, Tx};
use crate::domain::job::{EnrichContent, IndexContent, Lane};
use crate::domain::username::fold;
use crate::domain::{Clock, ContentId, EnrichmentStatus, Kind, SourceUrl, Timestamp, UserId};
use crate::provider;
use crate::queue::{self, Enqueue};
use crate::store::adoption::{self as rows, After, Completed, OldItem};
use crate::store::{backfills, content_counts};

/// The name under which the work is kept.
const NAME: &str = "old_server";
/// Its parts, in their order.
const USERS: &str = "users";
const CONTENTS: &str = "contents";
const COUNTS: &str = "counts";

/// What was found in the old server's database.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Adoption {
    /// How much there was.
    pub rows: Rows,
    /// Names that an older account has in another case: they sign in by their exact spelling.
    pub names_taken_in_another_case: i64,
    /// Items whose link an older item of the same user has too.
    pub duplicate_links: i64,
    /// Links that are not of the web; kept as they are.
    pub links_not_of_the_web: i64,
    /// Items that the old server left in `processing`.
    pub stuck_in_processing: i64,
    /// Items that the old server could not read.
    pub skipped: i64,
    /// Statuses that nobody knows.
    pub unknown_statuses: i64,
    /// Types that nobody knows; kept as they are.
    pub unknown_types: i64,
    /// Lists of words that were none, and are now.
    pub odd_lists: i64,
    /// Items that will be read.
    pub to_read: i64,
    /// Tables and extensions that nobody uses any more.
    pub leftovers: Vec<String>,
}

impl Adoption {
    /// Each oddity's count with what was made of it, in words for the operator.
    pub fn oddities(&self) -> Vec<(i64, &'static str)> {
        vec![
            (
                self.names_taken_in_another_case,
                "name(s) differ only in case from an older account's: they sign in by exact spelling",
            ),
            (self.duplicate_links, "item(s) have a link that an older item of the user has too: kept as duplicates"),
            (self.links_not_of_the_web, "link(s) are not http or https: kept as they are, never read"),
            (self.stuck_in_processing, "item(s) were stuck in processing: queued anew"),
            (self.skipped, "item(s) had been skipped: queued anew"),
            (self.unknown_statuses, "item(s) had an unknown status: queued anew"),
            (self.unknown_types, "item(s) have an unknown type: kept as they are"),
            (self.odd_lists, "list(s) of tags in metadata were malformed: mended"),
            (self.to_read, "item(s) wait to be read by the worker"),
        ]
    }
}

/// How far an adoption has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// There is none to be done.
    Nothing,
    /// Some was done, and some is left.
    More,
    /// It is done; this is what was found in all.
    Finished(Adoption),
}

/// Does the next part of an adoption, at most `limit` items, in one transaction.
///
/// # Errors
/// Whatever a statement meets; nothing of this part is done then.
pub async fn adopt_batch(db: &Db, clock: &Clock, limit: u32) -> Result<Progress> {
    let mut tx = db.begin().await?;
    let Some(work) = backfills::lock(&mut tx, NAME).await? else { return Ok(Progress::Nothing) };
    let mut found: Adoption = from_json(work.found.0)?;
    let cursor = work.cursor.map(|cursor| from_json(cursor.0)).transpose()?;
    let (step, cursor) = match work.step.as_str() {
        USERS => {
            adopt_users(&mut tx, &mut found).await?;
            (CONTENTS, None)
        }
        CONTENTS => match adopt_items(&mut tx, cursor, limit, &mut found, clock.now()).await? {
            Some(after) => (CONTENTS, Some(after)),
            None => (COUNTS, None),
        },
        _ => {
            content_counts::recount(&mut tx).await?;
            backfills::finish(&mut tx, NAME, clock.now()).await?;
            tx.commit().await?;
            return Ok(Progress::Finished(found));
        }
    };
    let cursor = cursor.map(|after: After| to_json(&after)).transpose()?;
    backfills::advance(&mut tx, NAME, step, cursor, to_json(&found)?).await?;
    tx.commit().await?;
    Ok(Progress::More)
}

async fn adopt_users(tx: &mut Tx<'_>, found: &mut Adoption) -> Result<()> {
    found.rows = rows::count_rows(&mut *tx).await?.into();
    found.leftovers = rows::leftovers(tx).await?;
    let mut taken = HashSet::new();
    let names = rows::usernames(tx).await?;
    let all = names.len();
    let keys: Vec<(UserId, String)> =
        names.into_iter().map(|(id, name)| (id, fold(&name))).filter(|(_, key)| taken.insert(key.clone())).collect();
    found.names_taken_in_another_case = i64::try_from(all - keys.len()).unwrap_or(i64::MAX);
    rows::set_username_keys(tx, &keys).await
}

/// Completes the items after `after`; returns where it ended, none when there was nothing left.
async fn adopt_items(
    tx: &mut Tx<'_>,
    after: Option<After>,
    limit: u32,
    found: &mut Adoption,
    now: Timestamp,
) -> Result<Option<After>> {
    let items = rows::next_items(tx, after, limit).await?;
    let Some(last) = items.last() else { return Ok(None) };
    let end = (last.user_id, last.created_at, last.id.0);
    let links: Vec<Option<SourceUrl>> = items.iter().map(|item| SourceUrl::parse(&item.link).ok()).collect();
    let keys: Vec<(UserId, [u8; 32])> = items
        .iter()
        .zip(&links)
        .filter_map(|(item, link)| Some((item.user_id, link.as_ref()?.canonical_hash())))
        .collect();
    let mut kept: HashSet<(UserId, Vec<u8>)> = rows::kept(tx, &keys).await?.into_iter().collect();

    let owners: Vec<(ContentId, UserId)> = items.iter().map(|item| (item.id, item.user_id)).collect();
    let mut completed = Vec::with_capacity(items.len());
    for (item, link) in items.into_iter().zip(links) {
        let is_original = link.as_ref().is_none_or(|link| kept.insert((item.user_id, link.canonical_hash().to_vec())));
        completed.push(complete(item, link.as_ref(), !is_original, found));
    }
    let pending: HashSet<ContentId> =
        completed.iter().filter(|item| item.status == EnrichmentStatus::Pending.as_str()).map(|item| item.id).collect();
    rows::complete(tx, completed).await?;
    for (id, owner) in owners {
        let job = Enqueue { owner: Some(owner), lane: Some(Lane::Import), ..Enqueue::default() };
        if pending.contains(&id) {
            queue::enqueue(tx, &EnrichContent { content_id: id, refresh: false }, job, now).await?;
            found.to_read += 1;
        }
        // Also what has no text: its title is to be found.
        let job = Enqueue { owner: Some(owner), ..Enqueue::default() };
        queue::enqueue(tx, &IndexContent { content_id: id }, job, now).await?;
    }
    Ok(Some(end))
}

/// What `item` gets; what is odd about it goes into `found`.
fn complete(item: OldItem, link: Option<&SourceUrl>, is_duplicate: bool, found: &mut Adoption) -> Completed {
    found.links_not_of_the_web += i64::from(link.is_none());
    found.duplicate_links += i64::from(is_duplicate);
    found.unknown_types += i64::from(item.kind.parse::<Kind>().is_err());
    let (status, error) = next_status(&item, link.is_some(), found);
    let site = link.map(provider::recognize);
    // Clients know the item by the old server's type: another opinion on its link must not reach them half.
    let same = site.as_ref().filter(|site| site.kind.as_str() == item.kind);
    let canonical_url = match same {
        Some(site) => Some(site.canonical_url.clone()),
        None => link.map(|link| link.canonical().to_owned()),
    };
    Completed {
        id: item.id,
        canonical: link.map(|link| (link.canonical().to_owned(), link.canonical_hash())),
        canonical_url,
        embed_url: same.and_then(|site| site.embed_url.clone()),
        is_duplicate,
        content_id: item.content_id.or_else(|| same.map(|site| site.content_id.clone())),
        status,
        error,
        meta_tags: item.meta_tags.and_then(|list| words(list.0, found)),
        ai_tags: item.ai_tags.and_then(|list| words(list.0, found)),
        created_at: item.created_at.trunc_subsecs(3),
    }
}

/// The status from now on: what was not read and can be is read anew.
fn next_status(item: &OldItem, is_link: bool, found: &mut Adoption) -> (String, Option<String>) {
    match item.enrichment_status.parse() {
        Ok(EnrichmentStatus::Enriched | EnrichmentStatus::Failed) => {
            return (item.enrichment_status.clone(), item.enrichment_error.clone());
        }
        Ok(EnrichmentStatus::Pending) => {}
        Ok(EnrichmentStatus::Processing) => found.stuck_in_processing += 1,
        Ok(EnrichmentStatus::Skipped) => found.skipped += i64::from(is_link),
        Err(_) => found.unknown_statuses += 1,
    }
    if is_link {
        return (EnrichmentStatus::Pending.as_str().to_owned(), None);
    }
    let why = item.enrichment_error.clone().unwrap_or_else(|| "This is not a link that can be read".to_owned());
    (EnrichmentStatus::Skipped.as_str().to_owned(), Some(why))
}

/// A list of words. What else stood in its place becomes one, and no word is lost.
fn words(list: Json, found: &mut Adoption) -> Option<Json> {
    let as_word = |value: Json| match value {
        Json::String(word) => Some(Json::String(word)),
        Json::Null => None,
        other => Some(Json::String(other.to_string())),
    };
    match list {
        Json::Array(list) if list.iter().all(Json::is_string) => Some(Json::Array(list)),
        Json::Null => None,
        Json::Array(list) => {
            found.odd_lists += 1;
            Some(list.into_iter().filter_map(as_word).collect())
        }
        other => {
            found.odd_lists += 1;
            Some(as_word(other).into_iter().collect())
        }
    }
}

fn from_json<T: serde::de::DeserializeOwned>(json: Json) -> Result<T> {
    serde_json::from_value(json).map_err(|error| Error::Unreadable(error.to_string()))
}

fn to_json(value: &impl Serialize) -> Result<Json> {
    serde_json::to_value(value).map_err(|error| Error::Unreadable(error.to_string()))
}
