//! Who wrote a page, from the words that say so: "By Ada Marsh – April 16, 2015 8:02 pm" is Ada Marsh.

use crate::extract::MAX_NAME;
use crate::text::clean;

/// What stands before a name, lower case.
const BY: [&str; 2] = ["by", "by:"];
/// The same in other languages, where it can't be a part of the name: before two words and more.
const BY_ELSEWHERE: [&str; 5] = ["Von", "Par", "Por", "Door", "Af"];
/// What stands between a name and a day, lower case.
const BETWEEN: [&str; 9] = ["on", "at", "am", "le", "el", "published", "posted", "updated", "updated:"];
/// Beginnings of the months' names in the languages that are read most, lower case.
const MONTHS: [&str; 36] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "mär", "mai", "okt", "dez",
    "fév", "avr", "juil", "août", "déc", "ene", "abr", "ago", "dic", "fev", "setem", "outub", "gen", "maggio", "giu",
    "lug", "ott", "maart", "mei", "maj",
];

/// The name in a byline, without "By" and the day; none where there is no name, as in a link.
pub fn name(text: &str) -> Option<String> {
    let line = clean::line(text, MAX_NAME)?;
    let words: Vec<&str> = line.split(' ').collect();
    let (_, name) = words.split_at(begin(&words));
    let name = &name[..end(name)];
    let is_link = name.len() == 1 && (name[0].contains("://") || name[0].contains('/') && name[0].contains('.'));
    (!name.is_empty() && !is_link).then(|| name.join(" ").trim_end_matches([',', ';', ':']).to_owned())
}

/// Where the name begins.
fn begin(words: &[&str]) -> usize {
    let by = words.iter().take_while(|word| BY.contains(&word.to_lowercase().as_str())).count();
    let is_elsewhere = by == 0 && words.len() > 2 && BY_ELSEWHERE.contains(&words[0]);
    by + usize::from(is_elsewhere)
}

/// Where the name ends: before a day or a time, and what leads to it.
fn end(words: &[&str]) -> usize {
    let day = (0..words.len()).find(|&at| is_moment(words[at]) || is_day(&words[at..]));
    let Some(day) = day else { return words.len() };
    let leads_there =
        |word: &&&str| !word.contains(char::is_alphanumeric) || BETWEEN.contains(&word.to_lowercase().as_str());
    day - words[..day].iter().rev().take_while(leads_there).count()
}

/// `16.11.2017`, `2017-11-16T14:15Z`, `8:02`.
fn is_moment(word: &str) -> bool {
    let is_part = |c: char| c.is_ascii_digit() || "-/.:,TZ+".contains(c);
    word.chars().all(is_part)
        && word.split(|c: char| !c.is_ascii_digit()).filter(|digits| !digits.is_empty()).count() > 1
}

/// `April 16`, `16 avril`, `16. April`, each with more behind it.
fn is_day(words: &[&str]) -> bool {
    let [first, second, ..] = words else { return false };
    is_number(first) && is_month(second) || is_month(first) && is_number(second)
}

fn is_number(word: &str) -> bool {
    let word = word.trim_end_matches(['.', ',']);
    (1..=4).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_month(word: &str) -> bool {
    let word = word.to_lowercase();
    MONTHS.iter().any(|month| word.starts_with(month))
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn a_byline_s_name_comes_without_by_and_the_day() {
        for (text, expected) in [
            ("Ada Marsh", "Ada Marsh"),
            ("By Ada Marsh", "Ada Marsh"),
            ("by by Ada Marsh - Apr 16, 2015 8:02 pm UTC", "Ada Marsh"),
            ("By Ada Marsh March 25, 2015", "Ada Marsh"),
            ("Par Ada Marsh, le 14 septembre 2019", "Ada Marsh"),
            ("Von Ada Marsh am 16. November 2017", "Ada Marsh"),
            ("Ada Marsh, Bo Glaze | 2017-11-16", "Ada Marsh, Bo Glaze"),
            ("Words and pots by Ada Marsh", "Words and pots by Ada Marsh"),
            ("Von Miller", "Von Miller"),
            ("April May", "April May"),
            ("Studio 54", "Studio 54"),
            ("marsh42", "marsh42"),
            ("窯の友", "窯の友"),
        ] {
            assert_eq!(name(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_names_nobody_is_no_name() {
        for text in
            ["", "By", "by:", "April 28, 2019 at 6:01 am", "8:02", "https://example.org/ada", "www.example.org/ada"]
        {
            assert_eq!(name(text), None, "{text}");
        }
    }
}
