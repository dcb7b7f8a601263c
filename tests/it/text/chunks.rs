//! Where a text is cut.

use brainly::text::chunks::{OVERLAP, WINDOW, cut, estimate_tokens, head};
use brainly::text::timeline::Timeline;
use proptest::prelude::*;
use serde_json::json;

const SENTENCES: &str =
    "The kiln must cool for a day. Open it too soon and the glaze will craze! Does that matter? Only to the potter. ";

#[test]
fn a_short_text_is_one_piece_and_an_empty_one_is_a_piece_for_its_title() {
    assert_eq!(cut("  One line.\n", 10), vec![2..11]);
    assert_eq!(cut("", 10), vec![0..0]);
    assert_eq!(cut(" \n ", 10), vec![0..0]);
    assert!(cut("", 0).is_empty(), "what has neither means nothing");
}

#[test]
fn a_piece_ends_with_a_sentence_and_begins_with_one_that_the_piece_before_has_too() {
    let text = SENTENCES.repeat(40);
    let pieces = cut(&text, 12);

    assert!(pieces.len() > 5);
    for (before, after) in pieces.iter().zip(&pieces[1..]) {
        assert!(text[..before.end].ends_with(['.', '!', '?']), "{}", &text[before.clone()]);
        assert!(text[after.clone()].starts_with(char::is_uppercase), "{}", &text[after.clone()]);
        assert!(after.start < before.end && before.end - after.start <= OVERLAP + 1);
    }
}

#[test]
fn a_text_without_sentences_words_or_spaces_is_cut_all_the_same() {
    for text in ["word ".repeat(2000), "x".repeat(20_000), "文".repeat(3000), "!".repeat(3000), "🏺".repeat(500)] {
        let pieces = cut(&text, 10);
        assert!(pieces.len() > 3, "{}", &text[..4]);
        assert_eq!(pieces.last().unwrap().end, text.trim_end().len());
    }
}

#[test]
fn a_head_names_what_the_text_is_called_and_what_it_is() {
    assert_eq!(head("Kilns", "article"), "Title: Kilns\nType: article\n\n");
    assert_eq!(head("", "note"), "");
    assert!(head(&"x".repeat(500), "link").len() < 150);
}

#[test]
fn a_transcript_tells_the_second_at_which_something_is_said() {
    let segments = json!([
        { "text": "Welcome back.", "start": 0.0, "duration": 2.0 },
        { "text": "not in the text", "start": 1.0 },
        { "text": "Today we fire a kiln.", "start": 2.5, "duration": 3.0 },
        { "text": "Slowly.", "start": 61.25, "duration": 1.0 },
    ]);
    let text = "Welcome back. Today we fire a kiln.\nSlowly.";
    let timeline = Timeline::new(text, &segments);

    assert_eq!(timeline.second_at(0), Some(0.0));
    assert_eq!(timeline.second_at(text.find("fire").unwrap()), Some(2.5));
    assert_eq!(timeline.second_at(text.len()), Some(61.25));
    assert_eq!(Timeline::new(text, &json!(null)).second_at(3), None);
}

proptest! {
    #[test]
    fn every_text_is_covered_by_pieces_that_fit_the_window(text in "\\PC{0,400}([a-z]{1,12}[ .\\n]){0,300}", tokens in 0_usize..90) {
        let pieces = cut(&text, tokens);
        let room = (WINDOW - 2).saturating_sub(tokens).max(WINDOW / 4);
        let mut reached = 0;
        for piece in &pieces {
            prop_assert!(text[reached.min(piece.start)..piece.start].trim().is_empty(), "nothing is left out");
            let said = &text[piece.clone()];
            prop_assert!(estimate_tokens(said) <= room || said.chars().count() <= 64);
            prop_assert!(piece.end >= reached);
            reached = piece.end;
        }
        prop_assert!(text[reached..].trim().is_empty());
    }
}
