//! How a search looks for items.

use std::str::FromStr;

/// How a search looks for items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// By words and by meaning; by words alone where no model answers.
    #[default]
    Hybrid,
    /// By meaning; by words where no model answers.
    Semantic,
    /// By words.
    Text,
}

impl FromStr for Mode {
    type Err = &'static str;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let mut all = [Self::Hybrid, Self::Semantic, Self::Text].into_iter();
        all.find(|mode| mode.as_str() == word).ok_or("mode must be one of hybrid, semantic, text")
    }
}

impl Mode {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hybrid => "hybrid",
            Self::Semantic => "semantic",
            Self::Text => "text",
        }
    }
}
