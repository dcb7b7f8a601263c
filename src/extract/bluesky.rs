//! Bluesky: a post with what it quotes and shows, the rest of its author's thread, and the replies of others.
//!
//! Asks the public API (<https://docs.bsky.app/docs/api/app-bsky-feed-get-post-thread>), and while that is broken the
//! site's oEmbed. Posts of people who show them only to those who have signed in are given out by the API all the same,
//! with a label: nothing of them is kept.

mod view;

use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use url::Url;

use self::view::{Author, Node, Post};
use super::oembed::OEmbed;
use super::post::{self, Thread};
use super::sites::Link;
use super::{Error, Extracted, FullTextType, MAX_DESCRIPTION, MAX_NAME, Reach, Result, reach};
use crate::fetch::Request;
use crate::text::{clean, language};

const SERVICE: &str = "Bluesky";
const GONE: Error = Error::Gone("This post");
/// How deep the thread is that is asked for: a long one of the author's own.
const DEPTH: &str = "20";
/// How deep the replies of others may hang.
const MAX_DEPTH: usize = 8;
/// How long it is left alone when it has had enough and does not say for how long.
const REST: Duration = Duration::from_mins(1);

#[derive(Deserialize)]
struct Resolved {
    did: String,
}

#[derive(Deserialize)]
struct Answer {
    thread: Node,
}

/// What the API says instead of an answer.
#[derive(Default, Deserialize)]
struct Refusal {
    #[serde(default)]
    error: String,
    #[serde(default)]
    message: String,
}

pub(super) async fn read(reach: &Reach<'_>, link: &Link<'_>) -> Result<Extracted> {
    let (actor, key) = link.recognized.content_id.split_once('/').ok_or(GONE)?;
    match thread(reach, actor, key).await {
        Ok(node) => of_thread(&node, &link.recognized.canonical_url),
        Err(why @ Error::Unexpected { .. }) => embedded(reach, &link.recognized.canonical_url).await.map_err(|_| why),
        Err(why) => Err(why),
    }
}

async fn thread(reach: &Reach<'_>, actor: &str, key: &str) -> Result<Node> {
    let did = if actor.starts_with("did:") {
        actor.to_owned()
    } else {
        let url = method(reach, "com.atproto.identity.resolveHandle", &[("handle", actor)]);
        ask::<Resolved>(reach, &url).await?.did
    };
    let uri = format!("at://{did}/app.bsky.feed.post/{key}");
    let question = [("uri", uri.as_str()), ("depth", DEPTH), ("parentHeight", "0")];
    Ok(ask::<Answer>(reach, &method(reach, "app.bsky.feed.getPostThread", &question)).await?.thread)
}

fn method(reach: &Reach<'_>, name: &str, question: &[(&str, &str)]) -> Url {
    let mut url = reach::at(&reach.services.bluesky_api, &["xrpc", name]);
    url.query_pairs_mut().extend_pairs(question);
    url
}

async fn ask<T: DeserializeOwned>(reach: &Reach<'_>, url: &Url) -> Result<T> {
    let page = reach.ask(Request::get(url).accept("application/json").any_type().any_status()).await?;
    match page.status {
        400 | 404 => Err(refused(&serde_json::from_slice(&page.body).unwrap_or_default())),
        401 | 403 => Err(Error::Closed("Bluesky shows this post only to people who have signed in".into())),
        429 => {
            let after = page.header("retry-after").and_then(|text| text.trim().parse().ok());
            Err(Error::Busy { service: SERVICE, after: after.map_or(REST, Duration::from_secs) })
        }
        status @ 402.. => Err(Error::Unexpected { service: SERVICE, what: format!("status {status}") }),
        _ => reach::json(SERVICE, &page.body),
    }
}

