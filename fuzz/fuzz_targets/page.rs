//! Pages: text, markup and what they say about themselves.

#![no_main]

use brainly::extract::{MAX_DESCRIPTION, MAX_NAME, MAX_TEXT, MAX_TITLE, article};
use libfuzzer_sys::fuzz_target;
use url::Url;

fuzz_target!(|page: &[u8]| {
    let url = Url::parse("https://www.example.org/posts/kiln").expect("a link");
    let Ok(found) = article::read(page, Some("text/html"), &url) else { return };
    for (fact, most) in [(&found.title, MAX_TITLE), (&found.description, MAX_DESCRIPTION), (&found.author, MAX_NAME)] {
        let fact = fact.as_deref().unwrap_or_default();
        assert!(fact.chars().count() <= most && !fact.contains(char::is_control));
    }
    assert!(found.full_text.is_none_or(|text| text.len() <= MAX_TEXT && !text.contains('\0')));
    let html = found.reader_html.unwrap_or_default().to_ascii_lowercase();
    assert!(!html.contains("<script") && !html.contains("javascript:\""));
});
