//! arXiv: a paper is known by its number, whatever its form and version.

use url::Url;

use super::{EmbedType, Found, Provider};
use crate::domain::Kind;

pub(super) const PROVIDER: Provider = Provider {
    kind: Kind::Arxiv,
    display_name: "arXiv",
    embed_type: EmbedType::Card,
    hostnames: &["arxiv.org", "www.arxiv.org", "export.arxiv.org", "ar5iv.org", "ar5iv.labs.arxiv.org"],
    find,
};

/// The forms that a paper has.
const FORMS: [&str; 5] = ["abs", "format", "html", "pdf", "ps"];

fn find(url: &Url) -> Option<Found> {
    let (form, paper) = url.path().strip_prefix('/')?.split_once('/')?;
    let paper = paper.trim_end_matches('/');
    let paper = paper.strip_suffix(".pdf").unwrap_or(paper);
    let (id, _) = split_version(paper);
    (FORMS.contains(&form) && is_id(id)).then(|| Found {
        canonical_url: format!("https://arxiv.org/abs/{id}"),
        embed_url: None,
        content_id: id.to_owned(),
    })
}

/// A paper's id and its version, without the `v`.
fn split_version(paper: &str) -> (&str, Option<&str>) {
    match paper.rsplit_once('v') {
        Some((id, version)) if is_number(version) => (id, Some(version)),
        _ => (paper, None),
    }
}

/// The version that a link to a paper names.
pub(crate) fn version(url: &Url) -> Option<&str> {
    let path = url.path().trim_end_matches('/');
    split_version(path.strip_suffix(".pdf").unwrap_or(path)).1
}

/// `2301.00001`, since 2007, or `hep-th/9901001` and `math.GT/0309136`, before.
fn is_id(id: &str) -> bool {
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
