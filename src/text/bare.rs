//! Words as runs of letters, digits and underscores: for comparing what two readers made of one page, not for the index.
//!
//! The same words as `\w+` finds in Python, which is what extraction is judged by: marks that combine with a letter are none.

use unicode_normalization::char::is_combining_mark;

/// The words of `text`, in order, as they are written.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !is_part(c)).filter(|word| !word.is_empty())
}

/// The words of `text` in lower case with one space between them; empty when there are none.
pub fn joined(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in words(text) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.extend(word.chars().flat_map(char::to_lowercase));
    }
    out
}

fn is_part(c: char) -> bool {
    c == '_' || (c.is_alphanumeric() && !is_combining_mark(c))
}

#[cfg(test)]
mod tests {
    use super::{joined, words};

    #[test]
    fn a_word_is_a_run_of_letters_digits_and_underscores() {
        assert_eq!(words("Don't  stop—now, 42_x!").collect::<Vec<_>>(), ["Don", "t", "stop", "now", "42_x"]);
        assert_eq!(words("窯の焚き方。").collect::<Vec<_>>(), ["窯の焚き方"]);
        assert_eq!(words("क\u{93f}त").collect::<Vec<_>>(), ["क", "त"]);
        assert_eq!(words(" \n—").count(), 0);
    }

    #[test]
    fn joined_words_have_one_case_and_one_space() {
        assert_eq!(joined(" Ash,\n GLAZE: ÄPFEL "), "ash glaze äpfel");
        assert_eq!(joined("***"), "");
    }
}
