//! The rules for what people write about their items.

use serde::{Deserialize, Deserializer};

/// The most characters of a title.
pub const MAX_TITLE: usize = 500;
/// The most characters of a note, and of a text that is saved as one.
pub const MAX_NOTE: usize = 100_000;
/// The most characters of a tag's name.
pub const MAX_TAG: usize = 50;

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident($parse:path);)*) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The text when it holds.
            ///
            /// # Errors
            /// A sentence for the person who typed it.
            pub fn parse(text: &str) -> Result<Self, String> {
                $parse(text).map(Self)
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> String {
                text.0
            }
        }
    )* };
}

texts! {
    /// An item's title: trimmed, 1 to 500 characters.
    Title(title);
    /// The owner's own words about an item: at most 100,000 characters.
    Note(note);
    /// A tag's name: trimmed, lower-cased, 1 to 50 characters.
    TagName(tag_name);
}

impl Default for Note {
    /// Nothing.
    fn default() -> Self {
        Self(String::new())
    }
}

impl Title {
    /// A title from what a page or a text offers: white space folded, cut to what a title may have.
    pub fn from_text(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let cut: String = words.join(" ").chars().filter(|c| !c.is_control()).take(MAX_TITLE).collect();
        let cut = cut.trim();
        (!cut.is_empty()).then(|| Self(cut.to_owned()))
    }
}

fn title(text: &str) -> Result<String, String> {
    within(text.trim(), 1, MAX_TITLE, "Title")
}

fn note(text: &str) -> Result<String, String> {
    within(text, 0, MAX_NOTE, "Note")
}

fn tag_name(text: &str) -> Result<String, String> {
    within(&text.trim().to_lowercase(), 1, MAX_TAG, "Tag name")
}

fn within(text: &str, least: usize, most: usize, what: &str) -> Result<String, String> {
    let length = text.chars().count();
    if text.contains('\0') {
        Err(format!("{what} must not contain the NUL character"))
    } else if length < least {
        Err(format!("{what} must not be empty"))
    } else if length > most {
        Err(format!("{what} must have at most {most} characters"))
    } else {
        Ok(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::{TagName, Title};

    #[test]
    fn a_tag_is_trimmed_and_folded_before_it_is_measured() {
        assert_eq!(TagName::parse("  RuST ").unwrap().as_str(), "rust");
        assert!(TagName::parse("   ").is_err());
        assert!(TagName::parse(&"ä".repeat(50)).is_ok());
        assert!(TagName::parse(&"ä".repeat(51)).is_err());
    }

    #[test]
    fn a_title_from_a_page_is_folded_and_cut() {
        assert_eq!(Title::from_text(" How\n to \t fire ").unwrap().as_str(), "How to fire");
        assert_eq!(Title::from_text(&"x".repeat(900)).unwrap().as_str().len(), 500);
        assert!(Title::from_text(" \n ").is_none());
    }
}
