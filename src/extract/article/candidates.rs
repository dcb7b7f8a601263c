//! What several places of a page say of one fact, the most trustworthy first.

use serde_json::{Value, json};

use crate::text::clean;

/// The most candidates of one fact.
const MAX_CANDIDATES: usize = 8;
/// As much of one as is shown beside the fact itself, in characters.
const MAX_SHOWN: usize = 500;

/// One fact's candidates, each with the place that it comes from.
#[derive(Debug, Clone)]
pub(super) struct Candidates {
    /// Characters of a candidate at most.
    max: usize,
    found: Vec<(&'static str, String)>,
}

impl Candidates {
    /// For a fact of at most `max` characters.
    pub(super) const fn new(max: usize) -> Self {
        Self { max, found: Vec::new() }
    }

    /// A candidate that is believed less than those before it; what says nothing, or nothing new, is passed over.
    pub(super) fn add(&mut self, source: &'static str, text: impl AsRef<str>) {
        if self.found.len() < MAX_CANDIDATES
            && let Some(text) = clean::line(&without_impossible(text.as_ref()), self.max)
            && !self.found.iter().any(|(_, known)| *known == text)
        {
            self.found.push((source, text));
        }
    }

    /// [`Candidates::add`] for each.
    pub(super) fn add_all<S: AsRef<str>>(&mut self, source: &'static str, texts: impl IntoIterator<Item = S>) {
        texts.into_iter().for_each(|text| self.add(source, text));
    }

    /// [`Candidates::add`] for each of `others`, from where it comes from.
    pub(super) fn append(&mut self, others: &Self) {
        others.iter().for_each(|(source, text)| self.add(source, text));
    }

    /// The one that is believed.
    pub(super) fn best(&self) -> Option<&str> {
        self.iter().next().map(|(_, text)| text)
    }

    /// All of them in their order, each after its source.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.found.iter().map(|(source, text)| (*source, text.as_str()))
    }

    /// Forgets those that `keep` refuses.
    pub(super) fn retain(&mut self, keep: impl Fn(&str, &str) -> bool) {
        self.found.retain(|(source, text)| keep(source, text));
    }

    /// All of them, for whoever doubts the choice; `None` when there was no choice.
    pub(super) fn to_json(&self) -> Option<Value> {
        let shown = |text: &str| text.chars().take(MAX_SHOWN).collect::<String>();
        let all = self.iter().map(|(source, text)| json!({ "source": source, "value": shown(text) }));
        (!self.found.is_empty()).then(|| all.collect())
    }
}

/// As many digits as are read of a reference to a character.
const MAX_DIGITS: usize = 10;

/// References to characters that do not exist (`&#0;`, `&#xFFFFFFFF;`) as U+FFFD, which the HTML standard reads them as. Those
/// to others are decoded where they are found.
fn without_impossible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("&#") {
        out.push_str(before);
        let end = after.bytes().take(MAX_DIGITS + 1).position(|byte| byte == b';');
        if let Some(end) = end.filter(|&end| is_impossible(&after[..end])) {
            out.push('\u{FFFD}');
            rest = &after[end + 1..];
        } else {
            out.push_str("&#");
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

fn is_impossible(reference: &str) -> bool {
    let (digits, base) = reference.strip_prefix(['x', 'X']).map_or((reference, 10), |hex| (hex, 16));
    let number = if digits.starts_with('+') { None } else { u64::from_str_radix(digits, base).ok() };
    number.is_some_and(|number| number == 0 || u32::try_from(number).ok().and_then(char::from_u32).is_none())
}

#[cfg(test)]
mod tests {
    use super::without_impossible;

    #[test]
    fn only_references_to_no_character_are_replaced() {
        for (text, expected) in [
            ("&#xg; &#xFFFFFFFF; &#x0; &#0;", "&#xg; \u{FFFD} \u{FFFD} \u{FFFD}"),
            ("&#xD800;&#1114112;", "\u{FFFD}\u{FFFD}"),
            ("AT&#38;T &#x1F62D; &# &#; &#1 &", "AT&#38;T &#x1F62D; &# &#; &#1 &"),
            ("&#é;&#12345678901234567890;", "&#é;&#12345678901234567890;"),
        ] {
            assert_eq!(without_impossible(text), expected);
        }
    }
}
