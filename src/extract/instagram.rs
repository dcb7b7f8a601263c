//! Instagram: what a post's page says of itself, and, with `INSTAGRAM_APP_ID`, what its oEmbed says.
//!
//! Most visitors that are not browsers get a page for signing in. Nothing of that is kept.

use serde::Deserialize;
use serde_json::json;

use super::sites::Link;
use super::{
    Error, Extracted, FullTextType, MAX_DESCRIPTION, MAX_LINK, MAX_NAME, MAX_TEXT, MAX_TITLE, Reach, Result, Wall,
    reach,
};
use crate::fetch::{Page, Request};
use crate::text::{charset, clean, language, markup};

const SERVICE: &str = "Instagram";
/// The largest answer of oEmbed that is read, in bytes.
const MAX_ANSWER: u64 = 256 * 1024;
/// Characters of a caption that a title has room for.
const MAX_HEADLINE: usize = 100;
const BY_OEMBED: &str = "Instagram shows this post only to people who have signed in; this is what its embedding tells";

/// What is known of a post.
#[derive(Default)]
struct Post {
    author: Option<String>,
    handle: Option<String>,
    caption: Option<String>,
    image: Option<String>,
}

pub(super) async fn read(reach: &Reach<'_>, link: &Link<'_>) -> Result<Extracted> {
    let code = link.recognized.content_id.as_str();
    let url = reach::at(&reach.services.instagram, &["p", code, ""]);
    let page = reach.ask(Request::get(&url).accept("text/html").any_type()).await;
    let post = match page {
        Ok(page) => of_page(&page),
        Err(Error::Fetch(error)) if matches!(error.status(), Some(404 | 410)) => return Err(Error::Gone("This post")),
        Err(Error::Fetch(error)) if matches!(error.status(), Some(401 | 403)) => None,
        Err(error) => return embedded(reach, code).await.map_err(|_| error),
    };
    if let Some(post) = post {
        return Ok(to_extracted(post, code));
    }
    match embedded(reach, code).await {
        Ok(found) => Ok(found),
        Err(Error::Gone(what)) => Err(Error::Gone(what)),
        Err(_) => Ok(Extracted { site_name: Some(SERVICE.into()), wall: Some(Wall::SignIn), ..Extracted::default() }),
    }
}

/// The post that a page shows; `None` when it shows a wall instead.
fn of_page(page: &Page) -> Option<Post> {
    let html = charset::decode(&page.body, page.content_type.as_deref().and_then(charset_of), None);
    let meta = |name| markup::meta(&html, name);
    let (title, description) = (meta("og:title").or_else(|| meta("twitter:title"))?, meta("og:description"));
    let is_wall = page.final_url.path().starts_with("/accounts/")
        || title.starts_with("Login")
        || title.trim() == SERVICE
        || description.as_deref().is_some_and(|text| text.contains("Welcome back to Instagram"));
    if is_wall {
        return None;
    }
    let (author, caption) = quoted(&title);
    let (told, longer) = description.as_deref().map(quoted).unwrap_or_default();
    Some(Post {
        author: author.rsplit_once(" on Instagram").map(|(name, _)| name.to_owned()),
        handle: told.rsplit(" - ").next().and_then(|text| text.split(' ').next()).and_then(handle),
        // The title's caption may be cut where the description's is whole.
        caption: [caption, longer].into_iter().flatten().max_by_key(|text| text.len()).map(str::to_owned),
        image: meta("og:image"),
    })
}

/// `Ada on Instagram: "Caption"` as what stands before the caption, and the caption.
fn quoted(text: &str) -> (&str, Option<&str>) {
    let Some((before, caption)) = text.split_once(": \"").or_else(|| text.split_once(": “")) else {
        return (text, None);
    };
    let caption = caption.trim_end().trim_end_matches('.');
    (before, Some(caption.trim_end_matches(['"', '”']).trim()).filter(|caption| !caption.is_empty()))
}

