//! A question as it is typed: words, `"phrases"`, and what must not be there: `-word`, `-"a phrase"`.
//!
//! Any text is a question. A quote that isn't closed and a `-` that stands alone are read as nothing. A question asks
//! for any of its words; only phrases and exclusions are conditions.

use std::collections::HashMap;

use super::stem::primary;
use super::stop_words;
use super::tokens::{Role, analyze};

/// Bytes of a question that are read.
const MAX_BYTES: usize = 16 * 1024;
/// Distinct words that are asked for.
const MAX_GROUPS: usize = 64;
/// Words in all phrases and exclusions: one bit each in [`Query::accepts`].
const MAX_CONDITION_WORDS: usize = 64;
/// Languages that a word is stemmed in.
const MAX_LANGUAGES: usize = 16;

/// A word of a question with every term that it may be in the index, by language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The word, folded but not stemmed.
    pub word: String,
    /// Terms, any of which will do; at least one.
    pub alternatives: Vec<String>,
    /// How often the question has it.
    pub frequency: u32,
}

/// Words that stand one after another; at least one.
pub type Phrase = Vec<Group>;

/// A parsed question.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// What is asked for: distinct words, without stop words unless there is nothing else, at most 64.
    pub groups: Vec<Group>,
    /// What must be there.
    pub phrases: Vec<Phrase>,
    /// What must not.
    pub excluded: Vec<Phrase>,
}

impl Query {
    /// Reads a question about texts in `languages` (BCP 47 tags; English is always among them).
    pub fn parse(text: &str, languages: &[&str]) -> Self {
        let mut tongues = vec!["en".to_owned()];
        for language in languages.iter().map(|language| primary(language)) {
            if !tongues.contains(&language) && tongues.len() < MAX_LANGUAGES {
                tongues.push(language);
            }
        }
        let mut query = Self::default();
        let mut asked = Vec::new();
        let mut room = MAX_CONDITION_WORDS;
        for clause in clauses(&text[..text.floor_char_boundary(MAX_BYTES)]) {
            let mut words = words(clause.text, &tongues);
            let mut phrase: Phrase =
                words.iter().filter(|(role, _)| *role == Role::Word).map(|(_, word)| word.clone()).collect();
            phrase.truncate(room);
            match clause.kind {
                Kind::Words => asked.append(&mut words),
                _ if phrase.is_empty() => {}
                Kind::Phrase => {
                    asked.append(&mut words);
                    room -= phrase.len();
                    query.phrases.push(phrase);
                }
                Kind::Excluded => {
                    room -= phrase.len();
                    query.excluded.push(phrase);
                }
            }
        }
        query.groups = without_stop_words(asked.into_iter().map(|(_, word)| word).collect(), &tongues);
        query
    }

    /// What a question asks for, as a sentence: without its signs, and without what must not be there.
    pub fn plain(text: &str) -> String {
        let asked = clauses(&text[..text.floor_char_boundary(MAX_BYTES)])
            .filter(|clause| !matches!(clause.kind, Kind::Excluded))
            .map(|clause| clause.text);
        asked.collect::<Vec<_>>().join(" ")
    }

    /// Does it ask for more than words, so that a text must be looked at?
    pub fn has_conditions(&self) -> bool {
        !(self.phrases.is_empty() && self.excluded.is_empty())
    }

    /// Does an item meet the conditions: has it every phrase, in the title or in the text, and nothing that is excluded?
    pub fn accepts(&self, title: &str, text: &str, language: Option<&str>) -> bool {
        if !self.has_conditions() {
            return true;
        }
        let conditions = Conditions::of(self);
        let found = conditions.find(title, language) | conditions.find(text, language);
        found & conditions.wanted == conditions.wanted && found & conditions.unwanted == 0
    }
}

/// All phrases side by side, a bit for each of their words (Baeza-Yates and Gonnet, "A New Approach to Text Searching").
#[derive(Default)]
struct Conditions<'a> {
    /// The words that a term may be.
    places: HashMap<&'a str, u64>,
    /// First words.
    starts: u64,
    /// Last words of phrases that must be there.
    wanted: u64,
    /// Last words of those that must not.
    unwanted: u64,
}

