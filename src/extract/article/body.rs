//! The text that a reader came for, and its markup.

use std::collections::HashSet;

use dom_query::{Document, Selection};
use url::Url;

use super::metadata::Facts;
use super::reader;
use super::readers::{self, First, Mood, Second};
use super::vote::{Vote, vote};
use crate::extract::{FullTextType, MAX_TEXT};
use crate::text::{bare, clean, markup};

/// Words a minute that an adult reads silently (Brysbaert 2019: 238 of English non-fiction), rounded down.
const WORDS_PER_MINUTE: usize = 230;
/// Characters a minute of Chinese or Japanese.
const CHARACTERS_PER_MINUTE: usize = 500;
/// A page drawn by a script says no more than this before the script has run, in characters.
const MAX_SHELL: usize = 200;
/// A large page, in bytes, that says no more than that and is made of scripts has yet to be drawn as well.
const MIN_SCRIPTED: usize = 50 * 1024;
/// Where frameworks put what they draw.
const ROOTS: &str = "#root, #app, #__next, #__nuxt, #___gatsby, #svelte, app-root";
/// Readability takes a text for an article from here on, in characters; below, it has given up all its rules.
const MIN_ARTICLE: usize = 500;
/// What is never part of a page's text.
const SURROUNDINGS: &str =
    "script, style, noscript, template, svg, iframe, nav, footer, aside, form, dialog, [hidden], [aria-hidden=true]";
/// What visitors said under it.
const COMMENTS: &str =
    "[id^=comments i], :is(div, section, article, ol, ul, li)[class^=comment i], #respond, #disqus_thread";
/// Where an author says that the text is.
const MAINS: [&str; 2] = ["article", "main, [role=main]"];

/// A page's text.
#[derive(Debug)]
pub(super) struct Body {
    pub(super) text: String,
    pub(super) kind: FullTextType,
    /// Sanitised.
    pub(super) html: Option<String>,
}

/// What there is to read.
#[derive(Debug)]
pub(super) enum Found {
    Text(Body),
    /// A script has yet to draw the page.
    Undrawn,
    Nothing,
}

/// The article of a page, or the words of its body where nothing looks like an article. `facts` learns what the readers find
/// out on their way.
pub(super) fn read(first: First, facts: &mut Facts, html: &str, url: &Url) -> Found {
    let has_root = first.document().select(ROOTS).exists() || wants_scripts(first.document());
    let found = asked(first, facts, html, url);
    let says_little = found.as_ref().is_none_or(|body| body.text.chars().nth(MAX_SHELL).is_none());
    if says_little && (has_root || is_mostly_scripts(html)) {
        // Some put the text into their data, for search engines.
        let told = facts.text.take().filter(|text| is_article(text) && facts.closed.is_none());
        let told = told.and_then(|text| clean::block(&markup::strip(&text, MAX_TEXT), MAX_TEXT));
        return told.map_or(Found::Undrawn, |text| Found::Text(Body { text, kind: FullTextType::Article, html: None }));
    }
    found.map_or(Found::Nothing, Found::Text)
}

/// What the readers make of it.
fn asked(mut first: First, facts: &mut Facts, html: &str, url: &Url) -> Option<Body> {
    let has_second = readers::has_second(first.document(), html);
    let marked = if facts.is_article { 0 } else { marked_words(first.document()) };
    let article = first.read();
    if let Some(article) = &article {
        facts.add_article(article);
    }
    let ours = article.and_then(|article| clean::block(&article.text_content, MAX_TEXT));
    let second = has_second.then(|| readers::second(html, url, Mood::Strict)).flatten();
    if let Some(day) = second.as_ref().and_then(|second| second.day) {
        facts.add_day(day);
    }
    let theirs = second.and_then(|second| Some(Second { text: clean::block(&second.text, MAX_TEXT)?, ..second }));
    let found = match (ours, theirs) {
        (Some(ours), Some(theirs)) => settled(&first, ours, theirs, facts.is_article, html, url),
        (Some(ours), None) if is_article(&ours) => Some(ours_without(&first, ours, &HashSet::new(), url)),
        (None, Some(theirs)) if is_article(&theirs.text) => Some(article_of(theirs.text, &theirs.html, url)),
        _ => short_text(html, url),
    };
    // Both lose the same sections of a page of reference, such as its lists of terms.
    let is_short = marked > 0 && found.as_ref().is_none_or(|found| bare::joined(&found.text).len() * 2 < marked);
    if is_short { marked_text(html, url).or(found) } else { found }
}

