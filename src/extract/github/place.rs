//! Where in a repository a link leads.

use percent_encoding::percent_decode_str;
use url::Url;

/// A place in a repository.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The repository as a whole, or a part of it that is not read by itself.
    Root,
    /// A folder.
    Folder(Way),
    /// A file; several ways may lead to it, the likeliest first.
    File(Vec<Way>),
}

/// A branch, tag or commit, and the path from there, not escaped.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Way {
    pub(super) reference: String,
    pub(super) path: Vec<String>,
}

impl Place {
    /// What the path of a link says: `/owner/name/blob/reference/path`.
    pub(super) fn of(url: &Url) -> Self {
        let segments = url.path().split('/').filter(|segment| !segment.is_empty());
        let segments: Vec<String> =
            segments.map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned()).collect();
        let Some((what, rest)) = segments.get(2..).and_then(<[String]>::split_first) else { return Self::Root };
        match what.as_str() {
            "blob" | "raw" | "blame" => {
                let ways: Vec<Way> = Way::all(rest).into_iter().filter(|way| !way.path.is_empty()).collect();
                if ways.is_empty() { Self::Root } else { Self::File(ways) }
            }
            "tree" => Way::all(rest).into_iter().next().map_or(Self::Root, Self::Folder),
            _ => Self::Root,
        }
    }
}

impl Way {
    /// A reference may have slashes in it, and nothing tells where it ends: mostly after one segment, often after two.
    fn all(segments: &[String]) -> Vec<Self> {
        let lengths: &[usize] = match segments {
            [refs, kind, ..] if refs == "refs" && (kind == "heads" || kind == "tags") => &[3, 4],
            _ => &[1, 2],
        };
        let ways = lengths.iter().filter_map(|length| segments.split_at_checked(*length));
        ways.map(|(reference, path)| Self { reference: reference.join("/"), path: path.to_vec() }).collect()
    }

    /// The path as people write it.
    pub(super) fn shown(&self) -> String {
        self.path.join("/")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(path: &str) -> Place {
        Place::of(&Url::parse(&format!("https://github.com/o/r/{path}")).unwrap())
    }

    fn way(reference: &str, path: &[&str]) -> Way {
        Way { reference: reference.into(), path: path.iter().map(|&segment| segment.into()).collect() }
    }

    #[test]
    fn a_place_is_told_by_the_path() {
        assert_eq!(place(""), Place::Root);
        assert_eq!(place("releases/tag/v1"), Place::Root);
        assert_eq!(place("blob/main"), Place::Root);
        assert_eq!(place("tree/main"), Place::Folder(way("main", &[])));
        assert_eq!(place("tree/main/docs/a%20b"), Place::Folder(way("main", &["docs", "a b"])));
        assert_eq!(place("blob/main/a.rs"), Place::File(vec![way("main", &["a.rs"])]));
        assert_eq!(
            place("raw/refs/heads/main/src/a.rs"),
            Place::File(vec![way("refs/heads/main", &["src", "a.rs"]), way("refs/heads/main/src", &["a.rs"])])
        );
    }
}
