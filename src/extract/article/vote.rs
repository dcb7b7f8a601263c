//! Two readers and what both take for text: a line of the first stays when the second has its words too.
//!
//! The first, Readability, keeps whole blocks and with them teasers, captions and calls to subscribe; the second, trafilatura,
//! drops too much of some pages and tells lines apart less well. What both keep is right more often than what either does.

use std::collections::HashSet;

use crate::text::bare;

/// More work than this is not worth the answer, in bytes looked at; far more than any page that people write.
const MAX_WORK: usize = 1 << 31;

/// What came of a vote.
#[derive(Debug, PartialEq)]
pub(super) enum Vote {
    /// The lines that both have; and the words of those that only the first has.
    Agreed { text: String, dropped: HashSet<String> },
    /// They have no line in common.
    Disagreed,
}

/// Asks the `second` reader about each line of the `first`.
pub(super) fn vote(first: &str, second: &str) -> Vote {
    let there = bare::joined(second);
    let (mut text, mut dropped) = (String::with_capacity(first.len()), HashSet::new());
    if first.lines().count().saturating_mul(there.len()) > MAX_WORK {
        return Vote::Agreed { text: first.to_owned(), dropped };
    }
    let mut agreed = false;
    for line in first.split('\n') {
        let words = bare::joined(line);
        if !there.contains(&words) {
            dropped.insert(words);
            continue;
        }
        agreed |= !words.is_empty();
        text.push_str(line);
        text.push('\n');
    }
    if agreed { Vote::Agreed { text, dropped } } else { Vote::Disagreed }
}

#[cfg(test)]
mod tests {
    use super::{Vote, vote};

    #[test]
    fn a_line_stays_when_the_other_reader_has_its_words() {
        let ours = "How to fire\n\nBegin slowly.\n\nRead more: our ten best kilns\n\nThen wait — a day.\n\n***";
        let Vote::Agreed { text, dropped } = vote(ours, "How to fire. Begin slowly. Then wait, a day") else {
            panic!("they agree")
        };
        assert_eq!(text, "How to fire\n\nBegin slowly.\n\n\nThen wait — a day.\n\n***\n");
        assert_eq!(dropped.into_iter().collect::<Vec<_>>(), ["read more our ten best kilns"]);
    }

    #[test]
    fn readers_without_a_line_in_common_disagree() {
        assert_eq!(vote("Menu\n***\nImprint", "Begin slowly."), Vote::Disagreed);
        assert_eq!(vote("", ""), Vote::Disagreed);
    }
}
