//! Takes out of a text what must not leave the house: queries and paths of links, addresses of machines and people, tokens.

use std::net::{IpAddr, SocketAddr};

use url::Url;

/// What separates words; it stays as it is.
const BETWEEN: &[char] = &[' ', '\t', '\n', '\r', '"', '\'', '`', '(', ')', '<', '>', ',', ';', '{', '}', '|'];
/// A run of letters and digits that is longer than this and has both is a token, or as good as one. Ids of ours are shorter.
const LONGEST_WORD: usize = 39;

/// `text` with a link cut down to its host, and addresses and tokens replaced by what they were.
pub(super) fn scrub(text: &str) -> String {
    let (mut clean, mut secret_next) = (String::with_capacity(text.len()), false);
    for piece in text.split_inclusive(BETWEEN) {
        let end = piece.rfind(BETWEEN).filter(|end| piece[*end..].chars().count() == 1).unwrap_or(piece.len());
        let (word, between) = piece.split_at(end);
        clean.push_str(&if secret_next && !word.is_empty() { "[token]".to_owned() } else { cleaned(word) });
        clean.push_str(between);
        if !word.is_empty() {
            secret_next = word.trim_end_matches(':').eq_ignore_ascii_case("bearer");
        }
    }
    clean
}

fn cleaned(word: &str) -> String {
    // A sentence's own signs belong to no word.
    let bare = word.trim_end_matches(['.', ':', '!', '?']);
    let rest = &word[bare.len()..];
    if let Some(at) = bare.find("://") {
        let scheme = bare[..at].rfind(|c: char| !c.is_ascii_alphanumeric() && c != '+').map_or(0, |before| before + 1);
        let host = Url::parse(&bare[scheme..]).ok();
        let host = host.as_ref().and_then(Url::host_str).filter(|host| !is_address(host)).unwrap_or("[address]");
        return format!("{}{}://{host}{rest}", &bare[..scheme], &bare[scheme..at]);
    }
    if is_address(bare) || bare.contains('@') {
        return format!("[address]{rest}");
    }
    if let Some((before, _)) = bare.split_once('?').filter(|(before, _)| before.contains('/') || before.contains('.')) {
        return format!("{before}?[query]{rest}");
    }
    if let Some((name, _)) = bare.split_once('=').filter(|(name, _)| !name.is_empty()) {
        return format!("{name}=[value]{rest}");
    }
    let is_token = bare.split('.').any(|part| {
        part.len() > LONGEST_WORD
            && part.bytes().any(|b| b.is_ascii_digit())
            && part.bytes().any(|b| b.is_ascii_alphabetic())
    });
    if is_token || bare.starts_with("eyJ") { format!("[token]{rest}") } else { word.to_owned() }
}

fn is_address(word: &str) -> bool {
    let word = word.trim_matches(['[', ']']);
    word.parse::<IpAddr>().is_ok()
        || word.parse::<SocketAddr>().is_ok()
        || format!("[{word}").parse::<SocketAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::scrub;

    #[test]
    fn links_addresses_and_tokens_are_taken_out_and_words_stay() {
        for (text, clean) in [
            ("example.org answered 503", "example.org answered 503"),
            ("GET https://example.org/a/b?token=x#y: refused", "GET https://example.org: refused"),
            ("postgres://ada:secret@db.internal:5432/brain is away", "postgres://db.internal is away"),
            ("at http://10.0.0.7:8080/x", "at http://[address]"),
            ("connect to 192.0.2.1:5432 failed", "connect to [address] failed"),
            ("from ::1, 2001:db8::5 and [2001:db8::5]:80.", "from [address], [address] and [address]."),
            ("mail ada@example.org (twice)", "mail [address] (twice)"),
            ("Authorization: Bearer abc.def", "Authorization: Bearer [token]"),
            ("it was eyJhbGciOiJIUzI1NiJ9.e30.x", "it was [token]"),
            ("key sk0123456789012345678901234567890123456789", "key [token]"),
            ("api_key=abc", "api_key=[value]"),
            ("/search?q=kilns", "/search?[query]"),
            (
                "job 0198c0de-0000-7000-8000-000000000000 timed out",
                "job 0198c0de-0000-7000-8000-000000000000 timed out",
            ),
            ("panicked at src/api/v1/me.rs:12:5", "panicked at src/api/v1/me.rs:12:5"),
            ("", ""),
        ] {
            assert_eq!(scrub(text), clean);
        }
    }
}