/// What both readers have, where they have taken much the same, and in an article in any case: there one of them has taken more
/// than the article.
///
/// Any other page, such as one of reference, is made of many short sections, of which a reader takes some. Where they don't take
/// the same, nothing says which of them is right, and what is left out is never found: the whole is taken then that the page's
/// author marks, or what the reader has that found more.
fn settled(first: &First, ours: String, theirs: Second, is_article: bool, html: &str, url: &Url) -> Option<Body> {
    let cast = vote(&ours, &[&theirs.text, &theirs.line]);
    if cast.is_mutual() {
        return agreed(first, &cast, url);
    }
    let is_unsure = !is_article || cast.has_little_of_first();
    let bold = if is_unsure { readers::second(html, url, Mood::Bold) } else { None };
    if let Some(again) = bold.as_ref().map(|bold| vote(&ours, &[&bold.text, &bold.line]))
        && again.is_mutual()
    {
        return agreed(first, &again, url);
    }
    if is_article && !cast.is_in_vain() {
        return agreed(first, &cast, url);
    }
    if is_article {
        return Some(article_of(theirs.text, &theirs.html, url));
    }
    let theirs = bold.unwrap_or(theirs);
    marked_text(html, url).or_else(|| {
        let text = clean::block(&theirs.text, MAX_TEXT)?;
        let has_more = bare::joined(&text).len() > bare::joined(&ours).len();
        Some(if has_more {
            article_of(text, &theirs.html, url)
        } else {
            ours_without(first, ours, &HashSet::new(), url)
        })
    })
}

fn agreed(first: &First, cast: &Vote, url: &Url) -> Option<Body> {
    Some(ours_without(first, clean::block(&cast.text, MAX_TEXT)?, &cast.dropped, url))
}

/// Below, Readability has given up all its rules.
fn is_article(text: &str) -> bool {
    text.chars().nth(MIN_ARTICLE - 1).is_some()
}

/// Readability's article, less what was `dropped`.
fn ours_without(first: &First, text: String, dropped: &HashSet<String>, url: &Url) -> Body {
    let document = first.document();
    reader::drop_blocks(document, dropped);
    article_of(text, &document.select_single("#readability-page-1").inner_html(), url)
}

fn article_of(text: String, html: &str, url: &Url) -> Body {
    Body { text, kind: FullTextType::Article, html: reader::sanitize(html, url) }
}

/// Does it say so to those who run none? Many say it of their comments alone.
fn wants_scripts(document: &Document) -> bool {
    document.select("body noscript").iter().any(|said| {
        let said = said.text().to_lowercase();
        said.contains("javascript") && !said.contains("comment")
    })
}

/// Is next to nothing of a large page for its readers before its scripts have run?
fn is_mostly_scripts(html: &str) -> bool {
    html.len() > MIN_SCRIPTED && {
        // What a page says about itself in JSON-LD draws nothing.
        let draws = |script: &&str| !script.split('>').next().is_some_and(|tag| tag.contains("ld+json"));
        let scripts = html.split("<script").skip(1).filter(draws);
        let scripts = scripts.map(|script| script.find("</script").unwrap_or(script.len()));
        scripts.sum::<usize>() > html.len() / 2
    }
}

/// The text of the one element that its author calls the main one, else all words of the body.
fn short_text(html: &str, url: &Url) -> Option<Body> {
    marked_text(html, url).or_else(|| {
        let document = without_surroundings(html)?;
        document.select("header").remove();
        let text = clean::block(&document.body()?.formatted_text(), MAX_TEXT)?;
        Some(Body { text, kind: FullTextType::Plain, html: None })
    })
}

/// The text of the one element that its author calls the main one.
fn marked_text(html: &str, url: &Url) -> Option<Body> {
    let document = without_surroundings(html)?;
    let marked = marked(&document)?;
    Some(article_of(clean::block(&marked.formatted_text(), MAX_TEXT)?, &marked.inner_html(), url))
}

fn marked(document: &Document) -> Option<Selection<'_>> {
    MAINS.iter().map(|main| document.select(main)).find(|found| found.length() == 1)
}

/// How much that element says besides links, its surroundings and comments, in bytes of words; 0 where there is none.
fn marked_words(document: &Document) -> usize {
    let Some(marked) = marked(document) else { return 0 };
    let silent = format!("a, {SURROUNDINGS}, {COMMENTS}");
    let silent: HashSet<_> = marked.select(&silent).nodes().iter().map(|node| node.id).collect();
    let mut waiting: Vec<_> = marked.nodes().to_vec();
    let mut words = 0;
    while let Some(node) = waiting.pop() {
        if node.is_text() {
            words += bare::joined(&node.text()).len();
        } else if !silent.contains(&node.id) {
            waiting.extend(node.children_it(false));
        }
    }
    words
}

/// The page parsed anew, since Readability has taken its tree apart.
fn without_surroundings(html: &str) -> Option<Document> {
    let document = markup::parse(html).ok()?;
    document.select(SURROUNDINGS).remove();
    document.select(COMMENTS).remove();
    Some(document)
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
