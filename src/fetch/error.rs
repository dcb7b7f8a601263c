//! Why a page was not fetched: for the log, for the queue and for the person who saved the link.

use std::io;
use std::time::Duration;

use super::refusal::Refusal;
use super::retry::Retry;

/// Why there is no page. Names the host at most, never the rest of a link.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// We don't go there: a rule of ours, not a fault of the site.
    #[error("fetching from {host} is refused: {reason}")]
    Refused {
        /// The host of the hop that was refused.
        host: String,
        /// Which rule.
        reason: Refusal,
    },
    /// More hops than anybody needs.
    #[error("{host} redirects too often")]
    TooManyRedirects {
        /// The last host.
        host: String,
    },
    /// A redirect to where we have been.
    #[error("{host} redirects in a circle")]
    RedirectLoop {
        /// The last host.
        host: String,
    },
    /// A redirect without a target, or to something that is no link.
    #[error("{host} redirects to nowhere")]
    BadRedirect {
        /// The host that redirected.
        host: String,
    },
    /// The name has no address, or nobody could be asked.
    #[error("{host} can't be resolved")]
    Dns {
        /// The name.
        host: String,
        /// What the resolver said.
        source: io::Error,
    },
    /// No connection.
    #[error("no connection to {host}")]
    Connect {
        /// The host.
        host: String,
        /// What the network said.
        source: reqwest::Error,
    },
    /// No trusted encrypted connection.
    #[error("no trusted connection to {host}")]
    Tls {
        /// The host.
        host: String,
        /// Its certificate is for another name: that does not pass by itself, as one that has run out does.
        misnamed: bool,
        /// What was wrong with it.
        source: reqwest::Error,
    },
    /// It took too long.
    #[error("{host} is too slow: {stage}")]
    Timeout {
        /// The host.
        host: String,
        /// What was not done in time.
        stage: Stage,
    },
    /// The headers alone are too large.
    #[error("the headers of {host} are too large")]
    HeadersTooLarge {
        /// The host.
        host: String,
    },
    /// The body is too large.
    #[error("the answer of {host} is larger than {limit} bytes")]
    TooLarge {
        /// The host.
        host: String,
        /// Decoded bytes that were allowed.
        limit: u64,
    },
    /// The body unpacks to hundreds of times its size, as no page does.
    #[error("the answer of {host} unpacks to more than {ratio} times its size")]
    Bomb {
        /// The host.
        host: String,
        /// How many times is too often.
        ratio: u64,
    },
    /// The body is not compressed the way its headers say.
    #[error("the answer of {host} can't be decompressed")]
    BadEncoding {
        /// The host.
        host: String,
        /// What the decoder said, when one was tried.
        source: Option<io::Error>,
    },
    /// The connection broke, or what came was no HTTP.
    #[error("the answer of {host} broke off")]
    Broken {
        /// The host.
        host: String,
        /// What was wrong with it.
        source: reqwest::Error,
    },
    /// The host answered, but not with a page.
    #[error("{host} answered with status {status}")]
    Status {
        /// The host.
        host: String,
        /// The HTTP status.
        status: u16,
        /// When the host wants to be asked again.
        retry_after: Option<Duration>,
    },
    /// The host asked to be left alone a while ago, or others of our requests come first. Nothing was sent.
    #[error("{host} is to be left alone for {} s", after.as_secs())]
    Throttled {
        /// The host.
        host: String,
        /// For how much longer.
        after: Duration,
    },
    /// Whether the host may be asked now can't be known. Nothing was sent.
    #[error("nobody can tell whether it is our turn with {host}")]
    Unpaced {
        /// The host.
        host: String,
        /// Why not.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Not one of the types that the request accepts.
    #[error("{host} answered with an unsupported type")]
    UnsupportedType {
        /// The host.
        host: String,
        /// The media type without parameters.
        content_type: String,
    },
    /// The request itself can't be written as HTTP.
    #[error("the request to {host} can't be sent: {what}")]
    BadRequest {
        /// The host.
        host: String,
        /// Which part of it.
        what: &'static str,
    },
    /// The HTTP client can't be set up.
    #[error("the HTTP client can't be set up: {what}")]
    Setup {
        /// Which part of it.
        what: &'static str,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// What was not done in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Stage {
    /// The name.
    #[error("its name was not resolved in time")]
    Resolve,
    /// The connection.
    #[error("no connection in time")]
    Connect,
    /// The status line and headers.
    #[error("no answer in time")]
    Headers,
    /// The fetch as a whole.
    #[error("not done in time")]
    Whole,
}

impl Error {
    /// Whether a rule of ours kept us from fetching.
    pub const fn is_refused(&self) -> bool {
        matches!(self, Self::Refused { .. })
    }

    /// The HTTP status that ended the fetch, when one did.
    pub const fn status(&self) -> Option<u16> {
        match self {
            Self::Status { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// A word for it, for counting.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Refused { .. } => "refused",
            Self::TooManyRedirects { .. } | Self::RedirectLoop { .. } | Self::BadRedirect { .. } => "redirects",
            Self::Dns { .. } => "dns",
            Self::Connect { .. } => "connect",
            Self::Tls { .. } => "tls",
            Self::Timeout { .. } => "timeout",
            Self::HeadersTooLarge { .. } | Self::TooLarge { .. } | Self::Bomb { .. } => "too_large",
            Self::BadEncoding { .. } | Self::Broken { .. } => "broken",
            Self::Status { status, .. } => answer_name(*status),
            Self::Throttled { .. } => "throttled",
            Self::UnsupportedType { .. } => "unsupported_type",
            Self::Unpaced { .. } | Self::BadRequest { .. } | Self::Setup { .. } => "internal",
        }
    }

    /// What this says about the next attempt.
    pub fn retry(&self) -> Retry {
        match self {
            // What is gone stays gone, whatever else its host wants.
            Self::Status { status: 404 | 410 | 451, .. } => Retry::Never,
            Self::Throttled { after, .. } | Self::Status { retry_after: Some(after), .. } => Retry::After(*after),
            Self::Status { status: 408 | 421 | 425 | 429 | 500 | 502..=504 | 506..=599, .. }
            | Self::Dns { .. }
            | Self::Connect { .. }
            | Self::Tls { misnamed: false, .. }
            | Self::Timeout { .. }
            | Self::Unpaced { .. }
            | Self::BadEncoding { .. }
            | Self::Broken { .. } => Retry::Later,
            _ => Retry::Never,
        }
    }

    /// A sentence for the person who saved the link, without a full stop.
    pub fn for_people(&self) -> String {
        match self {
            // A name that nobody ever has (RFC 6761): not a way into our network, but a mistake or an example.
            Self::Refused { host, reason: Refusal::LocalName } if host.ends_with(".invalid") => {
                format!("The site {host} can't be found: such a name is nobody's, and not allowed")
            }
            Self::Refused { reason, .. } => reason.for_people().to_owned(),
            Self::TooManyRedirects { .. } => "The link redirects too often".to_owned(),
            Self::RedirectLoop { .. } => "The link redirects in a circle".to_owned(),
            Self::BadRedirect { .. } => "The link redirects to nowhere".to_owned(),
            Self::Dns { host, .. } => format!("The site {host} was not found"),
            Self::Connect { host, .. } => format!("The site {host} can't be reached"),
            Self::Tls { host, misnamed: true, .. } => format!("The certificate of the site {host} is for another name"),
            Self::Tls { host, .. } => format!("The site {host} has no trusted certificate"),
            Self::Timeout { host, .. } => format!("The site {host} took too long to answer"),
            Self::HeadersTooLarge { .. } => "The site's answer is too large".to_owned(),
            Self::TooLarge { limit, .. } => format!("The page is larger than {}", in_words(*limit)),
            Self::Bomb { .. } => "The site's answer unpacks to far more than a page".to_owned(),
            Self::BadEncoding { .. } => "The site's answer is damaged".to_owned(),
            Self::Broken { host, .. } => format!("The site {host} broke off its answer"),
            Self::Status { status, .. } => status_for_people(*status),
            Self::Throttled { host, .. } => format!("The site {host} is to be left alone for a while"),
            Self::UnsupportedType { content_type, .. } => format!("Files of the type {content_type} can't be read"),
            Self::BadRequest { .. } => "This is not a link that can be read".to_owned(),
            Self::Setup { .. } | Self::Unpaced { .. } => "Links can't be fetched at the moment".to_owned(),
        }
    }
}

/// One word for an answer that has this status, whoever judges it.
pub(super) const fn answer_name(status: u16) -> &'static str {
    match status {
        ..400 => "ok",
        429 => "status_429",
        500.. => "status_5xx",
        _ => "status_4xx",
    }
}

fn status_for_people(status: u16) -> String {
    match status {
        401 | 403 => format!("The site does not let us read this page (status {status})"),
        402 => format!("The site shows this page only to those who pay for it (status {status})"),
        404 | 410 => format!("The page does not exist (status {status})"),
        429 => "The site asked us to wait (status 429)".to_owned(),
        500..=599 => format!("The site has a problem of its own (status {status})"),
        _ => format!("The site did not answer with a page (status {status})"),
    }
}

fn in_words(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} bytes"),
        1024..1_048_576 => format!("{} KiB", bytes / 1024),
        _ => format!("{} MiB", bytes / 1_048_576),
    }
}