impl<'a> Conditions<'a> {
    fn of(query: &'a Query) -> Self {
        let mut conditions = Self::default();
        let mut bit = 1_u64;
        let wanted = query.phrases.iter().map(|phrase| (phrase, true));
        for (phrase, is_wanted) in wanted.chain(query.excluded.iter().map(|phrase| (phrase, false))) {
            for (at, word) in phrase.iter().enumerate() {
                for term in &word.alternatives {
                    *conditions.places.entry(term).or_default() |= bit;
                }
                if at == 0 {
                    conditions.starts |= bit;
                }
                if at + 1 == phrase.len() {
                    *(if is_wanted { &mut conditions.wanted } else { &mut conditions.unwanted }) |= bit;
                }
                bit = bit.rotate_left(1);
            }
        }
        conditions
    }

    /// The last words of the phrases in a text.
    fn find(&self, text: &str, language: Option<&str>) -> u64 {
        // `before` are the places reached up to the last word, `here` those reached with the word at hand.
        let (mut before, mut here, mut found) = (0_u64, 0_u64, 0_u64);
        analyze(text, language, |token| {
            if token.role == Role::Word {
                before = here;
                here = 0;
            }
            let places = self.places.get(token.term).copied().unwrap_or_default();
            here |= places & ((before << 1) | self.starts);
            found |= here;
        });
        found
    }
}

enum Kind {
    Words,
    Phrase,
    Excluded,
}

struct Clause<'a> {
    kind: Kind,
    text: &'a str,
}

/// Cuts a question at white space and at pairs of quotes.
fn clauses(text: &str) -> impl Iterator<Item = Clause<'_>> {
    let mut rest = text.trim_start();
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        // `--flag` is a word.
        let excludes = |rest: &str| rest.chars().next().is_some_and(|next| next != '-' && !next.is_whitespace());
        let (negated, body) = match rest.strip_prefix('-') {
            Some(body) if first == '-' && excludes(body) => (true, body),
            _ => (false, rest),
        };
        let quoted = body.strip_prefix(is_quote).and_then(|inside| inside.split_once(is_quote));
        let (text, after) =
            quoted.unwrap_or_else(|| body.split_at(body.find(char::is_whitespace).unwrap_or(body.len())));
        rest = after.trim_start();
        let kind = match (negated, quoted) {
            (true, _) => Kind::Excluded,
            (false, Some(_)) => Kind::Phrase,
            (false, None) => Kind::Words,
        };
        Some(Clause { kind, text })
    })
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '‟' | '«' | '»' | '＂')
}

/// The words of a clause, each with its terms in every language.
fn words(text: &str, languages: &[String]) -> Vec<(Role, Group)> {
    let mut words = Vec::<(Role, Group)>::new();
    for (nth, language) in languages.iter().enumerate() {
        let mut at = 0;
        analyze(text, Some(language), |token| {
            if token.role == Role::Inside {
                return;
            }
            if nth == 0 {
                let alternatives = vec![token.term.to_owned()];
                words.push((token.role, Group { word: token.word.to_owned(), alternatives, frequency: 1 }));
            } else if let Some((_, group)) = words.get_mut(at)
                && !group.alternatives.iter().any(|term| term == token.term)
            {
                group.alternatives.push(token.term.to_owned());
            }
            at += 1;
        });
    }
    words
}

/// Counts repeats, and drops the stop words of the language that the question seems to be in.
fn without_stop_words(words: Vec<Group>, languages: &[String]) -> Vec<Group> {
    let mut groups = Vec::<Group>::new();
    let mut places = HashMap::<String, usize>::new();
    for word in words {
        if let Some(&at) = places.get(&word.word) {
            groups[at].frequency += 1;
        } else if groups.len() < 4 * MAX_GROUPS {
            places.insert(word.word.clone(), groups.len());
            groups.push(word);
        }
    }
    let stops = languages
        .iter()
        .map(|language| stop_words::of(language).filter_map(|stop| places.get(stop).copied()).collect::<Vec<usize>>());
    // The first of equals, which is English.
    let stops = stops.reduce(|best, next| if next.len() > best.len() { next } else { best }).unwrap_or_default();
    if stops.len() < groups.len() {
        let mut at = 0..;
        groups.retain(|_| at.next().is_some_and(|at| !stops.contains(&at)));
    }
    groups.truncate(MAX_GROUPS);
    groups
}
