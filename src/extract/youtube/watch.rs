//! The video's page: when it was published, its chapters, and who YouTube takes us for. Nothing depends on it.

use serde::Deserialize as _;
use url::Url;

use super::player::Player;
use super::tracks::Track;
use super::video::Video;
use super::{chapters, or_busy};
use crate::extract::{Error, Reach, Result, reach};
use crate::fetch::{HeaderName, Request};

/// The largest page that is read, in bytes.
const MAX_PAGE: u64 = 8 * 1024 * 1024;
/// Says that only necessary cookies are agreed to, which in most cases saves the page that asks.
const REFUSAL: &str = "SOCS=CAI";
/// Where a page may name the player's answer.
const MAX_PLACES: usize = 10;

/// What the page told.
#[derive(Default)]
pub(super) struct Watch {
    pub(super) video: Video,
    pub(super) tracks: Vec<Track>,
    pub(super) visitor: Option<String>,
    /// A captcha stands before everything.
    pub(super) is_blocked: bool,
}

/// Looks at the page of the video `id`; what can't be read is left to the player.
///
/// # Errors
/// [`Error::Busy`] when YouTube wants to be left alone.
pub(super) async fn look(reach: &Reach<'_>, id: &str) -> Result<Watch> {
    let mut url = reach::at(&reach.services.youtube, &["watch"]);
    url.query_pairs_mut()
        .append_pair("v", id)
        .append_pair("hl", "en")
        .append_pair("bpctr", "9999999999")
        .append_pair("has_verified", "1");
    let Some(mut html) = page(reach, &url, REFUSAL).await? else { return Ok(Watch::default()) };
    if let Some(asked) = consent(&html) {
        let cookies = format!("{REFUSAL}; CONSENT=YES+{asked}");
        html = page(reach, &url, &cookies).await?.filter(|html| consent(html).is_none()).unwrap_or_default();
    }
    if html.contains("class=\"g-recaptcha\"") {
        return Ok(Watch { is_blocked: true, ..Watch::default() });
    }
    let id = id.to_owned();
    Ok(tokio::task::spawn_blocking(move || read(&html, &id)).await.unwrap_or_default())
}

async fn page(reach: &Reach<'_>, url: &Url, cookies: &str) -> Result<Option<String>> {
    let request = Request::get(url)
        .accept("text/html")
        .any_type()
        .header(HeaderName::from_static("cookie"), cookies)
        .max_bytes(MAX_PAGE);
    match reach.ask(request).await.map_err(or_busy) {
        Ok(page) => Ok(Some(String::from_utf8_lossy(&page.body).into_owned())),
        Err(error @ Error::Busy { .. }) => Err(error),
        Err(_) => Ok(None),
    }
}

/// The version of the agreement that a page asks for, when it is the page that asks.
fn consent(html: &str) -> Option<&str> {
    html.find("action=\"https://consent.youtube.com/s\"")?;
    let version = html.split_once("name=\"v\" value=\"").and_then(|(_, rest)| rest.split('"').next());
    // It becomes a part of a header.
    let is_plain = |text: &&str| text.len() <= 200 && text.bytes().all(|b| b.is_ascii_graphic() && b != b';');
    Some(version.filter(is_plain).unwrap_or_default())
}

fn read(html: &str, id: &str) -> Watch {
    let names = ["\"VISITOR_DATA\":\"", "\"visitorData\":\""];
    let visitor = names.iter().find_map(|name| html.split_once(name)?.1.split('"').next());
    let player = player(html).filter(|player| player.is_about(id));
    let mut watch = Watch {
        visitor: visitor.map(str::to_owned).filter(|visitor| !visitor.contains('\\')),
        video: Video { chapters: chapters::of_page(html), ..Video::default() },
        ..Watch::default()
    };
    if let Some(player) = player {
        watch.video.fill(player.video());
        watch.visitor = watch.visitor.or_else(|| player.visitor());
        if player.verdict().plays() {
            watch.tracks = player.tracks();
        }
    }
    watch
}

/// The player's answer that the page begins with: `ytInitialPlayerResponse = {…};`.
fn player(html: &str) -> Option<Player> {
    const MARK: &str = "ytInitialPlayerResponse";
    html.match_indices(MARK).take(MAX_PLACES).find_map(|(at, _)| {
        let rest = html[at + MARK.len()..].trim_start_matches(['"', '\'', ']', ' ', '=']);
        if !rest.starts_with('{') {
            return None;
        }
        Player::deserialize(&mut serde_json::Deserializer::from_str(rest)).ok()
    })
}
