//! Two readers and what both take for text: a line of the first stays when the second has its words too.
//!
//! The first, Readability, keeps whole blocks and with them teasers, captions and calls to subscribe; the second, trafilatura,
//! drops too much of some pages and tells lines apart less well. What both keep is right more often than what either does.

use std::collections::HashSet;

use crate::text::bare;

/// More work than this is not worth the answer, in bytes looked at; far more than any page that people write.
const MAX_WORK: usize = 1 << 31;

/// Readers that share less than one part in so many, of the text of either, have read different things: a word that both have on
/// a button is no agreement.
const MIN_SHARE: usize = 10;

/// What came of a vote.
#[derive(Debug, PartialEq)]
pub(super) enum Vote {
    /// The lines that both have; and the words of those that only the first has.
    Agreed { text: String, dropped: HashSet<String> },
    /// They have next to nothing in common: one of them has read something else.
    Disagreed,
}

/// Asks the `second` reader about each line of the `first`.
pub(super) fn vote(first: &str, second: &str) -> Vote {
    let there = bare::joined(second);
    let (mut text, mut dropped) = (String::with_capacity(first.len()), HashSet::new());
    if first.lines().count().saturating_mul(there.len()) > MAX_WORK {
        return Vote::Agreed { text: first.to_owned(), dropped };
    }
    let (mut agreed, mut all) = (0_usize, 0_usize);
    for line in first.split('\n') {
        let words = bare::joined(line);
        all += words.len();
        if !there.contains(&words) {
            dropped.insert(words);
            continue;
        }
        agreed += words.len();
        text.push_str(line);
        text.push('\n');
    }
    let is_little = |of: usize| agreed.saturating_mul(MIN_SHARE) < of;
    let disagreed = agreed == 0 || is_little(all) && is_little(there.len());
    if disagreed { Vote::Disagreed } else { Vote::Agreed { text, dropped } }
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
        let (ours, theirs) =
            (format!("Share\n{}", "menu entry ".repeat(40)), format!("Share. {}", "Begin slowly. ".repeat(40)));
        assert_eq!(vote(&ours, &theirs), Vote::Disagreed);
        assert_eq!(vote("Menu\n***\nImprint", "Begin slowly."), Vote::Disagreed);
        assert_eq!(vote("", ""), Vote::Disagreed);
    }
}
