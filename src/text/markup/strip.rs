//! Words out of markup, without a tree.

/// Elements whose content is no text for a reader.
pub(super) const SILENT: [&str; 6] = ["noscript", "script", "style", "svg", "template", "textarea"];
/// Elements that stand within a line; every other tag ends one.
const INLINE: [&str; 22] = [
    "a", "abbr", "b", "bdi", "cite", "code", "del", "em", "font", "i", "img", "ins", "kbd", "mark", "q", "s", "small",
    "span", "strong", "sub", "sup", "u",
];
/// The longest entity that is decoded, in bytes, without `&` and `;`.
const MAX_ENTITY: usize = 8;

/// The text of `html` without tags, comments, scripts and styles; about `max` bytes of it. Reads once, left to right.
pub fn strip(html: &str, max: usize) -> String {
    let mut out = String::new();
    let mut rest = html;
    while let Some(at) = rest.find('<').filter(|_| out.len() < max) {
        push_text(&mut out, &rest[..at]);
        rest = &rest[at..];
        rest = match Tag::at(rest) {
            Some(tag) => {
                if !INLINE.contains(&tag.name.as_str()) {
                    out.push('\n');
                }
                let after = &rest[tag.length..];
                if !tag.closes && SILENT.contains(&tag.name.as_str()) { skip_content(after, &tag.name) } else { after }
            }
            None => skip_other(rest, &mut out),
        };
    }
    if out.len() < max {
        push_text(&mut out, rest);
    }
    out.truncate(out.floor_char_boundary(max));
    out
}

/// Text with `&amp;`, `&#39;` and their like as the characters they stand for. Entities that few write stay as they are.
pub fn decode_entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let end = after.bytes().take(MAX_ENTITY + 1).position(|b| b == b';');
        if let Some((c, end)) = end.and_then(|end| Some((entity(&after[..end])?, end))) {
            out.push(c);
            rest = &after[end + 1..];
        } else {
            out.push('&');
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

pub(super) struct Tag {
    pub(super) name: String,
    pub(super) closes: bool,
    /// From `<` to after `>`, in bytes.
    pub(super) length: usize,
}

impl Tag {
    /// The tag that `text` begins with.
    pub(super) fn at(text: &str) -> Option<Self> {
        let closes = text[1..].starts_with('/');
        let start = 1 + usize::from(closes);
        let name = text[start..].split(|c: char| !c.is_ascii_alphanumeric() && c != '-').next()?;
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        let mut quote = None;
        let mut before = b' ';
        for (i, byte) in text.bytes().enumerate().skip(start + name.len()) {
            match quote {
                Some(open) if byte == open => quote = None,
                None if byte == b'>' => return Some(Self { name: name.to_ascii_lowercase(), closes, length: i + 1 }),
                // A quote opens a value only after `=`; elsewhere it is a slip of the pen.
                None if matches!(byte, b'"' | b'\'') && before == b'=' => quote = Some(byte),
                Some(_) | None => {}
            }
            if !byte.is_ascii_whitespace() {
                before = byte;
            }
        }
        // Never closed: the rest of the page is this tag.
        Some(Self { name: name.to_ascii_lowercase(), closes, length: text.len() })
    }
}

/// What follows the end tag of `name`, or nothing when it is never closed.
pub(super) fn skip_content<'a>(text: &'a str, name: &str) -> &'a str {
    let closes = |at: &usize| {
        let tail = &text.as_bytes()[at + 2..];
        tail.len() >= name.len() && tail[..name.len()].eq_ignore_ascii_case(name.as_bytes())
    };
    let end = text.match_indices("</").map(|(at, _)| at).find(closes);
    end.map_or("", |at| &text[at..])
}

/// Steps over a comment or declaration, or takes a lone `<` as text.
fn skip_other<'a>(text: &'a str, out: &mut String) -> &'a str {
    let after = |start: usize, end: &str| text[start..].find(end).map_or("", |at| &text[start + at + end.len()..]);
    if text.starts_with("<!--") {
        after(4, "-->")
    } else if text.starts_with("<!") || text.starts_with("<?") || text.starts_with("</") {
        after(2, ">")
    } else {
        out.push('<');
        &text[1..]
    }
}

/// White space in markup is a space; only tags make lines.
fn push_text(out: &mut String, text: &str) {
    let text = decode_entities(text);
    if text.starts_with(char::is_whitespace) && !out.ends_with(char::is_whitespace) {
        out.push(' ');
    }
    for (i, word) in text.split_whitespace().enumerate() {
        if i > 0 {
            out.push(' ');
        }
        out.push_str(word);
    }
    if text.ends_with(char::is_whitespace) && !out.ends_with(char::is_whitespace) {
        out.push(' ');
    }
}

fn entity(name: &str) -> Option<char> {
    let number = match name.strip_prefix('#') {
        Some(hex) if hex.starts_with(['x', 'X']) => u32::from_str_radix(&hex[1..], 16).ok()?,
        Some(decimal) => decimal.parse().ok()?,
        None => return named(name),
    };
    char::from_u32(number)
}

fn named(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "hellip" => '…',
        "mdash" => '—',
        "ndash" => '–',
        "lsquo" => '‘',
        "rsquo" => '’',
        "ldquo" => '“',
        "rdquo" => '”',
        _ => return None,
    })
}