fn handle(name: &str) -> Option<String> {
    let is_one = !name.is_empty() && name.len() <= 30;
    let is_one = is_one && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.'));
    is_one.then(|| name.to_owned())
}

fn charset_of(content_type: &str) -> Option<&str> {
    content_type.split_once("charset=").map(|(_, label)| label.split(';').next().unwrap_or_default().trim())
}

/// oEmbed's answer. Most of its fields went over the years, so none is counted on but the snippet.
#[derive(Deserialize)]
struct Embedded {
    html: Option<String>,
    author_name: Option<String>,
    thumbnail_url: Option<String>,
    title: Option<String>,
}

async fn embedded(reach: &Reach<'_>, code: &str) -> Result<Extracted> {
    let token = reach.services.instagram_app_id.as_ref().ok_or(Error::MissingKey("INSTAGRAM_APP_ID"))?;
    let mut url = reach.services.instagram_oembed.clone();
    url.query_pairs_mut()
        .append_pair("url", &format!("https://www.instagram.com/p/{code}/"))
        .append_pair("omitscript", "true")
        .append_pair("access_token", token.expose());
    let told: Embedded = match reach.ask_json(SERVICE, Request::get(&url).max_bytes(MAX_ANSWER)).await {
        Err(Error::Fetch(error)) if error.status() == Some(404) => return Err(Error::Gone("This post")),
        other => other?,
    };
    let (caption, author) = told.html.as_deref().map(of_snippet).unwrap_or_default();
    let post = Post {
        author: told.author_name.clone().or(author),
        handle: told.author_name.as_deref().and_then(handle),
        caption: told.title.filter(|title| !title.trim().is_empty()).or(caption),
        image: told.thumbnail_url,
    };
    if post.author.is_none() && post.caption.is_none() {
        return Err(Error::Unexpected { service: SERVICE, what: "neither author nor caption".into() });
    }
    Ok(Extracted { shortfall: Some(BY_OEMBED.into()), ..to_extracted(post, code) })
}

/// Caption and author of oEmbed's snippet, which ends with `A post shared by Ada (@ada)`.
fn of_snippet(html: &str) -> (Option<String>, Option<String>) {
    let text = markup::strip(html, MAX_TEXT);
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let (shared, own): (Vec<&str>, Vec<&str>) = lines.partition(|line| line.contains(" shared by "));
    let own: Vec<&str> = own.into_iter().filter(|line| !line.starts_with("View this post on ")).collect();
    let author = shared.first().and_then(|line| line.split_once(" shared by ")).map(|(_, rest)| rest);
    let author = author.and_then(|rest| rest.split(" (@").next()).map(|name| name.trim().to_owned());
    ((!own.is_empty()).then(|| own.join("\n")), author.filter(|name| !name.is_empty()))
}

fn to_extracted(post: Post, code: &str) -> Extracted {
    let name = post.author.as_deref().or(post.handle.as_deref()).unwrap_or(SERVICE);
    let headline = post.caption.as_deref().and_then(|caption| clean::headline(caption, MAX_HEADLINE));
    let title = headline.map_or_else(|| format!("A post by {name}"), |words| format!("{name}: {words}"));
    let full_text = post.caption.as_deref().and_then(|caption| clean::block(caption, MAX_TEXT));
    Extracted {
        title: clean::line(&title, MAX_TITLE),
        description: post.caption.as_deref().and_then(|caption| clean::line(caption, MAX_DESCRIPTION)),
        author: clean::line(name, MAX_NAME),
        author_url: post.handle.as_ref().map(|handle| format!("https://www.instagram.com/{handle}/")),
        thumbnail_url: post.image.filter(|link| link.starts_with("https://") && link.len() <= MAX_LINK),
        language: full_text.as_deref().and_then(language::detect).map(str::to_owned),
        site_name: Some(SERVICE.into()),
        full_text_type: full_text.is_some().then_some(FullTextType::Plain),
        full_text,
        provider_data: Some(json!({ "id": code, "handle": post.handle })),
        ..Extracted::default()
    }
}
