//! The analyzer, seen through what the index gets.

use brainly::text::words::{Size, size, term_frequencies};
use proptest::prelude::*;

fn terms(text: &str, language: Option<&str>) -> Vec<String> {
    term_frequencies("", text, language).terms.into_iter().map(|(term, _)| term).collect()
}

#[test]
fn a_text_becomes_these_terms() {
    let cases: [(&str, Option<&str>, &[&str]); 39] = [
        ("", None, &[]),
        (" … — ! 👍\0", None, &[]),
        ("Running runs", None, &["run"]),
        ("Häuser", Some("de"), &["haus"]),
        ("Straße STRASSE", Some("de-CH"), &["strass"]),
        ("café cafe\u{301} CAFE", None, &["cafe"]),
        ("naïve Naive", None, &["naiv"]),
        ("Ærø Łódź Đà", None, &["aero", "da", "lodz"]),
        ("ΟΔΟΣ οδός", Some("el"), &["οδ"]),
        ("ёлка елка", Some("ru"), &["елк"]),
        ("книги", Some("ru"), &["книг"]),
        ("книги", Some("uk"), &["книги"]),
        ("ภาษาไทย", Some("th"), &["ทย", "ภา", "ษา", "าษ", "าไ", "ไท"]),
        ("ﬁle ＡＢＣ １２", None, &["12", "abc", "file"]),
        ("don't don’t dont", None, &["dont"]),
        ("dog's dogs dog", None, &["dog"]),
        ("l'homme", Some("fr"), &["homm"]),
        ("dell'arte", Some("it"), &["arte"]),
        ("O'Brien", None, &["obrien"]),
        ("İstanbul'da", Some("tr"), &["istanbul"]),
        ("C++ c# .NET", None, &[".net", "c#", "c++", "net"]),
        ("C", None, &["c"]),
        ("e-mail", None, &["e", "email", "mail"]),
        ("state-of-the-art", None, &["art", "of", "state", "the"]),
        ("pre - war", None, &["pre", "war"]),
        ("www.example.org", None, &["exampl", "example.org", "org"]),
        ("docs.example.org", None, &["doc", "docs.example.org", "exampl", "example.org", "org"]),
        ("ada@example.org", None, &["ada", "exampl", "example.org", "org"]),
        ("U.S.A. USA", None, &["usa"]),
        ("3.14 and 10.0.0.1", None, &["10.0.0.1", "3.14", "and"]),
        ("max_terms", None, &["max", "max_terms", "term"]),
        ("東京都", Some("zh"), &["京", "京都", "東", "東京", "都"]),
        ("犬 か", Some("ja"), &["か", "犬"]),
        ("ｶﾞｽ ガス", Some("ja"), &["ガス"]),
        ("한국어", Some("ko"), &["국", "국어", "어", "한", "한국"]),
        ("BTS는", Some("ko"), &["bts", "는"]),
        ("2024年", Some("zh"), &["2024", "年"]),
        ("हिन्दी", Some("hi"), &["हिन्दी"]),
        ("שָׁלוֹם שלום", Some("he"), &["שלום"]),
    ];
    for (text, language, expected) in cases {
        assert_eq!(terms(text, language), expected, "{text:?} in {language:?}");
    }
}

#[test]
fn words_of_one_family_meet() {
    let families: [(&str, &[&str]); 13] = [
        ("en", &["run", "runs", "running"]),
        ("en", &["library", "libraries", "LIBRARY’S"]),
        ("de", &["Haus", "Häuser", "Häusern"]),
        ("nl", &["lichaam", "lichamelijk"]),
        ("fr", &["continu", "continué", "continuer"]),
        ("es", &["canción", "canciones", "cancion"]),
        ("it", &["pronunciato", "pronunciate", "pronunciata"]),
        ("pt", &["boliviana", "bolivianos"]),
        ("sv", &["jakten", "jakt"]),
        ("da", &["undersøger", "undersøge"]),
        ("fi", &["talo", "talossa"]),
        ("ru", &["важный", "важная", "важного"]),
        ("en", &["Москва", "москве"]),
    ];
    for (language, family) in families {
        let first = terms(family[0], Some(language));
        assert_eq!(first.len(), 1, "{family:?}");
        for word in family {
            assert_eq!(terms(word, Some(language)), first, "{word:?} of {family:?}");
        }
    }
}

#[test]
fn a_word_of_the_title_counts_three_times() {
    let document = term_frequencies("Kilns", "A kiln, and another kiln", None);

    let count = |wanted: &str| document.terms.iter().find(|(term, _)| term == wanted).map(|(_, count)| *count);
    assert_eq!(count("kiln"), Some(5));
    assert_eq!(count("anoth"), Some(1));
}

#[test]
fn a_text_that_repeats_itself_is_not_longer() {
    assert_eq!(term_frequencies("", "kiln and glaze", None).length, 3);
    assert_eq!(term_frequencies("", &"kiln and glaze ".repeat(100), None).length, 3);
}

#[test]
fn a_text_keeps_at_most_twenty_thousand_terms() {
    let words: Vec<_> = (0..25_000).map(|number| format!("w{number}")).collect();

    let document = term_frequencies("", &words.join(" "), None);

    assert_eq!(document.terms.len(), 20_000);
    assert_eq!(document.length, 20_000);
}

#[test]
fn a_megabyte_without_spaces_is_one_short_term() {
    for letter in ["a", "é", "ж", "e\u{301}"] {
        let found = terms(&letter.repeat(1_000_000 / letter.len()), None);
        assert_eq!(found.len(), 1);
        assert!(found[0].len() <= 64);
    }
}

#[test]
fn words_are_counted_as_their_reader_counts_them() {
    let cases = [
        ("", Size { words: 0, pairs: 0 }),
        ("Don't count the e-mail — twice!", Size { words: 6, pairs: 0 }),
        ("我爱北京天安门", Size { words: 4, pairs: 4 }),
        ("한국어 문서", Size { words: 2, pairs: 0 }),
        ("Rust は速い。", Size { words: 3, pairs: 2 }),
    ];
    for (text, expected) in cases {
        assert_eq!(size(text), expected, "{text:?}");
    }
}

proptest! {
    #[test]
    fn any_text_gives_sorted_distinct_terms_that_can_be_stored(
        title in super::any_text(), body in super::any_text(), language in super::any_language()
    ) {
        let document = term_frequencies(&title, &body, language);
        prop_assert!(document.terms.is_sorted_by(|(one, _), (next, _)| one < next));
        for (term, count) in &document.terms {
            prop_assert!(!term.is_empty() && term.len() <= 64 && *count > 0);
            prop_assert!(!term.contains(|c: char| c.is_whitespace() || c.is_control()), "{:?}", term);
        }
        let counted = size(&body);
        prop_assert!(counted.pairs <= counted.words);
    }

    #[test]
    fn every_word_is_stemmed_in_every_language(word in "\\p{L}{1,12}", language in super::any_language()) {
        prop_assert!(!terms(&word, language).iter().any(String::is_empty));
    }
}
