//! What a text must be before it is stored or shown: no control characters, tidy white space, bounded.
//!
//! Pages hide things: NUL breaks PostgreSQL's `text`, bidirectional controls make a title read as another one, and a
//! megabyte of description is no description.

/// One line of at most `max` characters: white space folded, trimmed. `None` when nothing is left.
pub fn line(text: &str, max: usize) -> Option<String> {
    let mut out = String::new();
    let mut length = 0;
    let mut gap = false;
    for c in text.chars() {
        if c.is_whitespace() {
            gap = true;
        } else if is_kept(c) {
            let wanted = if gap && !out.is_empty() { 2 } else { 1 };
            if length + wanted > max {
                break;
            }
            if wanted == 2 {
                out.push(' ');
            }
            out.push(c);
            length += wanted;
            gap = false;
        }
    }
    (!out.is_empty()).then_some(out)
}

/// The first words of a text as one line of at most `max` characters, with an ellipsis where something is left away.
pub fn headline(text: &str, max: usize) -> Option<String> {
    let whole = line(text, max.saturating_add(1))?;
    let Some((cut, _)) = whole.char_indices().nth(max.saturating_sub(1)).filter(|_| whole.chars().count() > max) else {
        return Some(whole);
    };
    let room = &whole[..cut];
    // A word that fills half the line may be a whole sentence, in a script without spaces.
    let end = room.rfind(' ').filter(|end| *end > cut / 2).unwrap_or(cut);
    Some(format!("{}…", room[..end].trim_end()))
}

/// Paragraphs of at most `max` bytes: line ends as `\n`, no spaces at a line's end, at most one empty line in a row.
/// Spaces at a line's start stay, for they mean something in code. `None` when nothing is left.
pub fn block(text: &str, max: usize) -> Option<String> {
    let mut out = String::new();
    let mut empty_lines = 0;
    for line in text.split('\n') {
        let kept: String = line.chars().filter(|&c| is_kept(c)).map(plain_space).collect();
        let kept = kept.trim_end();
        if kept.is_empty() {
            empty_lines += 1;
            continue;
        }
        if !out.is_empty() {
            out.push_str(if empty_lines > 0 { "\n\n" } else { "\n" });
        }
        empty_lines = 0;
        out.push_str(kept);
        if out.len() > max {
            break;
        }
    }
    out.truncate(out.floor_char_boundary(max));
    out.truncate(out.trim_end().len());
    (!out.is_empty()).then_some(out)
}

fn plain_space(c: char) -> char {
    if c.is_whitespace() && c != '\t' { ' ' } else { c }
}

/// May this character be stored? Joiners (U+200C, U+200D) may: Persian, Hindi and emoji are written with them.
fn is_kept(c: char) -> bool {
    let invisible = matches!(
        c,
        '\u{AD}' | '\u{61C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFC}'
    );
    let noncharacter = matches!(u32::from(c) & 0xFFFF, 0xFFFE | 0xFFFF) || matches!(c, '\u{FDD0}'..='\u{FDEF}');
    c == '\t' || !(c.is_control() || invisible || noncharacter)
}
