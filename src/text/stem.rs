//! A word's stem, by the Snowball algorithm of its language.
//!
//! The script decides before the language does: a Russian name in an English text is Russian. A language without an
//! algorithm of its own is stemmed as English, so that both sides of a search do the same with it.
//!
//! To add a language: a row in [`algorithm`], and its stop words.

use rust_stemmers::{Algorithm, Stemmer};

use super::fold::fold;

/// Stems the words of one language.
pub(super) struct Stems {
    latin: Algorithm,
    language: String,
}

impl Stems {
    /// For a language by its BCP 47 tag, of which only the primary subtag counts; English where it is unknown.
    pub(super) fn of(language: Option<&str>) -> Self {
        let language = primary(language.unwrap_or("en"));
        Self { latin: algorithm(&language).unwrap_or(Algorithm::English), language }
    }

    /// Is it Turkish, in which a suffix of a name stands behind an apostrophe?
    pub(super) fn cuts_at_apostrophe(&self) -> bool {
        self.language == "tr"
    }

    /// The folded stem of a normalized word.
    pub(super) fn stem(&self, word: &str) -> String {
        let folded = fold(word);
        let Some(algorithm) = self.choose(word).filter(|_| word.chars().all(char::is_alphabetic)) else {
            return folded;
        };
        let stem = match algorithm {
            // These tell forms apart by their accents.
            Algorithm::French
            | Algorithm::Hungarian
            | Algorithm::Italian
            | Algorithm::Portuguese
            | Algorithm::Romanian
            | Algorithm::Russian
            | Algorithm::Spanish
            | Algorithm::Turkish => fold(&Stemmer::create(algorithm).stem(word)),
            _ => Stemmer::create(algorithm).stem(&folded).into_owned(),
        };
        if stem.is_empty() { folded } else { stem }
    }

    fn choose(&self, word: &str) -> Option<Algorithm> {
        let language = self.language.as_str();
        match word.chars().next()? {
            'a'..='z' | '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => Some(self.latin),
            '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => Some(Algorithm::Greek),
            '\u{400}'..='\u{4ff}' if !["be", "bg", "mk", "mn", "kk", "ky", "sr", "tg", "uk"].contains(&language) => {
                Some(Algorithm::Russian)
            }
            '\u{600}'..='\u{6ff}' if !["ckb", "fa", "ps", "sd", "ug", "ur"].contains(&language) => {
                Some(Algorithm::Arabic)
            }
            '\u{b80}'..='\u{bff}' => Some(Algorithm::Tamil),
            _ => None,
        }
    }
}

/// The primary subtag, in lower-case.
pub(super) fn primary(language: &str) -> String {
    language.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase()
}

/// The algorithm of a language that is written in Latin letters.
fn algorithm(language: &str) -> Option<Algorithm> {
    Some(match language {
        "da" => Algorithm::Danish,
        "de" => Algorithm::German,
        "en" => Algorithm::English,
        "es" => Algorithm::Spanish,
        "fi" => Algorithm::Finnish,
        "fr" => Algorithm::French,
        "hu" => Algorithm::Hungarian,
        "it" => Algorithm::Italian,
        "nb" | "nn" | "no" => Algorithm::Norwegian,
        "nl" => Algorithm::Dutch,
        "pt" => Algorithm::Portuguese,
        "ro" => Algorithm::Romanian,
        "sv" => Algorithm::Swedish,
        "tr" => Algorithm::Turkish,
        _ => return None,
    })
}
