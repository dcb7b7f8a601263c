//! Percent-encoding, written in one way only.

/// Upper-cases the digits of each `%XX`, decodes those that stand for an unreserved character (RFC 3986, 6.2.2), and
/// encodes a `%` that encodes nothing, so that it can't join with what is decoded after it.
///
/// `text` is part of a serialised URL, so it is ASCII.
pub(super) fn normalize(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        match encoded(rest.as_bytes()) {
            Some(byte) => {
                if is_unreserved(byte) {
                    out.push(char::from(byte));
                } else {
                    out.push('%');
                    out.push_str(&rest[..2].to_ascii_uppercase());
                }
                rest = &rest[2..];
            }
            None => out.push_str("%25"),
        }
    }
    out.push_str(rest);
    out
}

/// The byte that the first two of `digits` stand for.
fn encoded(digits: &[u8]) -> Option<u8> {
    let [high, low, ..] = digits else { return None };
    let value = char::from(*high).to_digit(16)? * 16 + char::from(*low).to_digit(16)?;
    u8::try_from(value).ok()
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

#[cfg(test)]
mod tests {
    use super::normalize;

    #[test]
    fn only_what_means_the_same_either_way_is_rewritten() {
        assert_eq!(normalize("/%7euser/%41"), "/~user/A");
        assert_eq!(normalize("a%2fb%c3%bc"), "a%2Fb%C3%BC");
        assert_eq!(normalize("a+b%20c%2B"), "a+b%20c%2B");
    }

    #[test]
    fn a_bare_percent_sign_never_joins_with_what_follows() {
        assert_eq!(normalize("100%"), "100%25");
        assert_eq!(normalize("%%32%45"), "%252E");
        assert_eq!(normalize(&normalize("%2%65%zz")), normalize("%2%65%zz"));
    }
}
