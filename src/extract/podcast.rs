//! Podcasts: a show by its feed, an episode by its entry there, with what is said in it where its makers tell.
//!
//! Apple's directory says where a show's feed is (<https://performance-partners.apple.com/search-api>), and knows its 200
//! latest episodes by number. The feed tells the rest: notes, length, recording, and a transcript in one of several forms
//! (<https://podcasting2.org/podcast-namespace/tags/transcript>). Without the feed, what the directory says is kept.

mod directory;
mod transcript;

use serde_json::json;
use url::Url;

use self::directory::{Episode, Listing, Show};
use super::feed::{self, Entry, Feed};
use super::sites::Link;
use super::{Error, Extracted, FullTextType, MAX_DESCRIPTION, MAX_NAME, MAX_TEXT, MAX_TITLE};
use super::{Raw, Reach, Result, Segment, page, reach};
use crate::fetch::Retry;
use crate::text::{clean, language};

/// What feeds come as.
const ACCEPT: &str = "application/rss+xml,application/atom+xml,application/feed+json,application/xml;q=0.9,*/*;q=0.1";
/// How much of an episode's notes is kept beside its transcript, in bytes.
const MAX_NOTES: usize = 20_000;

pub(super) async fn read(reach: &Reach<'_>, link: &Link<'_>) -> Result<Extracted> {
    let (show, episode) = match link.recognized.content_id.split_once('/') {
        Some((show, episode)) => (show, Some(episode)),
        None => (link.recognized.content_id.as_str(), None),
    };
    let listing = directory::ask(reach, show, episode.is_some()).await?;
    let feed = fetch_feed(reach, &listing.show).await;
    let Some(number) = episode else { return Ok(of_show(&listing.show, feed)) };
    let listed = listing.episode(number);
    let (feed, url) = match feed {
        Ok(feed) => feed,
        Err(why) if is_asked_to_wait(&why) => return Err(why),
        Err(why) => return unlisted(&listing, listed, Some(why)),
    };
    if let Some(entry) = find(&feed, listed, None) {
        return of_episode(reach, &listing.show, &feed, entry, &url).await;
    }
    if listed.is_some() {
        return unlisted(&listing, listed, None);
    }
    // An older one: its page says what it is called.
    let page = page::read(reach, link.source.target()).await?;
    match find(&feed, None, page.title.as_deref()) {
        Some(entry) => of_episode(reach, &listing.show, &feed, entry, &url).await,
        None => Ok(Extracted {
            shortfall: Some("The show's feed does not tell of this episode; its page was read".into()),
            ..page
        }),
    }
}

async fn fetch_feed(reach: &Reach<'_>, show: &Show) -> Result<(Feed, Url)> {
    let missing = |what: &str| Error::Unexpected { service: directory::SERVICE, what: what.into() };
    let url =
        show.feed_url.as_deref().and_then(|url| Url::parse(url).ok()).ok_or_else(|| missing("feedUrl is missing"))?;
    let page = reach.fetcher.get(&reach.page(&url).accept(ACCEPT).any_type()).await?;
    let url = page.final_url.clone();
    let feed = feed::parse(Raw::from(&page)).await.ok_or(super::ParseError::Unreadable)?;
    Ok((feed, url))
}

/// The entry that is the episode: by its id, its recording, or its title.
fn find<'a>(feed: &'a Feed, listed: Option<&Episode>, title: Option<&str>) -> Option<&'a Entry> {
    let guid = listed.and_then(|episode| episode.guid.as_deref());
    let recording = listed.and_then(|episode| episode.recording.as_deref()).map(without_query);
    let title = title.or_else(|| listed?.title.as_deref()).map(str::to_lowercase);
    let is_it = |entry: &&Entry| guid.is_some() && entry.id.as_deref() == guid;
    let is_heard = |entry: &&Entry| {
        let own = entry.enclosure.as_ref().map(|enclosure| without_query(&enclosure.url));
        recording.is_some() && own == recording
    };
    let is_called = |entry: &&Entry| {
        let own = feed::line(entry.title.as_deref(), MAX_TITLE).map(|own| own.to_lowercase());
        title.is_some() && own == title
    };
    let entries = || feed.entries.iter();
    entries().find(is_it).or_else(|| entries().find(is_heard)).or_else(|| entries().find(is_called))
}

fn without_query(url: &str) -> &str {
    url.split('?').next().unwrap_or(url)
}

fn of_show(show: &Show, feed: Result<(Feed, Url)>) -> Extracted {
    match feed {
        Ok((feed, url)) => {
            let mut found = feed::of_feed(&feed, &url);
            found.author = found.author.or_else(|| feed::line(show.author.as_deref(), MAX_NAME));
            found.thumbnail_url = show.image().or(found.thumbnail_url);
            found.provider_data = found.provider_data.map(|mut data| {
                data["feedUrl"] = json!(url.as_str());
                data
            });
            found
        }
        Err(why) => Extracted {
            shortfall: Some(format!("The show's feed could not be read: {}", why.for_people())),
            ..of_listed_show(show)
        },
    }
}

