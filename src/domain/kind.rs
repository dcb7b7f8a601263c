//! What sort of thing is a saved item? The `type` that clients see, and that filters and the database keep.
//!
//! To add one: a variant and its name in [`Kind::ALL`]; for a site, a file in `provider` too. Names are stored
//! in rows, so they are never changed.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The sort of a saved item: a site that we know, any other link, or a note without a link.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A video on YouTube.
    Youtube,
    /// A post on X, once Twitter; the old name is what clients know.
    Twitter,
    /// A post or reel on Instagram.
    Instagram,
    /// A repository, pull request, issue, discussion or gist on GitHub.
    Github,
    /// A story on Medium.
    Medium,
    /// A public page on Notion.
    Notion,
    /// A post on Reddit.
    Reddit,
    /// A post on Hacker News.
    Hackernews,
    /// A paper on arXiv.
    Arxiv,
    /// An article of Wikipedia.
    Wikipedia,
    /// A post on Bluesky.
    Bluesky,
    /// A post on a Mastodon server.
    Mastodon,
    /// A question of Stack Exchange.
    Stackexchange,
    /// An episode of a podcast, or its feed.
    Podcast,
    /// Any other link.
    Link,
    /// Bare text that somebody kept; it has no link.
    Note,
}

impl Kind {
    /// Every kind, in the order in which it is declared.
    pub const ALL: [Self; 16] = [
        Self::Youtube,
        Self::Twitter,
        Self::Instagram,
        Self::Github,
        Self::Medium,
        Self::Notion,
        Self::Reddit,
        Self::Hackernews,
        Self::Arxiv,
        Self::Wikipedia,
        Self::Bluesky,
        Self::Mastodon,
        Self::Stackexchange,
        Self::Podcast,
        Self::Link,
        Self::Note,
    ];

    /// The name in JSON, in rows and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Youtube => "youtube",
            Self::Twitter => "twitter",
            Self::Instagram => "instagram",
            Self::Github => "github",
            Self::Medium => "medium",
            Self::Notion => "notion",
            Self::Reddit => "reddit",
            Self::Hackernews => "hackernews",
            Self::Arxiv => "arxiv",
            Self::Wikipedia => "wikipedia",
            Self::Bluesky => "bluesky",
            Self::Mastodon => "mastodon",
            Self::Stackexchange => "stackexchange",
            Self::Podcast => "podcast",
            Self::Link => "link",
            Self::Note => "note",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A name that no [`Kind`] bears.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error(
    "unknown type; it is one of youtube, twitter, instagram, github, medium, notion, reddit, hackernews, arxiv, wikipedia, \
     bluesky, mastodon, stackexchange, podcast, link, note"
)]
pub struct UnknownKind;

impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name).ok_or(UnknownKind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_read_back_from_its_name_and_named_in_the_refusal_of_others() {
        let refusal = "Youtube".parse::<Kind>().unwrap_err().to_string();
        for kind in Kind::ALL {
            assert_eq!(kind.to_string().parse(), Ok(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
            assert!(refusal.contains(kind.as_str()), "{kind} is missing from: {refusal}");
        }
    }
}
