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
/// Readability takes a text for an article from here on, in characters; below, it has given up all its rules.
const MIN_ARTICLE: usize = 500;
/// What is never part of a page's text.
const SURROUNDINGS: &str =
    "script, style, noscript, template, svg, iframe, nav, footer, aside, form, dialog, [hidden], [aria-hidden=true]";
/// Where an author says that the text is.
const MAINS: [&str; 2] = ["article", "main, [role=main]"];

/// The article of a page, or the words of its body where nothing looks like an article; nothing for a page that a
/// script has yet to draw.
pub(super) fn read(document: Document, html: &str, url: &Url) -> Option<(String, FullTextType)> {
    // "Please enable JavaScript" would pass for an article.
    document.select("noscript").remove();
    let has_root = document.select(ROOTS).exists();
    let article = article(document, url);
    let is_article = |text: &String| text.chars().nth(MIN_ARTICLE - 1).is_some();
    let found = match article.filter(is_article) {
        Some(text) => (text, FullTextType::Article),
        None => short_text(html)?,
    };
    let is_shell = has_root && found.0.chars().nth(MAX_SHELL).is_none();
    (!is_shell).then_some(found)
}

fn article(document: Document, url: &Url) -> Option<String> {
    let config = Config { text_mode: TextMode::Formatted, disable_json_ld: true, ..Config::default() };
    let mut readability = Readability::with_document(document, Some(url.as_str()), Some(config)).ok()?;
    let article = readability.parse().ok()?;
    clean::block(&article.text_content, MAX_TEXT)
}

/// The text of the one element that its author calls the main one, else all words of the body. Readability has taken
/// its tree apart, so the page is parsed anew.
fn short_text(html: &str) -> Option<(String, FullTextType)> {
    let document = markup::parse(html).ok()?;
    document.select(SURROUNDINGS).remove();
    let marked = MAINS.iter().map(|main| document.select(main)).find(|found| found.length() == 1);
    if let Some(text) = marked.and_then(|main| clean::block(&main.formatted_text(), MAX_TEXT)) {
        return Some((text, FullTextType::Article));
    }
    document.select("header").remove();
    Some((clean::block(&document.body()?.formatted_text(), MAX_TEXT)?, FullTextType::Plain))
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
