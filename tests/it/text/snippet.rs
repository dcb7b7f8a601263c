//! The passage that is shown below an answer.

use brainly::text::query::Query;
use brainly::text::snippet::snippet;
use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

fn html(text: &str, question: &str) -> String {
    snippet(text, None, &Query::parse(question, &["de", "ja"])).to_html()
}

/// What a browser would show.
fn shown(html: &str) -> String {
    let plain = html.replace("<mark>", "").replace("</mark>", "");
    plain.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&")
}

#[test]
fn asked_words_are_marked_and_everything_else_is_escaped() {
    let cases = [
        ("", "kiln", ""),
        ("Two kilns.", "kiln", "Two <mark>kilns</mark>."),
        ("Two kilns.", "glaze", "Two kilns."),
        ("Two kilns.", "", "Two kilns."),
        (
            "<script>alert('1' & \"2\")</script>",
            "alert",
            "&lt;script&gt;<mark>alert</mark>(&#39;1&#39; &amp; &quot;2&quot;)&lt;/script&gt;",
        ),
        ("See docs.example.org now", "example", "See <mark>docs.example.org</mark> now"),
        ("Modern C++ and C", "c++", "Modern <mark>C++</mark> and C"),
        ("Ein Café in\n\n  der\tStadt\0", "cafe", "Ein <mark>Café</mark> in der Stadt"),
        ("ここは東京都です", "東京都", "ここは<mark>東京都</mark>です"),
        ("Send an e-mail", "email", "Send an <mark>e-mail</mark>"),
        ("Send an e-mail", "e-mail", "Send an <mark>e-mail</mark>"),
    ];
    for (text, question, expected) in cases {
        assert_eq!(html(text, question), expected, "{question:?} in {text:?}");
    }
}

#[test]
fn the_passage_is_the_one_with_the_most_of_the_words() {
    let filler = "Nothing of note is written in this sentence at all. ".repeat(20);
    let text = format!("A kiln. {filler}Glaze melts in a kiln at cone six. {filler}A glaze. {filler}");

    let found = html(&text, "kiln glaze cone");

    assert!(found.starts_with('…') && found.ends_with('…'), "{found}");
    assert!(found.contains("<mark>Glaze</mark> melts in a <mark>kiln</mark> at <mark>cone</mark> six."), "{found}");
    assert!((160..=242).contains(&shown(&found).chars().count()), "{found}");
}

#[test]
fn a_passage_begins_and_ends_with_a_sentence_where_it_can() {
    let filler = "Nothing of note is written in this sentence at all. ".repeat(20);

    let found = html(&format!("{filler}A kiln glows. {filler}"), "kiln");

    assert!(found.starts_with("…Nothing of note"), "{found}");
    assert!(found.ends_with("at all.…"), "{found}");
}

#[test]
fn without_a_match_the_beginning_is_shown() {
    let found = html(&"plain words ".repeat(100), "kiln");

    assert!(found.starts_with("plain words plain"), "{found}");
    assert!(found.ends_with("words…") || found.ends_with("plain…"), "{found}");
}

#[test]
fn a_text_without_spaces_is_cut_between_its_characters() {
    for character in ["x", "👩‍👩‍👧", "e\u{301}", "東", "🇩🇪"] {
        let text = character.repeat(300_000 / character.len());
        let found = html(&text, "東京");
        let passage = found.trim_end_matches('…');
        assert!(!passage.is_empty() && passage.chars().count() <= 240, "{character:?}");
        assert!(passage.graphemes(true).all(|whole| whole == character), "{character:?} is cut in {found:?}");
    }
}

#[test]
fn what_stands_behind_the_first_megabyte_is_not_looked_for() {
    let text = "a b c d e ".repeat(101_000) + "kiln";

    assert!(!html(&text, "kiln").contains("<mark>"));
}

proptest! {
    #[test]
    fn any_passage_is_short_escaped_and_made_of_whole_characters(
        text in super::any_text(), times in 1_usize..12, question in super::any_text(), language in super::any_language()
    ) {
        let text = text.repeat(times);
        let query = Query::parse(&question, &[]);
        let found = snippet(&text, language, &query).to_html();
        let bare = found.replace("<mark>", "").replace("</mark>", "");
        prop_assert!(!bare.contains(['<', '>', '"', '\'', '\0']));
        prop_assert_eq!(found.matches("<mark>").count(), found.matches("</mark>").count());
        prop_assert!(shown(&found).chars().count() <= 400);
    }
}
