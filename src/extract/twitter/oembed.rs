//! X's oEmbed: a post as the snippet of HTML that pages embed. Text and author, nothing else.

use serde::Deserialize;
use url::Url;

use super::SERVICE;
use super::post::Post;
use super::syndication::handle;
use crate::extract::{Error, MAX_TEXT, Reach, Result};
use crate::fetch::Request;
use crate::text::markup;

/// The largest answer that is read, in bytes.
const MAX_ANSWER: u64 = 256 * 1024;

#[derive(Deserialize)]
struct Told {
    html: String,
    author_name: Option<String>,
    author_url: Option<String>,
}

/// The post `id`, which `link` leads to.
///
/// # Errors
/// [`Error::Gone`] and [`Error::Closed`] when X says so.
pub(super) async fn ask(reach: &Reach<'_>, link: &Url, id: &str) -> Result<Post> {
    let author = link.path_segments().and_then(|mut path| path.next()).unwrap_or("i");
    let mut url = reach.services.twitter_oembed.clone();
    url.query_pairs_mut()
        .append_pair("url", &format!("https://twitter.com/{author}/status/{id}"))
        .append_pair("omit_script", "1")
        .append_pair("dnt", "1");
    let told: Told = match reach.ask_json(SERVICE, Request::get(&url).max_bytes(MAX_ANSWER)).await {
        Err(Error::Fetch(error)) if matches!(error.status(), Some(404 | 410)) => return Err(Error::Gone("This post")),
        Err(Error::Fetch(error)) if matches!(error.status(), Some(401 | 403)) => {
            return Err(Error::Closed("X does not show this post to everybody".into()));
        }
        other => other?,
    };
    let text = text_of(&told.html).ok_or_else(|| Error::Unexpected { service: SERVICE, what: "html".into() })?;
    let from = told.author_url.as_deref().and_then(|url| url.rsplit('/').find(|part| !part.is_empty()));
    Ok(Post {
        name: told.author_name.unwrap_or_default(),
        handle: handle(from.unwrap_or_default().to_owned()),
        text,
        ..Post::default()
    })
}

/// What stands in the snippet's paragraph: `<blockquote><p lang="en">…</p>&mdash; Ada (@ada) …`.
fn text_of(html: &str) -> Option<String> {
    let start = html.find("<p")?;
    let paragraph = &html[start..];
    let end = paragraph.find("</p>")?;
    // A picture's own link says nothing.
    let text = markup::strip(&paragraph[..end], MAX_TEXT);
    let words =
        text.trim().split(' ').filter(|word| !word.starts_with("pic.twitter.com/")).collect::<Vec<_>>().join(" ");
    (!words.trim().is_empty()).then(|| words.trim().to_owned())
}
