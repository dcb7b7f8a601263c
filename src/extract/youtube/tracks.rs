//! Which captions to read, and from where.

use serde::Deserialize;
use url::{Host, Url};

use crate::text::language;

/// The most tracks that are looked at.
const MAX_TRACKS: usize = 500;
/// What `exp` holds when captions are given out only with a proof of origin.
const PROOFS: [&str; 2] = ["xpe", "xpv"];

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Captions {
    player_captions_tracklist_renderer: Tracklist,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Tracklist {
    caption_tracks: Vec<Track>,
}

/// Captions in one language.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Track {
    base_url: String,
    #[serde(default)]
    language_code: String,
    kind: Option<String>,
}

/// Where a track's captions are.
pub(super) enum Place {
    At(Url),
    /// Only for those who prove where they come from.
    NeedsProof,
    /// Not on YouTube.
    Elsewhere,
}

impl Captions {
    /// All tracks but translations.
    pub(super) fn tracks(&self) -> Vec<Track> {
        let tracks = self.player_captions_tracklist_renderer.caption_tracks.iter().take(MAX_TRACKS);
        tracks.filter(|track| !track.base_url.contains("tlang=")).cloned().collect()
    }
}

impl Track {
    /// Did a program hear them?
    pub(super) fn is_automatic(&self) -> bool {
        self.kind.as_deref() == Some("asr")
    }

    pub(super) fn language(&self) -> Option<String> {
        language::primary_subtag(&self.language_code)
    }

    /// Where to get the captions as JSON, with `base` for YouTube itself. The link comes from YouTube's answer, and leads
    /// nowhere else: a host of YouTube's stands for `base`.
    pub(super) fn place(&self, base: &Url) -> Place {
        const OWN: &str = "https://www.youtube.com/";
        let given = Url::parse(OWN).and_then(|own| own.join(&self.base_url));
        let Ok(given) = given else { return Place::Elsewhere };
        let mut url = if given.origin() == base.origin() {
            given
        } else if is_youtube(&given) {
            let mut url = base.clone();
            url.set_path(&format!("{}{}", base.path().trim_end_matches('/'), given.path()));
            url.set_query(given.query());
            url
        } else {
            return Place::Elsewhere;
        };
        let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        if pairs.iter().any(|(name, value)| name == "exp" && value.split(',').any(|part| PROOFS.contains(&part))) {
            return Place::NeedsProof;
        }
        let kept = pairs.iter().filter(|(name, _)| name != "fmt" && name != "xosf");
        url.query_pairs_mut().clear().extend_pairs(kept).append_pair("fmt", "json3");
        url.set_fragment(None);
        Place::At(url)
    }
}

fn is_youtube(url: &Url) -> bool {
    let Some(Host::Domain(host)) = url.host() else { return false };
    url.scheme() == "https"
        && url.port().is_none()
        && url.username().is_empty()
        && url.password().is_none()
        && (host == "youtube.com" || host.ends_with(".youtube.com"))
}

/// The track to read: in the first of `languages` that there is, else in the language that is spoken, else in English, else
/// any; written by people before heard by a program.
pub(super) fn choose<'a>(tracks: &'a [Track], languages: &[String]) -> Option<&'a Track> {
    // A program hears what is spoken.
    let spoken = tracks.iter().find(|track| track.is_automatic()).and_then(Track::language);
    let wanted = languages.iter().cloned().chain(spoken).chain(["en".to_owned()]);
    let in_language = |wanted: String| {
        let mut fitting = tracks.iter().filter(|track| track.language().as_deref() == Some(wanted.as_str()));
        let first = fitting.clone().find(|track| !track.is_automatic());
        first.or_else(|| fitting.next())
    };
    wanted
        .into_iter()
        .find_map(in_language)
        .or_else(|| tracks.iter().find(|track| !track.is_automatic()))
        .or_else(|| tracks.first())
}
