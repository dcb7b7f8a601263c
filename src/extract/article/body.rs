//! The text that a reader came for.

use dom_query::Document;
use dom_smoothie::{Config, Readability, TextMode};
use url::Url;

use crate::extract::{FullTextType, MAX_TEXT};
use crate::text::{clean, markup};

/// Words a minute that an adult reads silently (Brysbaert 2019: 238 of English non-fiction), rounded down.
const WORDS_PER_MINUTE: usize = 230;
/// Characters a minute of Chinese or Japanese.
const CHARACTERS_PER_MINUTE: usize = 500;
/// A page drawn by a script says no more than this before the script has run, in characters.
const MAX_SHELL: usize = 200;
/// Where frameworks put what they draw.
const ROOTS: &str = "#root, #app, #__next, #__nuxt, #___gatsby, #svelte, app-root";
/// What stands around a page's text.
const SURROUNDINGS: &str = "script, style, noscript, template, svg, iframe, nav, header, footer, aside, form, dialog, [hidden], [aria-hidden=true]";

/// The article of a page, or the words of its body where nothing looks like an article; nothing for a page that a
/// script has yet to draw.
pub(super) fn read(document: Document, html: &str, url: &Url) -> Option<(String, FullTextType)> {
    // "Please enable JavaScript" would pass for an article.
    document.select("noscript").remove();
    let has_root = document.select(ROOTS).exists();
    let article = article(document, url).map(|text| (text, FullTextType::Article));
    let found = article.or_else(|| Some((whole_body(html)?, FullTextType::Plain)))?;
    let is_shell = has_root && found.0.chars().nth(MAX_SHELL).is_none();
    (!is_shell).then_some(found)
}

fn article(document: Document, url: &Url) -> Option<String> {
    let config = Config { text_mode: TextMode::Formatted, disable_json_ld: true, ..Config::default() };
    let mut readability = Readability::with_document(document, Some(url.as_str()), Some(config)).ok()?;
    let article = readability.parse().ok()?;
    clean::block(&article.text_content, MAX_TEXT)
}

/// Readability has taken its tree apart, so the page is parsed anew: only where it found nothing.
fn whole_body(html: &str) -> Option<String> {
    let document = markup::parse(html).ok()?;
    document.select(SURROUNDINGS).remove();
    clean::block(&document.body()?.formatted_text(), MAX_TEXT)
}

/// Rounded up to whole seconds.
pub(super) fn reading_time_seconds(text: &str) -> u32 {
    let (mut words, mut characters, mut in_word) = (0_usize, 0_usize, false);
    for c in text.chars() {
        if is_read_singly(c) {
            characters += 1;
            in_word = false;
        } else {
            words += usize::from(c.is_alphanumeric() && !in_word);
            // An apostrophe does not end a word; a space does.
            in_word = c.is_alphanumeric() || (in_word && !c.is_whitespace());
        }
    }
    let seconds = (words * 60).div_ceil(WORDS_PER_MINUTE) + (characters * 60).div_ceil(CHARACTERS_PER_MINUTE);
    u32::try_from(seconds).unwrap_or(u32::MAX)
}

/// Han, Hiragana, Katakana: written without spaces. Hangul has them.
fn is_read_singly(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{20000}'..='\u{323AF}')
}
