//! Spellings that are the same word: NFKC, lower-case, and letters without their diacritics.
//!
//! Only Latin and Greek letters lose their marks, and Hebrew and Arabic their vowel points. Elsewhere a mark is a letter
//! of its own: Devanagari's vowels, the voicing of kana, the breve of Cyrillic `й`.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{decompose_canonical, is_combining_mark};

/// Bytes of a written word that are looked at; what follows makes no difference.
const MAX_WRITTEN: usize = 256;

/// A word in NFKC and lower-case: letters, digits, marks, `'`, `.`, `_`, and a space for anything else.
pub(super) fn normalize(written: &str) -> String {
    let written = &written[..written.floor_char_boundary(MAX_WRITTEN)];
    if written.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return written.to_ascii_lowercase();
    }
    written.nfkc().flat_map(char::to_lowercase).filter_map(letter).collect()
}

fn letter(c: char) -> Option<char> {
    match c {
        '\'' | '’' | '‘' | 'ʼ' | 'ʹ' => Some('\''),
        '.' | '_' => Some(c),
        // Before stemming: most people write the latter.
        'ё' => Some('е'),
        // Soft hyphens and joiners are invisible, a middle dot or gershayim stands inside one word: `col·lecció`, `צה״ל`.
        '\u{ad}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2060}'
        | '\u{feff}'
        | '\u{fe00}'..='\u{fe0f}'
        | '·'
        | '‧'
        | '״'
        | '׳' => None,
        _ if c.is_alphanumeric() || is_combining_mark(c) => Some(c),
        _ => Some(' '),
    }
}

/// A normalized word without its diacritics.
pub(super) fn fold(word: &str) -> String {
    let mut folded = String::with_capacity(word.len());
    for c in word.chars() {
        push_folded(&mut folded, c);
    }
    folded
}

fn push_folded(folded: &mut String, c: char) {
    match c {
        _ if c.is_ascii() => folded.push(c),
        // Marks that NFKC left beside their letter, and the vowel points of Hebrew and Arabic.
        '\u{300}'..='\u{36f}'
        | '\u{591}'..='\u{5c7}'
        | '\u{610}'..='\u{61a}'
        | '\u{640}'
        | '\u{64b}'..='\u{65f}'
        | '\u{670}' => {}
        'ß' => folded.push_str("ss"),
        'æ' => folded.push_str("ae"),
        'œ' => folded.push_str("oe"),
        'þ' => folded.push_str("th"),
        'ø' => folded.push('o'),
        'ð' | 'đ' => folded.push('d'),
        'ł' => folded.push('l'),
        'ħ' => folded.push('h'),
        'ı' => folded.push('i'),
        'ŋ' => folded.push('n'),
        'ς' => folded.push('σ'),
        '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1fff}' | '\u{370}'..='\u{3ff}' => {
            decompose_canonical(c, |part| {
                if !is_combining_mark(part) {
                    folded.push(part);
                }
            });
        }
        _ => folded.push(c),
    }
}
