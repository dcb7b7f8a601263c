//! Which language: what the page says, else what its text tells, else none.

use brainly::text::language::{detect, primary_subtag};

use super::read;

const GERMAN: &str = "Der erste Brand ist derjenige, an den man sich erinnert. Man füllt den Ofen, schließt den Deckel \
    und wartet einen Tag und eine Nacht, ohne hineinsehen zu können. Wer langsam heizt, verliert kaum ein Stück, und wer \
    den Deckel zu früh hebt, hört die Glasur springen.";

#[test]
fn the_page_s_own_word_comes_first() {
    for (html, language) in [
        ("<html lang='en-GB'><meta property='og:locale' content='de_DE'>", "en"),
        ("<html lang=''><meta property='og:locale' content='pt_BR'>", "pt"),
        ("<html><meta http-equiv='Content-Language' content='fr, en'>", "fr"),
        ("<html lang='zh-Hant-TW'>", "zh"),
    ] {
        let found = read(&format!("{html}<title>x</title><body>{GERMAN}"));
        assert_eq!(found.language.as_deref(), Some(language), "{html}");
    }
}

#[test]
fn a_long_text_tells_its_language() {
    assert_eq!(read(&format!("<title>x</title><p>{GERMAN}</p>")).language.as_deref(), Some("de"));
    let japanese = "窯の焚き方について。最初の焼成は誰もが覚えているものです。".repeat(10);
    assert_eq!(detect(&japanese), Some("ja"));
}

#[test]
fn a_short_text_or_one_without_words_tells_nothing() {
    assert_eq!(read("<title>x</title><p>Guten Tag</p>").language, None);
    assert_eq!(detect(&"1 2 3 ".repeat(100)), None);
    assert_eq!(detect(""), None);
}

#[test]
fn only_what_names_a_language_is_a_subtag() {
    for (tag, subtag) in [("EN", "en"), ("sr-Latn", "sr"), ("ceb", "ceb"), (" de_AT.UTF-8", "de")] {
        assert_eq!(primary_subtag(tag).as_deref(), Some(subtag));
    }
    for tag in ["", "x-default", "und", "english", "e", "12", "mul", "日本"] {
        assert_eq!(primary_subtag(tag), None, "{tag}");
    }
}
