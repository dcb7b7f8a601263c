//! Texts that are no pages: notes, Markdown, source code, JSON.

use percent_encoding::percent_decode_str;
use url::Url;

use crate::extract::{Extracted, FullTextType, MAX_NAME, MAX_TEXT, MAX_TITLE};
use crate::text::clean;

/// A first line longer than this is the text's beginning, not its title, in characters.
const MAX_FIRST_LINE: usize = 120;

/// `text` as it is, under its first heading, its first line, or the name of its file.
pub(super) fn read(text: &str, kind: FullTextType, url: &Url) -> Extracted {
    let text = clean::block(text, MAX_TEXT);
    let title = text.as_deref().and_then(|text| heading(text).or_else(|| first_line(text))).or_else(|| file_name(url));
    Extracted {
        title: title.filter(|_| text.is_some()),
        site_name: site_name(url),
        full_text_type: text.is_some().then_some(kind),
        full_text: text,
        ..Extracted::default()
    }
}

/// The first `# Heading` of Markdown.
fn heading(text: &str) -> Option<String> {
    let line = text.lines().take(50).find_map(|line| line.strip_prefix("# "))?;
    clean::line(line.trim_end_matches('#'), MAX_TITLE)
}

/// The first line where it reads like a title: short, with letters, and not the beginning of data or code.
pub(in crate::extract) fn first_line(text: &str) -> Option<String> {
    let line = clean::line(text.lines().next()?, MAX_TITLE)?;
    let is_short = line.chars().nth(MAX_FIRST_LINE).is_none();
    (is_short && line.starts_with(char::is_alphanumeric) && !line.ends_with(['{', ';', ','])).then_some(line)
}

/// The last part of the link's path.
pub(in crate::extract) fn file_name(url: &Url) -> Option<String> {
    let name = url.path_segments()?.rfind(|segment| !segment.is_empty())?;
    clean::line(&percent_decode_str(name).decode_utf8_lossy(), MAX_TITLE)
}

/// The link's host.
pub(in crate::extract) fn site_name(url: &Url) -> Option<String> {
    url.host_str().and_then(|host| clean::line(host.trim_start_matches("www."), MAX_NAME))
}
