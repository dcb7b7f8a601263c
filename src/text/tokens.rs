//! The analyzer: text into the terms that the index, a question and a snippet compare.
//!
//! Words are those of UAX #29. Scripts that put no spaces between words (Chinese, Japanese, Thai, …) and Korean, of which
//! the words carry their particles, become pairs of neighbouring characters. A name such as `example.org` is a word, and
//! its parts are words inside it; `e-mail` is two words that are also one.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;

use super::fold::{fold, normalize};
use super::stem::Stems;

/// Bytes of the longest term; a longer one is cut.
const MAX_TERM: usize = 64;

/// What a term is to the text around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// The next word.
    Word,
    /// A part of the word before: `example` in `example.org`. A question for the whole doesn't ask for it.
    Inside,
    /// The word before and the one to come, joined: `email` for `e-mail`.
    Joined,
}

/// A term, where it is written.
#[derive(Debug, Clone)]
pub(super) struct Token<'a> {
    /// The term: folded, stemmed, at most 64 bytes, without white space.
    pub(super) term: &'a str,
    /// The same before stemming.
    pub(super) word: &'a str,
    /// Bytes of the text.
    pub(super) range: Range<usize>,
    pub(super) role: Role,
}

/// Gives every token of `text` to `take`, in order.
pub(super) fn analyze(text: &str, language: Option<&str>, take: impl FnMut(Token<'_>)) {
    let mut analyzer = Analyzer { stems: Stems::of(language), take };
    for (range, unspaced) in runs(text) {
        if unspaced {
            analyzer.pairs(&text[range.clone()], range.start);
        } else {
            analyzer.words(&text[range.clone()], range.start);
        }
    }
}

/// Cuts a text where scripts with spaces and without them meet. The flag says that a run is without.
pub(super) fn runs(text: &str) -> impl Iterator<Item = (Range<usize>, bool)> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let mut chars = text[start..].char_indices();
        let (_, first) = chars.next()?;
        let unspaced = is_unspaced(first);
        let length = chars
            .find(|(_, c)| is_unspaced(*c) != unspaced && !(is_combining_mark(*c) || *c == '\u{200d}'))
            .map_or(text.len() - start, |(at, _)| at);
        let run = start..start + length;
        start = run.end;
        Some((run, unspaced))
    })
}

/// Is it a letter of a script that is cut into pairs?
fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1100}'..='\u{11ff}' | '\u{1780}'..='\u{17ff}'
        | '\u{3005}'..='\u{3007}' | '\u{3031}'..='\u{3035}' | '\u{3041}'..='\u{318f}' | '\u{31a0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{a960}'..='\u{a97f}' | '\u{ac00}'..='\u{d7ff}'
        | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ffdc}' | '\u{1b000}'..='\u{1b16f}' | '\u{20000}'..='\u{3ffff}')
        && (c.is_alphanumeric() || is_combining_mark(c))
}

/// Does a character of an unspaced script mean something alone?
pub(super) fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Is it Korean? Its words have spaces between them, and are cut into pairs all the same.
pub(super) fn is_hangul(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11ff}' | '\u{3131}'..='\u{318e}' | '\u{a960}'..='\u{a97f}' | '\u{ac00}'..='\u{d7ff}')
}

struct Analyzer<F> {
    stems: Stems,
    take: F,
}

