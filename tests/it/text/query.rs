//! Questions: what they ask for, what they insist on, what they refuse.

use brainly::text::query::{Phrase, Query};
use brainly::text::words::term_frequencies;
use proptest::prelude::*;

fn asked(text: &str, languages: &[&str]) -> Vec<String> {
    Query::parse(text, languages).groups.into_iter().map(|group| group.word).collect()
}

fn spelled(phrases: &[Phrase]) -> Vec<String> {
    let words = |phrase: &Phrase| phrase.iter().map(|word| word.word.as_str()).collect::<Vec<_>>().join(" ");
    phrases.iter().map(words).collect()
}

/// A question; its words, phrases and exclusions.
type Case = (&'static str, &'static [&'static str], &'static [&'static str], &'static [&'static str]);

#[test]
fn a_question_is_read_as_words_phrases_and_exclusions() {
    let cases: [Case; 16] = [
        ("", &[], &[], &[]),
        ("kiln firing", &["kiln", "firing"], &[], &[]),
        ("the firing of a kiln", &["firing", "kiln"], &[], &[]),
        ("to be or not to be", &["to", "be", "or", "not"], &[], &[]),
        ("\"cone six\" glaze", &["cone", "six", "glaze"], &["cone six"], &[]),
        ("“cone six”", &["cone", "six"], &["cone six"], &[]),
        ("\"state of the art\"", &["state", "art"], &["state of the art"], &[]),
        ("kiln -electric", &["kiln"], &[], &["electric"]),
        ("kiln -\"cone six\"", &["kiln"], &[], &["cone six"]),
        ("-electric", &[], &[], &["electric"]),
        ("kiln - electric", &["kiln", "electric"], &[], &[]),
        ("cargo --release", &["cargo", "release"], &[], &[]),
        ("kiln \"cone six", &["kiln", "cone", "six"], &[], &[]),
        ("\"\" -\"\" - -! \"…\" kiln", &["kiln"], &[], &[]),
        ("well-known", &["well", "wellknown", "known"], &[], &[]),
        ("example.org c++ .net", &["example.org", "c++", ".net"], &[], &[]),
    ];
    for (text, words, phrases, excluded) in cases {
        let query = Query::parse(text, &[]);
        assert_eq!(asked(text, &[]), words, "words of {text:?}");
        assert_eq!(spelled(&query.phrases), phrases, "phrases of {text:?}");
        assert_eq!(spelled(&query.excluded), excluded, "exclusions of {text:?}");
        assert_eq!(query.has_conditions(), !(phrases.is_empty() && excluded.is_empty()), "{text:?}");
    }
}

#[test]
fn a_repeated_word_is_asked_for_more() {
    let query = Query::parse("kiln glaze KILN", &[]);

    let frequencies: Vec<_> = query.groups.iter().map(|group| (group.word.as_str(), group.frequency)).collect();
    assert_eq!(frequencies, [("kiln", 2), ("glaze", 1)]);
}

#[test]
fn a_word_is_asked_for_in_each_language_of_the_brain() {
    let query = Query::parse("Häuser running", &["de", "fr"]);

    for (text, language, group) in [("ein Haus", "de", 0), ("she runs", "en", 1)] {
        let document = term_frequencies("", text, Some(language));
        let found = document.terms.iter().any(|(term, _)| query.groups[group].alternatives.contains(term));
        assert!(found, "{:?} finds {text:?}", query.groups[group]);
    }
}

#[test]
fn stop_words_are_those_of_the_language_that_has_the_most_of_them_in_the_question() {
    assert_eq!(asked("die Geschichte der Stadt", &["de"]), ["geschichte", "stadt"]);
    assert_eq!(asked("the will to die", &["de"]), ["die"]);
    assert_eq!(asked("la vie est un songe", &["de", "fr-CA"]), ["vie", "songe"]);
}

#[test]
fn conditions_are_held_against_title_and_text() {
    let title = "Firing a kiln";
    let text = "Heat it slowly to cone 6. The electric kiln of example.org cools overnight; l'été, don't hurry.";
    let cases = [
        ("kiln", true),
        ("\"cone 6\"", true),
        ("\"CONES 6\"", true),
        ("\"cone 7\"", false),
        ("\"6 cone\"", false),
        ("\"firing a kiln\"", true),
        ("\"a kiln heat\"", false),
        ("\"electric kiln of example.org\"", true),
        ("\"kiln of example cools\"", true),
        ("\"dont hurry\"", true),
        ("\"cone 6\" \"cools overnight\"", true),
        ("\"cone 6\" \"cools quickly\"", false),
        ("kiln -electric", false),
        ("kiln -gas", true),
        ("kiln -\"electric oven\"", true),
        ("kiln -\"electric kilns\"", false),
        ("\"cone 6\" -firing", false),
    ];
    for (question, accepted) in cases {
        let query = Query::parse(question, &[]);
        assert_eq!(query.accepts(title, text, Some("en")), accepted, "{question:?}");
    }
}

#[test]
fn a_phrase_without_spaces_is_found_by_its_pairs() {
    let query = Query::parse("\"東京都\"", &["ja"]);

    assert!(query.accepts("", "ここは東京都です", Some("ja")));
    assert!(!query.accepts("", "東京と京都", Some("ja")));
}

#[test]
fn an_endless_question_is_cut() {
    let words: Vec<_> = (0..20_000).map(|number| format!("w{number} \"a{number} b\" -x{number}")).collect();
    let words = words.join(" ");

    let query = Query::parse(&words, &["de", "fr", "it", "es"]);

    assert_eq!(query.groups.len(), 64);
    let conditions: usize = query.phrases.iter().chain(&query.excluded).map(Vec::len).sum();
    assert_eq!(conditions, 64);
    assert!(!query.accepts("", &words, None));
}

proptest! {
    #[test]
    fn any_question_can_be_asked_of_any_text(
        question in super::any_text(), text in super::any_text(), language in super::any_language()
    ) {
        let query = Query::parse(&question, &language.into_iter().collect::<Vec<_>>());
        for group in query.groups.iter().chain(query.phrases.iter().chain(&query.excluded).flatten()) {
            prop_assert!(!group.alternatives.is_empty() && group.frequency > 0);
            prop_assert!(!group.alternatives.iter().any(|term| term.is_empty() || term.contains('\0')));
        }
        query.accepts(&text, &question, language);
    }

    #[test]
    fn a_text_has_every_phrase_that_is_cut_from_it(words in prop::collection::vec("[a-z]{1,9}", 1..30), from in 0_usize..30, length in 1_usize..8) {
        let from = from.min(words.len() - 1);
        let phrase = words[from..words.len().min(from + length)].join(" ");
        let text = words.join(" ");
        let (wanted, unwanted) = (format!("\"{phrase}\""), format!("-\"{phrase}\""));
        prop_assert!(Query::parse(&wanted, &[]).accepts("", &text, None));
        prop_assert!(!Query::parse(&unwanted, &[]).accepts("", &text, None));
    }
}
