//! One request to one set of addresses, and what became of it.

use std::error::Error as Cause;
use std::io;
use std::net::SocketAddr;

use bytes::Bytes;
use reqwest::header::{ACCEPT_ENCODING, HeaderMap, HeaderValue};
use reqwest::{Client, Response};
use rustls::{CertificateError, ClientConfig};
use tokio::time::timeout;
use url::Url;

use super::body;
use super::deadlines::Deadlines;
use super::error::{Error, Stage};
use super::resolve::Pinned;

/// Names and values of all headers together, in bytes.
const MOST_HEADER_BYTES: u32 = 64 * 1024;

/// A client for one hop. It knows these addresses and no others: it keeps no connection and asks no name server.
///
/// Where the host is an address itself, the client goes there without asking, so that must be the one that was checked.
pub(super) fn client(
    addresses: Vec<SocketAddr>,
    tls: ClientConfig,
    user_agent: &HeaderValue,
    deadlines: Deadlines,
) -> Result<Client, Error> {
    #[expect(clippy::disallowed_methods, reason = "this is the way out that all others shall use")]
    let builder = Client::builder();
    builder
        .tls_backend_preconfigured(tls)
        .dns_resolver(Pinned(addresses))
        .connect_timeout(deadlines.connect)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .no_proxy()
        .referer(false)
        .pool_max_idle_per_host(0)
        .http2_max_header_list_size(MOST_HEADER_BYTES)
        .user_agent(user_agent.clone())
        .build()
        .map_err(|source| Error::Setup { what: "client", source: source.into() })
}

/// Sends a GET, or a POST when there is a body, and waits for the headers.
pub(super) async fn send(
    client: &Client,
    url: &Url,
    headers: HeaderMap,
    question: Option<Bytes>,
    host: &str,
    deadlines: Deadlines,
) -> Result<Response, Error> {
    let request = match question {
        None => client.get(url.clone()),
        Some(question) => client.post(url.clone()).body(question),
    };
    let request = request.header(ACCEPT_ENCODING, body::ENCODINGS).headers(headers);
    let sent = timeout(deadlines.headers, request.send()).await;
    let response = match sent {
        Ok(Ok(response)) => response,
        Ok(Err(error)) => return Err(unsent(host, error)),
        Err(_) => return Err(Error::Timeout { host: host.to_owned(), stage: Stage::Headers }),
    };
    let size: usize = response.headers().iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if size > MOST_HEADER_BYTES as usize {
        return Err(Error::HeadersTooLarge { host: host.to_owned() });
    }
    Ok(response)
}

fn unsent(host: &str, error: reqwest::Error) -> Error {
    let (host, source) = (host.to_owned(), error.without_url());
    if source.is_builder() {
        Error::BadRequest { host, what: "the link" }
    } else if let Some(cause) = find::<rustls::Error>(&source) {
        Error::Tls { misnamed: is_misnamed(cause), host, source }
    } else if source.is_timeout() {
        Error::Timeout { host, stage: Stage::Connect }
    } else if source.is_connect() {
        Error::Connect { host, source }
    } else if find::<hyper::Error>(&source).is_some_and(hyper::Error::is_parse_too_large) {
        Error::HeadersTooLarge { host }
    } else {
        Error::Broken { host, source }
    }
}

const fn is_misnamed(cause: &rustls::Error) -> bool {
    matches!(
        cause,
        rustls::Error::InvalidCertificate(
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. }
        )
    )
}

/// The first cause of type `E`. An `io::Error` hides what it wraps from `source`.
pub(super) fn find<'a, E: Cause + 'static>(error: &'a (dyn Cause + 'static)) -> Option<&'a E> {
    let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    let inner = inner.map(|inner| inner as &'a (dyn Cause + 'static));
    error.downcast_ref::<E>().or_else(|| inner.and_then(find)).or_else(|| error.source().and_then(find))
}

#[cfg(test)]
mod tests {
    use rustls::{CertificateError, Error};

    use super::is_misnamed;

    #[test]
    fn a_certificate_for_another_name_is_told_from_one_that_may_be_renewed() {
        assert!(is_misnamed(&Error::InvalidCertificate(CertificateError::NotValidForName)));
        for other in [CertificateError::Expired, CertificateError::UnknownIssuer, CertificateError::NotValidYet] {
            assert!(!is_misnamed(&Error::InvalidCertificate(other)));
        }
        assert!(!is_misnamed(&Error::HandshakeNotComplete));
    }
}
