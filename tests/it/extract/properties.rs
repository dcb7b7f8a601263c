//! What holds for any answer whatsoever.

use brainly::extract::{MAX_DESCRIPTION, MAX_NAME, MAX_TEXT, MAX_TITLE};
use proptest::prelude::*;

use super::{LINK, read_at};

/// Pieces that pages are made of, and pieces that break them.
const PIECES: [&str; 24] = [
    "<html lang=en>",
    "<head>",
    "</head>",
    "<body>",
    "<title>",
    "</title>",
    "<p>",
    "</p>",
    "<table><td>",
    "</table>",
    "<script type='application/ld+json'>{\"@type\": \"Article\", \"headline\": \"",
    "\", }</script>",
    "<meta property=og:title content='",
    "'>",
    "<!--",
    "-->",
    "<svg><title>",
    "</",
    "<",
    "&#0;&#x202E;",
    "\u{0}\u{7}\u{FEFF}",
    "<a rel=tag href=javascript:x>",
    "窯の焚き方 ",
    "Words of a reader, and more of them. ",
];

fn page() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        8 => proptest::sample::select(PIECES.as_slice()).prop_map(|piece| piece.as_bytes().to_vec()),
        1 => proptest::collection::vec(any::<u8>(), 0..8),
    ];
    proptest::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

fn is_storable(text: &str) -> bool {
    text.chars().all(|c| matches!(c, '\n' | '\t') || !(c.is_control() || matches!(c, '\u{202A}'..='\u{202E}')))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn any_answer_is_refused_or_becomes_what_can_be_stored(
        body in page(),
        header in prop::option::of("(text/(html|plain|xml)|application/json)(; charset=(utf-8|latin1|gbk|utf-16))?"),
    ) {
        let Ok(found) = read_at(LINK, &body, header.as_deref()) else { return Ok(()) };

        let lines = [(&found.title, MAX_TITLE), (&found.description, MAX_DESCRIPTION), (&found.author, MAX_NAME)];
        for (fact, most) in lines.into_iter().filter_map(|(fact, most)| Some((fact.as_ref()?, most))) {
            prop_assert!(is_storable(fact) && !fact.contains('\n') && !fact.trim().is_empty());
            prop_assert!(fact.chars().count() <= most);
        }
        prop_assert!(found.full_text.as_ref().is_none_or(|text| is_storable(text) && text.len() <= MAX_TEXT));
        prop_assert_eq!(found.full_text.is_some(), found.full_text_type.is_some());
        prop_assert!(found.tags.iter().all(|tag| is_storable(tag)));
    }
}
