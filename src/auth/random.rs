//! Text that nobody can guess, from the operating system's entropy.

/// `bytes` random bytes as lower-case hex, two digits each.
pub fn hex(bytes: usize) -> String {
    let mut buffer = vec![0; bytes];
    rand::fill(&mut buffer);
    ::hex::encode(buffer)
}

/// A new name for a shared brain: 20 hex digits, 80 bits.
pub fn share_hash() -> String {
    hex(10)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_share_hash_is_twenty_hex_digits_and_never_the_same() {
        let made: HashSet<String> = (0..1000).map(|_| share_hash()).collect();
        assert_eq!(made.len(), 1000);
        assert!(made.iter().all(|h| h.len() == 20 && h.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))));
        assert_eq!(hex(0), "");
    }
}
