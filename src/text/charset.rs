//! Bytes into characters: which encoding is a page written in?
//!
//! In the order of trust: byte order mark, HTTP header, what the page says in its first kilobyte, what the bytes look
//! like. What can't be decoded becomes U+FFFD; decoding never fails.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE, X_USER_DEFINED};

/// How far a page's own declaration is looked for, in bytes (the HTML standard's number).
const PRESCAN_BYTES: usize = 1024;
/// How much is looked at to guess, in bytes.
const GUESS_BYTES: usize = 64 * 1024;

/// The text of `bytes`. `label` is the `charset` of the HTTP header; `host` is where the bytes came from, whose country
/// helps to guess.
pub fn decode(bytes: &[u8], label: Option<&str>, host: Option<&str>) -> String {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[mark..]).0.into_owned();
    }
    let encoding = label
        .and_then(|label| from_header(label, bytes))
        .or_else(|| declared(bytes))
        .unwrap_or_else(|| guess(bytes, host));
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

/// Labels that mean an encoding which can really be read. `replacement` and `x-user-defined` exist to refuse.
fn known(label: &str) -> Option<&'static Encoding> {
    Encoding::for_label(label.trim().as_bytes())
        .filter(|&encoding| encoding != REPLACEMENT && encoding != X_USER_DEFINED)
}

/// A header that says UTF-16 about bytes without a single NUL is wrong: every markup character would have one.
fn from_header(label: &str, bytes: &[u8]) -> Option<&'static Encoding> {
    let start = &bytes[..bytes.len().min(PRESCAN_BYTES)];
    known(label).filter(|&encoding| !is_wide(encoding) || start.contains(&0))
}

fn is_wide(encoding: &'static Encoding) -> bool {
    encoding == UTF_16LE || encoding == UTF_16BE
}

/// What `<meta charset>`, `<meta content="…; charset=…">` or `<?xml encoding="…"?>` says. It was found by reading
/// ASCII, so UTF-16 can't be true and means UTF-8, as in the HTML standard.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(PRESCAN_BYTES)]).to_ascii_lowercase();
    let xml = start.trim_start().strip_prefix("<?xml").and_then(|rest| rest.split("?>").next());
    let meta = start.split("<meta").skip(1).filter_map(|rest| rest.split('>').next());
    let encoding = meta.filter_map(|tag| value_after(tag, "charset")).find_map(known);
    let encoding = encoding.or_else(|| known(value_after(xml?, "encoding")?))?;
    Some(if is_wide(encoding) { UTF_8 } else { encoding })
}

/// The word after `name=`, quoted or not.
fn value_after<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let value = tag.split_once(name)?.1.trim_start().strip_prefix('=')?;
    let value = value.trim_start().trim_start_matches(['"', '\'']);
    value.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ';' | '/' | '>')).next()
}

fn guess(bytes: &[u8], host: Option<&str>) -> &'static Encoding {
    // Long pages may be ASCII for their first 64 KB and no further.
    if std::str::from_utf8(bytes).is_ok() {
        return UTF_8;
    }
    let sample = &bytes[..bytes.len().min(GUESS_BYTES)];
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(sample, sample.len() == bytes.len());
    let country = host
        .and_then(|host| host.rsplit('.').next())
        .filter(|last| !last.is_empty() && last.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'));
    detector.guess(country.map(str::as_bytes), Utf8Detection::Allow)
}
