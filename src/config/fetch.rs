//! How links are fetched, and which private places may be.

use std::num::NonZeroUsize;
use std::time::Duration;

use ipnet::IpNet;
use url::{Host, Url};

use super::reader::Reader;
use super::setting::{DefaultValue, Setting, Values};
use super::value::{self, Parsed};

/// Fetching.
#[derive(Clone, Debug)]
pub struct Fetch {
    /// Time for one fetch in all, redirects included.
    pub timeout: Duration,
    /// Decoded bytes of a body at most.
    pub max_bytes: u64,
    /// The same for a PDF or an EPUB; never less than for a page.
    pub max_document_bytes: u64,
    /// The `User-Agent` header: printable ASCII.
    pub user_agent: String,
    /// Requests that one host gets at a time, from all workers together.
    pub host_concurrency: NonZeroUsize,
    /// Between the beginnings of two requests to one host; zero is none.
    pub host_spacing: Duration,
    /// Places that may be fetched although they are private.
    pub allow_private: Vec<PrivateException>,
}

/// A place that may be fetched although its address is private.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PrivateException {
    /// Links to this host, whatever it resolves to.
    Host {
        /// As `Url::host_str` gives it: lower case, no trailing dot, IDNA in ASCII, IPv6 in brackets.
        name: String,
        /// This port only; any when `None`.
        port: Option<u16>,
    },
    /// Any link that leads to one of these addresses.
    Network(IpNet),
}

const TIMEOUT: Setting = Setting {
    name: "FETCH_TIMEOUT",
    default: DefaultValue::Fixed("15s"),
    values: Values::Between("100ms", "10m"),
    about: "How long one fetch may take in all, redirects included.",
    secret: false,
};

const MAX_BYTES: Setting = Setting {
    name: "FETCH_MAX_BYTES",
    default: DefaultValue::Fixed("10MiB"),
    values: Values::Between("1KiB", "1GiB"),
    about: "How large a page may be, decompressed. Of a larger one its beginning is read.",
    secret: false,
};

const MAX_DOCUMENT_BYTES: Setting = Setting {
    name: "FETCH_MAX_DOCUMENT_BYTES",
    default: DefaultValue::Fixed("50MiB"),
    values: Values::Between("1KiB", "200MiB"),
    about: "How large a PDF or an EPUB may be; `FETCH_MAX_BYTES` where that is more.",
    secret: false,
};

const USER_AGENT: Setting = Setting {
    name: "FETCH_USER_AGENT",
    default: DefaultValue::Derived("`Brainly/<version> (+<PUBLIC_URL>)`"),
    values: Values::Like("printable ASCII"),
    about: "What Brainly calls itself to the sites that it fetches from.",
    secret: false,
};

const HOST_CONCURRENCY: Setting = Setting {
    name: "FETCH_HOST_CONCURRENCY",
    default: DefaultValue::Fixed("2"),
    values: Values::Between("1", "64"),
    about: "Requests that one host gets at a time, from all workers together.",
    secret: false,
};

const HOST_SPACING: Setting = Setting {
    name: "FETCH_HOST_SPACING",
    default: DefaultValue::Fixed("1s"),
    values: Values::Between("0s", "10s"),
    about: "How long after one request to a host the next one may begin, from all workers together. `0s` for no pause.",
    secret: false,
};

const ALLOW_PRIVATE: Setting = Setting {
    name: "FETCH_ALLOW_PRIVATE",
    default: DefaultValue::Unset,
    values: Values::Like("comma-separated: `nas.lan:8080`, `192.168.1.5`, `[fd00::5]:80`, `192.168.1.0/24`"),
    about: "Hosts and networks that may be fetched although they are private, such as a home server. Everybody with an account \
            can have them fetched.",
    secret: false,
};

impl Fetch {
    pub(super) fn read(from: &mut Reader<'_>, public_url: Option<&Url>) -> Self {
        from.section("Fetching links");
        let product = concat!("Brainly/", env!("CARGO_PKG_VERSION"));
        let default = public_url
            .map_or_else(|| product.to_owned(), |url| format!("{product} (+{})", url.as_str().trim_end_matches('/')));
        let fetch = Self {
            timeout: from.value(&TIMEOUT, value::within(&TIMEOUT, value::duration)),
            max_bytes: from.value(&MAX_BYTES, value::within(&MAX_BYTES, value::size)),
            max_document_bytes: from.value(&MAX_DOCUMENT_BYTES, value::within(&MAX_DOCUMENT_BYTES, value::size)),
            user_agent: from.value_or(&USER_AGENT, &default, user_agent),
            host_concurrency: from.value(&HOST_CONCURRENCY, value::within(&HOST_CONCURRENCY, value::number)),
            host_spacing: from.value(&HOST_SPACING, value::within(&HOST_SPACING, value::duration)),
            allow_private: from.optional(&ALLOW_PRIVATE, |text| value::list(text, exception)).unwrap_or_default(),
        };
        let all = |place: &PrivateException| matches!(place, PrivateException::Network(net) if net.prefix_len() == 0);
        if fetch.allow_private.iter().any(all) {
            from.warn("FETCH_ALLOW_PRIVATE allows every address: whoever has an account can reach your whole network");
        }
        fetch
    }
}

fn user_agent(text: &str) -> Parsed<String> {
    if text.chars().all(|c| matches!(c, ' '..='~')) {
        Ok(text.to_owned())
    } else {
        Err("must be printable ASCII".to_owned())
    }
}

fn exception(text: &str) -> Parsed<PrivateException> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    if let Some(network) = value::network(bare) {
        return Ok(PrivateException::Network(network));
    }
    let wrong = || {
        "must be hosts (nas.lan, nas.lan:8080, [fd00::5]:80) or networks (192.168.1.0/24), comma-separated".to_owned()
    };
    if text.contains('*') {
        return Err("must name each host or its network: `*` means nothing here".to_owned());
    }
    let (name, port) = match text.rsplit_once(':') {
        Some((name, port)) => (name, Some(port.parse::<u16>().ok().filter(|port| *port != 0).ok_or_else(wrong)?)),
        None => (text, None),
    };
    // The URL parser's own idea of a host, so that it compares equal to a link's.
    let host = Host::parse(name.trim_end_matches('.')).map_err(|_| wrong())?;
    Ok(PrivateException::Host { name: host.to_string(), port })
}
