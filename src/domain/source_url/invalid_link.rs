//! Why a text is not a link that can be saved, in words for the person who gave it.

/// What is wrong with a link. The messages are shown to people and never repeat what they gave.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum InvalidLink {
    /// Nothing, or only white space.
    #[error("Link is required")]
    Empty,
    /// More than [`SourceUrl::MAX_BYTES`](super::SourceUrl::MAX_BYTES).
    #[error("Link must be at most 4096 bytes long")]
    TooLong,
    /// NUL, escape, delete and their like.
    #[error("Link must not contain control characters")]
    ControlCharacter,
    /// No URL at all, such as `example.com` or `not a link`.
    #[error("Link is not a valid URL; it starts with http:// or https://")]
    NotALink(#[source] url::ParseError),
    /// A URL of another kind: `ftp:`, `mailto:`, `javascript:`.
    #[error("Only http and https links can be saved")]
    UnsupportedScheme,
    /// `https://` and no more.
    #[error("Link has no host")]
    NoHost,
}

#[cfg(test)]
mod tests {
    use super::super::SourceUrl;
    use super::*;

    #[test]
    fn the_message_about_length_states_the_limit() {
        assert!(InvalidLink::TooLong.to_string().contains(&SourceUrl::MAX_BYTES.to_string()));
    }
}