fn of_listed_show(show: &Show) -> Extracted {
    Extracted {
        title: feed::line(show.title.as_deref(), MAX_TITLE),
        author: feed::line(show.author.as_deref(), MAX_NAME),
        thumbnail_url: show.image(),
        tags: show.genres.clone(),
        site_name: feed::line(show.title.as_deref(), MAX_NAME),
        provider_data: Some(
            json!({ "show": show.title, "feedUrl": show.feed_url.as_deref().and_then(reach::web_link) }),
        ),
        ..Extracted::default()
    }
}

/// What the directory says of an episode that no feed tells of.
fn unlisted(listing: &Listing, listed: Option<&Episode>, why: Option<Error>) -> Result<Extracted> {
    let Some(episode) = listed else { return Err(why.unwrap_or(Error::Gone("This episode"))) };
    let notes = episode.notes.as_deref().and_then(|notes| clean::block(notes, MAX_TEXT));
    let because = why.map(|why| format!(": {}", why.for_people())).unwrap_or_default();
    Ok(Extracted {
        title: feed::line(episode.title.as_deref(), MAX_TITLE),
        description: notes.as_deref().and_then(|notes| clean::line(notes, MAX_DESCRIPTION)),
        published_at: episode.published,
        reading_time_seconds: episode.seconds(),
        full_text_type: notes.is_some().then_some(FullTextType::Plain),
        full_text: notes,
        shortfall: Some(format!(
            "The show's feed does not tell of this episode; the directory's notes were kept{because}"
        )),
        ..of_listed_show(&listing.show)
    })
}

async fn of_episode(reach: &Reach<'_>, show: &Show, feed: &Feed, entry: &Entry, url: &Url) -> Result<Extracted> {
    let notes = feed::words(entry);
    let show_title = feed::line(feed.title.as_deref().or(show.title.as_deref()), MAX_NAME);
    let enclosure = entry.enclosure.as_ref().map(|enclosure| {
        json!({
            "url": feed::absolute(url, Some(&enclosure.url)), "type": feed::line(enclosure.kind.as_deref(), MAX_NAME),
            "bytes": enclosure.length,
        })
    });
    let mut found = Extracted {
        title: feed::line(entry.title.as_deref(), MAX_TITLE),
        description: notes.as_deref().and_then(|notes| clean::line(notes, MAX_DESCRIPTION)),
        author: feed::line(entry.author.as_deref().or(feed.author.as_deref()).or(show.author.as_deref()), MAX_NAME),
        author_url: feed::absolute(url, feed.link.as_deref()),
        thumbnail_url: feed::absolute(url, entry.image.as_deref().or(feed.image.as_deref())).or_else(|| show.image()),
        published_at: entry.published,
        tags: if entry.tags.is_empty() { show.genres.clone() } else { entry.tags.clone() },
        language: feed.language.as_deref().and_then(language::primary_subtag),
        reading_time_seconds: entry.duration,
        provider_data: Some(json!({
            "show": show_title, "feedUrl": url.as_str(), "link": feed::absolute(url, entry.link.as_deref()),
            "guid": feed::line(entry.id.as_deref(), MAX_TITLE), "enclosure": enclosure, "season": entry.season,
            "episode": entry.episode, "chaptersUrl": feed::absolute(url, entry.chapters.as_deref()),
            "notes": notes.as_deref().map(|notes| &notes[..notes.floor_char_boundary(MAX_NOTES)]),
        })),
        site_name: show_title,
        ..Extracted::default()
    };
    match transcript::read(reach, entry, url).await {
        Ok(Some(said)) => {
            found.full_text_type = Some(FullTextType::Transcript);
            found.full_text = Some(said.text);
            found.transcript_segments = said.segments;
            return Ok(found);
        }
        Ok(None) => found.shortfall = Some("This episode has no transcript; its notes were kept".into()),
        Err(why) if is_asked_to_wait(&why) => return Err(why),
        Err(why) => found.shortfall = Some(format!("The episode's transcript could not be read: {}", why.for_people())),
    }
    found.full_text_type = notes.is_some().then_some(FullTextType::Plain);
    found.full_text = notes;
    Ok(found)
}

/// Is all that is wrong that it is too early? What would be kept instead would be kept for good.
fn is_asked_to_wait(why: &Error) -> bool {
    matches!(why.retry(), Retry::After(_))
}

/// The pieces of a transcript in any of its forms.
pub(super) fn transcript_of(text: &str) -> Vec<Segment> {
    transcript::of_text(text).map(|said| said.segments).unwrap_or_default()
}
