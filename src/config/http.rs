//! Where to listen, how people reach it, and whom to believe.

use std::net::{IpAddr, Ipv4Addr};
use std::num::NonZeroU32;

use ipnet::IpNet;
use url::Url;

use super::environment::Environment;
use super::reader::Reader;
use super::setting::{DefaultValue, Setting, Values};
use super::value::{self, Parsed};

/// The HTTP server.
#[derive(Clone, Debug)]
pub struct Http {
    /// The address to listen on.
    pub host: IpAddr,
    /// The port to listen on; 0 lets the system choose.
    pub port: u16,
    /// Where people reach Brainly; no query, no fragment.
    pub public_url: Option<Url>,
    /// Origins whose pages may call the API with credentials, as browsers write them: `https://example.org`.
    pub cors_origins: Vec<String>,
    /// Peers whose `Forwarded` and `X-Forwarded-For` are believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Connections at a time.
    pub max_connections: NonZeroU32,
}

const HOST: Setting = Setting {
    name: "HOST",
    default: DefaultValue::Fixed("127.0.0.1"),
    values: Values::Like("an IP address or `localhost`"),
    about: "The address to listen on. `0.0.0.0` is all of this machine's IPv4 addresses, `::` all there are.",
    secret: false,
};

const PORT: Setting = Setting {
    name: "PORT",
    default: DefaultValue::Fixed("5000"),
    values: Values::Between("0", "65535"),
    about: "The port to listen on. `0` takes any that is free.",
    secret: false,
};

const PUBLIC_URL: Setting = Setting {
    name: "PUBLIC_URL",
    default: DefaultValue::Unset,
    values: Values::Like("a URL such as `https://brain.example.org`"),
    about: "Where people reach Brainly, for links to itself. It is also told to the sites that links are fetched from.",
    secret: false,
};

const CORS_ORIGIN: Setting = Setting {
    name: "CORS_ORIGIN",
    default: DefaultValue::Derived("`http://localhost:5173` in development, none otherwise"),
    values: Values::Like("origins, comma-separated: `https://app.example.org`"),
    about: "Other sites whose pages may call the API, exactly as browsers write them: scheme, host and port. `*` is refused, \
            because those pages may send credentials.",
    secret: false,
};

const TRUSTED_PROXIES: Setting = Setting {
    name: "TRUSTED_PROXIES",
    default: DefaultValue::Unset,
    values: Values::Like("networks, comma-separated: `10.0.0.0/8, fd00::/8`"),
    about: "Reverse proxies that are believed when they say, in `Forwarded` or `X-Forwarded-For`, whose request it is. \
            Set it behind a proxy, or all people share one rate limit.",
    secret: false,
};

const MAX_CONNECTIONS: Setting = Setting {
    name: "MAX_CONNECTIONS",
    default: DefaultValue::Fixed("8192"),
    values: Values::Between("16", "1000000"),
    about: "Connections at a time. For one more, those that are waited for longest are closed: idle ones and clients that dawdle. Each \
            costs a file descriptor (`LimitNOFILE`, `ulimit -n`) and about 32 KiB.",
    secret: false,
};

impl Http {
    pub(super) fn read(from: &mut Reader<'_>, environment: Environment) -> Self {
        from.section("HTTP");
        let host = from.value(&HOST, address);
        let port = from.value(&PORT, value::within(&PORT, value::number));
        let public_url = from.optional(&PUBLIC_URL, public_url);
        let cors_origins = match environment {
            Environment::Development => from.value_or(&CORS_ORIGIN, "http://localhost:5173", origins),
            Environment::Staging | Environment::Production => from.optional(&CORS_ORIGIN, origins).unwrap_or_default(),
        };
        let trusted_proxies: Vec<IpNet> = from.optional(&TRUSTED_PROXIES, proxies).unwrap_or_default();
        if trusted_proxies.iter().any(|network| network.prefix_len() == 0) {
            from.warn(
                "TRUSTED_PROXIES trusts everybody: any client can claim any address, and rate limits count for nothing",
            );
        }
        let max_connections = from.value(&MAX_CONNECTIONS, value::within(&MAX_CONNECTIONS, value::number));
        Self { host, port, public_url, cors_origins, trusted_proxies, max_connections }
    }
}

fn address(text: &str) -> Parsed<IpAddr> {
    if text == "localhost" {
        return Ok(Ipv4Addr::LOCALHOST.into());
    }
    text.parse().map_err(|_| "must be an IP address to listen on, such as 127.0.0.1, 0.0.0.0 or ::".to_owned())
}

fn public_url(text: &str) -> Parsed<Url> {
    let url = value::http_url(text)?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err("must end before any ? or #".to_owned());
    }
    Ok(url)
}

fn origins(text: &str) -> Parsed<Vec<String>> {
    let mut origins = value::list(text, origin)?;
    origins.sort();
    origins.dedup();
    Ok(origins)
}

fn origin(text: &str) -> Parsed<String> {
    if text.contains('*') {
        return Err("must name each origin: `*` can't be used, because the pages may send credentials".to_owned());
    }
    let url = value::http_url(text).map_err(|_| "must be origins such as https://app.example.org, comma-separated")?;
    let origin = url.origin().ascii_serialization();
    // The parser adds the one slash itself.
    if url.path() != "/" || text.ends_with('/') || url.query().is_some() || url.fragment().is_some() {
        return Err(format!("must be scheme, host and port only: write {origin}"));
    }
    Ok(origin)
}

fn proxies(text: &str) -> Parsed<Vec<IpNet>> {
    value::list(text, |part| {
        value::network(part)
            .ok_or_else(|| "must be networks such as 10.0.0.0/8 or addresses, comma-separated".to_owned())
    })
}