impl<F: FnMut(Token<'_>)> Analyzer<F> {
    fn emit(&mut self, term: &str, word: &str, range: Range<usize>, role: Role) {
        let [term, word] = [term, word].map(|text| &text[..text.floor_char_boundary(MAX_TERM)]);
        if !term.is_empty() {
            (self.take)(Token { term, word, range, role });
        }
    }

    fn emit_stemmed(&mut self, word: &str, range: Range<usize>, role: Role) {
        let term = self.stems.stem(word);
        self.emit(&term, &fold(word), range, role);
    }

    /// Pairs of neighbours; a character that has none is a word.
    fn pairs(&mut self, run: &str, offset: usize) {
        let units: Vec<(Range<usize>, String)> = run
            .grapheme_indices(true)
            // A character has few marks; a tower of them is no text.
            .map(|(at, unit)| (at + offset..at + offset + unit.len(), unit.chars().take(4).nfkc().collect::<String>()))
            .map(|(range, unit)| (range, fold(&unit).split_whitespace().collect()))
            .collect();
        if let [(range, unit)] = units.as_slice() {
            return self.emit(unit, unit, range.clone(), Role::Word);
        }
        for (at, (range, unit)) in units.iter().enumerate() {
            if let Some((next, following)) = units.get(at + 1) {
                let pair = format!("{unit}{following}");
                self.emit(&pair, &pair, range.start..next.end, Role::Word);
            }
            if unit.chars().next().is_some_and(|c| is_ideograph(c) || is_hangul(c)) {
                self.emit(unit, unit, range.clone(), Role::Inside);
            }
        }
    }

    fn words(&mut self, run: &str, offset: usize) {
        let mut words = run.unicode_word_indices().peekable();
        let mut after_hyphen = false;
        while let Some((start, written)) = words.next() {
            let end = start + written.len();
            let range = start + offset..end + offset;
            let word = normalize(written);
            if let Some(symbol) = symbol(&run[..start], &word, &run[end..]) {
                let suffix = symbol.len() - word.len();
                let before = usize::from(symbol.starts_with('.'));
                self.emit(&symbol, &symbol, range.start - before..range.end + suffix - before, Role::Word);
                if before > 0 {
                    self.emit_stemmed(&word, range, Role::Inside);
                }
            } else {
                self.spelled(&word, &range);
            }
            let Some((next, following)) = words.peek() else { break };
            let hyphenated = matches!(&run[end..*next], "-" | "\u{2010}" | "\u{2011}");
            let last = next + following.len();
            if hyphenated && !after_hyphen && !starts_hyphenated(&run[last..]) {
                let joined = word + &normalize(following);
                if joined.chars().all(char::is_alphanumeric) {
                    self.emit_stemmed(&joined, start + offset..last + offset, Role::Joined);
                }
            }
            after_hyphen = hyphenated;
        }
    }

    /// A normalized word, which may hold apostrophes, dots, and spaces where it held something else.
    fn spelled(&mut self, word: &str, range: &Range<usize>) {
        for word in word.split(' ') {
            let word = self.without_apostrophes(word.trim_matches(['\'', '.', '_']));
            let word = word.strip_prefix("www.").unwrap_or(&word);
            let mut parts = word.split(['.', '_']).filter(|part| !part.is_empty());
            if !word.contains(['.', '_']) {
                self.emit_stemmed(word, range.clone(), Role::Word);
            } else if word.chars().all(|c| c.is_numeric() || c == '.') {
                self.emit(word, word, range.clone(), Role::Word);
            } else if parts.all(|part| part.chars().count() == 1) {
                let acronym = fold(&word.replace(['.', '_'], ""));
                self.emit(&acronym, &acronym, range.clone(), Role::Word);
            } else {
                self.name(word, range);
            }
        }
    }

    /// A name with parts: a host, a file, an identifier. It is found by the whole, by a host's ends, and by each part.
    fn name(&mut self, name: &str, range: &Range<usize>) {
        let folded = fold(name);
        self.emit(&folded, &folded, range.clone(), Role::Word);
        for (at, _) in folded.match_indices('.').take(8) {
            let end = &folded[at + 1..];
            if end.contains('.') {
                self.emit(end, end, range.clone(), Role::Inside);
            }
        }
        for part in name.split(['.', '_']).filter(|part| part.contains(char::is_alphabetic)) {
            self.emit_stemmed(part, range.clone(), Role::Inside);
        }
    }

    /// Drops what stands at an apostrophe but isn't the word: `l'homme`, `dog's`, `İstanbul'da`.
    fn without_apostrophes(&self, word: &str) -> String {
        const ELIDED: [&str; 30] = [
            "agl", "all", "c", "coll", "cos", "d", "dagl", "dall", "degl", "dell", "gl", "j", "jusqu", "l", "lorsqu",
            "m", "n", "nell", "puisqu", "qu", "quell", "quest", "quoiqu", "s", "sant", "sugl", "sull", "t", "tutt",
            "un",
        ];
        let word = word.strip_suffix("'s").unwrap_or(word);
        match word.split_once('\'') {
            None => word.to_owned(),
            Some((name, _)) if self.stems.cuts_at_apostrophe() => name.to_owned(),
            // `c'mon` and `d'you` are rare, and lose little.
            Some((elided, rest)) if ELIDED.contains(&elided) && rest.len() > 1 => rest.replace('\'', ""),
            Some(_) => word.replace('\'', ""),
        }
    }
}

fn starts_hyphenated(rest: &str) -> bool {
    rest.strip_prefix(['-', '\u{2010}', '\u{2011}']).is_some_and(|rest| rest.starts_with(char::is_alphanumeric))
}

/// The names of programming languages that are written with more than letters: `c++`, `c#`, `.net`.
fn symbol(before: &str, word: &str, after: &str) -> Option<String> {
    if word.contains([' ', '.', '_', '\'']) {
        return None;
    }
    if after.starts_with("++") {
        return Some(format!("{word}++"));
    }
    if word.len() == 1 && after.starts_with('#') && !after[1..].starts_with(char::is_alphanumeric) {
        return Some(format!("{word}#"));
    }
    let dotted =
        before.ends_with('.') && !before[..before.len() - 1].ends_with(|c: char| c == '.' || c.is_alphanumeric());
    (dotted && word == "net").then(|| format!(".{word}"))
}
