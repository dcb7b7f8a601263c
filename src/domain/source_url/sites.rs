//! What holds on one site only: its other hosts, its tracking parameters, the forms of its links.
//!
//! Rules see hosts in canonical form (no `www.`) on their default port, and must leave their own results alone.

use super::canonical::{Parameter, Parts};
use super::host;

/// Hosts that show the same pages as another.
const SAME_HOST: [(&str, &str); 15] = [
    ("export.arxiv.org", "arxiv.org"),
    ("m.facebook.com", "facebook.com"),
    ("m.imdb.com", "imdb.com"),
    ("m.imgur.com", "imgur.com"),
    ("m.reddit.com", "reddit.com"),
    ("m.soundcloud.com", "soundcloud.com"),
    ("m.twitch.tv", "twitch.tv"),
    ("m.twitter.com", "x.com"),
    ("m.youtube.com", "youtube.com"),
    ("mobile.twitter.com", "x.com"),
    ("mobile.x.com", "x.com"),
    ("new.reddit.com", "reddit.com"),
    ("np.reddit.com", "reddit.com"),
    ("old.reddit.com", "reddit.com"),
    ("twitter.com", "x.com"),
];

/// Makes the link what its site knows it as.
pub(super) fn apply(parts: &mut Parts) {
    if parts.port.is_some() {
        return; // another service, whatever its name
    }
    if let Ok(row) = SAME_HOST.binary_search_by_key(&parts.host.as_str(), |(from, _)| from) {
        SAME_HOST[row].1.clone_into(&mut parts.host);
    }
    match parts.host.as_str() {
        "youtube.com" | "youtu.be" | "youtube-nocookie.com" | "music.youtube.com" => youtube(parts),
        "x.com" => x(parts),
        "reddit.com" => drop_parameters(parts, &["rdt", "share_id"]),
        "arxiv.org" => arxiv(parts),
        "github.com" => github(parts),
        amazon if host::is_brand(amazon, "amazon") => drop_parameters(parts, &["psc", "ref", "tag", "th"]),
        other => {
            if let Some(language) = other.strip_suffix(".m.wikipedia.org").filter(|label| !label.contains('.')) {
                parts.host = format!("{language}.wikipedia.org");
            }
        }
    }
}

fn drop_parameters(parts: &mut Parts, names: &[&str]) {
    parts.query.retain(|parameter| !names.contains(&parameter.name.as_str()));
}

/// Every way to a video is `youtube.com/watch?v=`.
fn youtube(parts: &mut Parts) {
    drop_parameters(parts, &["feature", "pp", "si", "t"]);
    let id = match (parts.host.as_str(), parts.segments().as_slice()) {
        ("youtu.be", [id]) | (_, ["embed" | "live" | "shorts" | "v", id]) => *id,
        ("music.youtube.com", ["watch"]) => {
            "youtube.com".clone_into(&mut parts.host);
            return;
        }
        _ => return,
    };
    // Two players without a video of their own bear names as long as an id.
    if !is_video_id(id) || matches!(id, "videoseries" | "live_stream") {
        return;
    }
    let video = Parameter { name: "v".to_owned(), value: Some(id.to_owned()) };
    parts.query.retain(|parameter| parameter.name != "v");
    parts.query.push(video);
    "youtube.com".clone_into(&mut parts.host);
    "/watch".clone_into(&mut parts.path);
}

/// Does `text` have the shape of a YouTube video's id?
pub(crate) fn is_video_id(text: &str) -> bool {
    text.len() == 11 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// A post is known by its number alone: X itself ignores whose name stands before it.
fn x(parts: &mut Parts) {
    drop_parameters(parts, &["ref_src", "ref_url", "s", "t"]);
    let segments: Vec<&str> = parts.segments().into_iter().filter(|segment| !segment.is_empty()).collect();
    let ([_, "status", number, rest @ ..] | ["i", "web", "status", number, rest @ ..]) = segments.as_slice() else {
        return;
    };
    if !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return;
    }
    let mut path = format!("/i/status/{number}");
    for segment in rest {
        path.push('/');
        path.push_str(segment);
    }
    parts.path = path;
}

/// A paper's abstract, PDF and page, in whatever version, are one paper.
fn arxiv(parts: &mut Parts) {
    let Some((form, paper)) = parts.path[1..].split_once('/') else { return };
    if !matches!(form, "abs" | "html" | "pdf") {
        return;
    }
    let paper = paper.strip_suffix(".pdf").unwrap_or(paper);
    let id = match paper.rsplit_once('v') {
        Some((id, version)) if is_number(version) => id,
        _ => paper,
    };
    if is_arxiv_id(id) {
        parts.path = format!("/abs/{id}");
    }
}

/// `2301.00001`, since 2007, or `hep-th/9901001` and `math.GT/0309136`, before.
fn is_arxiv_id(id: &str) -> bool {
    if let Some((archive, number)) = id.split_once('/') {
        let known = |byte: u8| byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'.');
        return !archive.is_empty() && archive.bytes().all(known) && number.len() == 7 && is_number(number);
    }
    id.split_once('.').is_some_and(|(month, number)| {
        month.len() == 4 && is_number(month) && matches!(number.len(), 4 | 5) && is_number(number)
    })
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The address that one clones is the repository's.
fn github(parts: &mut Parts) {
    if let [owner, name] = parts.segments().as_slice()
        && let Some(name) = name.strip_suffix(".git").filter(|name| !name.is_empty())
    {
        parts.path = format!("/{owner}/{name}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hosts_are_sorted_as_the_search_in_them_needs_and_lead_to_no_other_row() {
        assert!(SAME_HOST.is_sorted());
        for (_, to) in SAME_HOST {
            assert!(SAME_HOST.iter().all(|(from, _)| *from != to), "{to}");
        }
    }
}
