//! Two readers and what both take for text: a line of the first stays when the second has its words too.
//!
//! The first, Readability, keeps whole blocks and with them teasers, captions and calls to subscribe; the second, trafilatura,
//! drops too much of some pages and tells lines apart less well. What both keep is right more often than what either does.

use std::collections::HashSet;

use crate::text::bare;

/// More work than this is not worth the answer, in bytes looked at; far more than any page that people write.
const MAX_WORK: usize = 1 << 31;

/// Readers that share less than one part in so many of the text of one have read different things: a word that both have on a
/// button is no agreement.
const MIN_SHARE: usize = 10;

/// What came of a vote.
#[derive(Debug, PartialEq)]
pub(super) struct Vote {
    /// The lines that both have.
    pub(super) text: String,
    /// The words of those that only the first has.
    pub(super) dropped: HashSet<String>,
    /// How much both have, and each; in bytes of words.
    both: usize,
    first: usize,
    second: usize,
}

impl Vote {
    /// Have they taken much the same? Then what both have is the text.
    pub(super) fn is_mutual(&self) -> bool {
        self.both > 0 && self.both * 2 >= self.first.max(self.second)
    }

    /// Has the second next to nothing of what the first has? Then it may have been too strict with the page.
    pub(super) fn has_little_of_first(&self) -> bool {
        self.is_little(self.first)
    }

    /// Have they next to nothing in common? Then one of them has read something else.
    pub(super) fn is_in_vain(&self) -> bool {
        self.both == 0 || self.is_little(self.first) && self.is_little(self.second)
    }

    fn is_little(&self, of: usize) -> bool {
        self.both.saturating_mul(MIN_SHARE) < of
    }
}

/// Asks the second reader about each line of the `first`. What the second has is given in all forms that it writes it in, which
/// differ in nothing but the spaces between words; how much it has is told by the first of them.
pub(super) fn vote(first: &str, second: &[&str]) -> Vote {
    let there: Vec<String> = second.iter().map(|text| bare::joined(text)).collect();
    let mut cast = Vote {
        text: String::with_capacity(first.len()),
        dropped: HashSet::new(),
        both: 0,
        first: 0,
        second: there.first().map_or(0, String::len),
    };
    let is_too_much = first.lines().count().saturating_mul(there.iter().map(String::len).sum()) > MAX_WORK;
    for line in first.split('\n') {
        let words = bare::joined(line);
        cast.first += words.len();
        if !is_too_much && !there.iter().any(|there| there.contains(&words)) {
            cast.dropped.insert(words);
            continue;
        }
        cast.both += words.len();
        cast.text.push_str(line);
        cast.text.push('\n');
    }
    cast
}

#[cfg(test)]
mod tests {
    use super::vote;

    #[test]
    fn a_line_stays_when_the_other_reader_has_its_words() {
        let ours = "How to fire\n\nBegin slowly.\n\nRead more: our ten best kilns\n\nThen wait — a day.\n\n***";
        let cast = vote(ours, &["How to fire. Begin slowly. Then wait, a day"]);
        assert!(cast.is_mutual());
        assert_eq!(cast.text, "How to fire\n\nBegin slowly.\n\n\nThen wait — a day.\n\n***\n");
        assert_eq!(cast.dropped.into_iter().collect::<Vec<_>>(), ["read more our ten best kilns"]);
    }

    #[test]
    fn a_line_stays_when_the_other_reader_has_its_words_in_any_form() {
        let cast = vote("Fire at cone6 slowly\nWait a day", &["Fire at cone 6 slowly", "Fire at cone6 slowly"]);
        assert_eq!(cast.text, "Fire at cone6 slowly\n");
    }

    #[test]
    fn readers_without_a_line_in_common_disagree() {
        let share = format!("Share\n{}", "menu entry ".repeat(40));
        let cast = vote(&share, &[&format!("Share. {}", "Begin slowly. ".repeat(40))]);
        assert!(cast.is_in_vain() && cast.has_little_of_first() && !cast.is_mutual());
        assert!(vote("Menu\n***\nImprint", &["Begin slowly."]).is_in_vain());
        assert!(vote("", &[""]).is_in_vain());
    }

    #[test]
    fn readers_of_whom_one_has_a_part_of_what_the_other_has_are_not_of_one_mind() {
        let (whole, part) = ("Begin slowly.\nThen wait.\nOpen it when it is cold.", "Then wait.");
        for (first, second) in [(part, whole), (whole, part)] {
            let cast = vote(first, &[second]);
            assert!(!cast.is_mutual() && !cast.is_in_vain() && !cast.has_little_of_first());
        }
    }
}