fn refused(refusal: &Refusal) -> Error {
    let is_gone = matches!(
        refusal.error.as_str(),
        "NotFound" | "AccountTakedown" | "AccountDeactivated" | "RepoTakendown" | "RepoDeactivated" | "RepoNotFound"
    );
    let is_nobody = ["Unable to resolve handle", "Profile not found"].iter().any(|no| refusal.message.starts_with(no));
    if is_gone || is_nobody { GONE } else { Error::Unexpected { service: SERVICE, what: "an unknown refusal".into() } }
}

fn of_thread(node: &Node, address: &str) -> Result<Extracted> {
    if node.blocked {
        return Err(Error::Closed("The author of this post has blocked those who would show it".into()));
    }
    let post = node.post.as_ref().filter(|_| !node.not_found).ok_or(GONE)?;
    if post.author.wants_signed_in() {
        return Err(Error::Closed("The author shows posts only to people who have signed in to Bluesky".into()));
    }
    let own = post.text();
    let mut thread = Thread::default();
    thread.say(&own);
    let chain = node.continuation();
    for next in &chain {
        thread.say(&next.text());
    }
    push_replies(&mut thread, &node.replies, &chain, 0);
    let (author, replies) = (post.author.shown(), thread.replies);
    let line = |text: &str| clean::line(text, MAX_NAME);
    let full_text = thread.into_text();
    Ok(Extracted {
        title: post::title(&own, Some(&author)),
        description: clean::line(&own, MAX_DESCRIPTION),
        author_url: reach::web_link(&format!("https://bsky.app/profile/{}", post.author.handle)),
        author: clean::line(&author, MAX_NAME),
        thumbnail_url: post.image(),
        published_at: post.record.created_at,
        tags: post.tags(),
        language: post.record.langs.iter().find_map(|tag| language::primary_subtag(tag)),
        site_name: Some(SERVICE.into()),
        canonical_link: Some(address.to_owned()),
        full_text_type: full_text.is_some().then_some(FullTextType::Plain),
        full_text,
        provider_data: Some(json!({
            "uri": line(&post.uri), "handle": line(&post.author.handle), "did": line(&post.author.did), "likes": post.like_count,
            "reposts": post.repost_count, "replies": post.reply_count, "threadPosts": chain.len() + 1,
            "repliesKept": replies, "links": post.links(),
        })),
        ..Extracted::default()
    })
}

/// What others said, in the order of the thread, without what has been said already.
fn push_replies(thread: &mut Thread, nodes: &[Node], said: &[&Post], depth: usize) {
    for node in nodes {
        let Some(post) = &node.post else { continue };
        let is_said = said.iter().any(|known| known.uri == post.uri);
        if !is_said && !post.author.wants_signed_in() {
            let (author, text) = (post.author.shown(), post.text());
            if !text.is_empty() && !thread.reply(&author, &text, depth) {
                return;
            }
        }
        if depth < MAX_DEPTH {
            push_replies(thread, &node.replies, said, depth + usize::from(!is_said));
        }
    }
}

/// What the post's embed shows.
async fn embedded(reach: &Reach<'_>, address: &str) -> Result<Extracted> {
    let answer = OEmbed::of_service(reach, SERVICE, &reach.services.bluesky_oembed, address).await?;
    let text = answer.words().ok_or(GONE)?;
    let mut found = Extracted {
        site_name: Some(SERVICE.into()),
        canonical_link: Some(address.to_owned()),
        description: clean::line(&text, MAX_DESCRIPTION),
        shortfall: Some("Only what the post's embed shows could be read".into()),
        ..Extracted::default()
    };
    answer.fill(&mut found);
    found.title = found.title.or_else(|| post::title(&text, found.author.as_deref()));
    found.full_text = Some(text);
    found.full_text_type = Some(FullTextType::Plain);
    Ok(found)
}

impl Author {
    /// A name for people.
    fn shown(&self) -> String {
        let name = self.display_name.as_deref().and_then(|name| clean::line(name, MAX_NAME));
        name.unwrap_or_else(|| format!("@{}", self.handle))
    }
}
