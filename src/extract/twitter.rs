//! X, once Twitter: a post, the one that it quotes, and what its pictures show.
//!
//! Asks the service behind embedded posts, which wants no key; where that has nothing to tell, oEmbed, which knows the text
//! alone; and at last X's API, with `TWITTER_BEARER_TOKEN`. No way leads to a whole thread: every post stands for itself.
//!
//! Each way is a file below and turns its answer into a [`Post`].

mod api;
mod oembed;
mod post;
mod syndication;
mod token;

use self::post::Post;
use super::sites::Link;
use super::{Error, Extracted, Reach, Result};
use crate::fetch::Retry;

const SERVICE: &str = "X";
const CUT: &str = "X tells only the beginning of this long post";
const TEXT_ALONE: &str = "X tells only the text of this post: pictures and what it quotes are missing";

pub(super) async fn read(reach: &Reach<'_>, link: &Link<'_>) -> Result<Extracted> {
    let id = link.recognized.content_id.as_str();
    let embedded = match syndication::ask(reach, id).await {
        Ok(Some(post)) if post.is_cut => return Ok(whole(reach, id, post).await.into_extracted(id)),
        Ok(Some(post)) => return Ok(post.into_extracted(id)),
        other => other,
    };
    let told = match oembed::ask(reach, link.source.target(), id).await {
        Ok(post) => return Ok(Extracted { shortfall: Some(TEXT_ALONE.into()), ..post.into_extracted(id) }),
        Err(told) => told,
    };
    match api::ask(reach, id).await {
        Ok(post) => Ok(post.into_extracted(id)),
        Err(Error::MissingKey(_)) => Err(verdict(embedded.err(), told)),
        Err(last) => Err(verdict(embedded.err(), verdict(Some(last), told))),
    }
}

/// The long post from X's API, which tells the rest of it to those who have a key.
async fn whole(reach: &Reach<'_>, id: &str, cut: Post) -> Post {
    api::ask(reach, id).await.unwrap_or(cut)
}

/// What is told when every way failed: a way that may be open later counts for more than what oEmbed says, unless that knows
/// that the post is gone.
fn verdict(other: Option<Error>, told: Error) -> Error {
    let other = other.filter(|other| other.retry() != Retry::Never);
    match told {
        Error::Gone(_) | Error::Closed(_) => told,
        told => other.unwrap_or(told),
    }
}
