//! What the index keeps of a text, what a question asks for, and the passage that answers it.

mod chunks;
mod query;
mod snippet;
mod words;

use proptest::prelude::*;

/// Any text, with more than its share of what breaks programs: marks without letters, joiners, other directions, quotes.
fn any_text() -> impl Strategy<Value = String> {
    let awkward = prop_oneof![
        Just("\u{301}"),
        Just("e\u{301}"),
        Just("👩‍👩‍👧"),
        Just("🇩🇪"),
        Just("\u{200d}"),
        Just("\u{202e}"),
        Just("שלום"),
        Just("العربية"),
        Just("東京都"),
        Just("ｶﾞ"),
        Just("한국어"),
        Just("ภาษา"),
        Just("தமிழ்"),
        Just("ﷺ"),
        Just("İ"),
        Just("l'"),
        Just("c++"),
        Just(".net"),
        Just("a.b_c"),
        Just("-"),
        Just("\""),
        Just("word"),
        Just(" "),
        Just("\0"),
        Just("<&>"),
    ];
    let piece = prop_oneof![3 => awkward.prop_map(str::to_owned), 1 => any::<String>()];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

fn any_language() -> impl Strategy<Value = Option<&'static str>> {
    let tags = [
        "", "ar", "da", "de-CH", "el", "en", "es", "fi", "fr", "hu", "it", "ja", "nb", "nl", "pt", "ro", "ru", "sv",
        "ta", "tr", "xx",
    ];
    prop::option::of(prop::sample::select(tags.to_vec()))
}
