//! Whose address does a request come from?
//!
//! The peer's, unless the peer is a trusted proxy: then the right-most address that no trusted proxy has. Everything to
//! the left of that one was written by strangers.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::http::{Extensions, HeaderMap, HeaderName, header};
use ipnet::IpNet;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The client's address; `0.0.0.0` when there is no connection to ask.
pub(super) fn client_address(headers: &HeaderMap, extensions: &Extensions, trusted: &[IpNet]) -> IpAddr {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip().to_canonical());
    let peer = peer.unwrap_or(Ipv4Addr::UNSPECIFIED.into());
    if !is_trusted(peer, trusted) {
        return peer;
    }
    let listed = last_untrusted(elements(headers, &X_FORWARDED_FOR).map(parse_address), trusted);
    let standard = last_untrusted(elements(headers, &header::FORWARDED).map(parse_forwarded), trusted);
    match (listed, standard) {
        // A proxy writes one of the two and passes the other on as it came. When they differ, a client may have written
        // either: neither is believed.
        (Some(one), Some(other)) if one != other => peer,
        (Some(address), _) | (None, Some(address)) => address,
        (None, None) => peer,
    }
}

fn is_trusted(address: IpAddr, trusted: &[IpNet]) -> bool {
    trusted.iter().any(|network| network.contains(&address))
}

/// The comma-separated elements of all lines of a header, from the right.
fn elements<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    let lines: Vec<&str> = headers.get_all(name).iter().map(|line| line.to_str().unwrap_or_default()).collect();
    lines.into_iter().rev().flat_map(|line| line.rsplit(','))
}

/// Walks from our side outwards: past trusted proxies, up to the first that is not one or that can't be read.
fn last_untrusted(hops: impl Iterator<Item = Option<IpAddr>>, trusted: &[IpNet]) -> Option<IpAddr> {
    let mut nearest = None;
    for hop in hops {
        let Some(address) = hop else { break };
        nearest = Some(address);
        if !is_trusted(address, trusted) {
            break;
        }
    }
    nearest
}

/// The `for` of one element of `Forwarded` (RFC 7239, section 4).
fn parse_forwarded(element: &str) -> Option<IpAddr> {
    let value = element.split(';').find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        name.trim().eq_ignore_ascii_case("for").then_some(value)
    })?;
    parse_address(value.trim().trim_matches('"'))
}

/// `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:80`.
fn parse_address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let address = text.parse().or_else(|_| text.parse().map(|with_port: SocketAddr| with_port.ip()));
    let address = address.or_else(|_| text.trim_start_matches('[').trim_end_matches(']').parse());
    address.ok().map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, headers: &[(&'static str, &str)]) -> String {
        let trusted: Vec<IpNet> = ["10.0.0.0/8", "fd00::/8"].iter().map(|network| network.parse().unwrap()).collect();
        let mut extensions = Extensions::new();
        extensions.insert(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 1)));
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        client_address(&map, &extensions, &trusted).to_string()
    }

    #[test]
    fn only_a_trusted_proxy_is_believed_and_only_for_the_hop_before_it() {
        const LIST: &str = "x-forwarded-for";
        type Headers = &'static [(&'static str, &'static str)];
        let cases: &[(&str, Headers, &str)] = &[
            ("192.0.2.1", &[], "192.0.2.1"),
            ("192.0.2.1", &[(LIST, "198.51.100.7")], "192.0.2.1"),
            ("::ffff:192.0.2.1", &[(LIST, "198.51.100.7")], "192.0.2.1"),
            ("10.0.0.1", &[], "10.0.0.1"),
            ("10.0.0.1", &[(LIST, "198.51.100.7")], "198.51.100.7"),
            ("::ffff:10.0.0.1", &[(LIST, "198.51.100.7")], "198.51.100.7"),
            ("10.0.0.1", &[(LIST, "203.0.113.9, 198.51.100.7")], "198.51.100.7"),
            ("10.0.0.1", &[(LIST, "203.0.113.9"), (LIST, "198.51.100.7, 10.2.2.2")], "198.51.100.7"),
            ("10.0.0.1", &[(LIST, "203.0.113.9, nonsense, 10.2.2.2")], "10.2.2.2"),
            ("10.0.0.1", &[(LIST, "nonsense")], "10.0.0.1"),
            ("10.0.0.1", &[(LIST, "198.51.100.7:4711")], "198.51.100.7"),
            ("fd00::1", &[(LIST, "[2001:db8::5]:80")], "2001:db8::5"),
            ("fd00::1", &[("forwarded", "for=\"[2001:db8::5]:80\";proto=https")], "2001:db8::5"),
            ("10.0.0.1", &[("forwarded", "For=203.0.113.9, proto=http;for=198.51.100.7")], "198.51.100.7"),
            ("10.0.0.1", &[("forwarded", "for=_hidden")], "10.0.0.1"),
            ("10.0.0.1", &[(LIST, "198.51.100.7"), ("forwarded", "for=198.51.100.7")], "198.51.100.7"),
            ("10.0.0.1", &[(LIST, "198.51.100.7"), ("forwarded", "for=203.0.113.9")], "10.0.0.1"),
        ];
        for (peer, headers, expected) in cases {
            assert_eq!(&seen(peer, headers), expected, "{peer} {headers:?}");
        }
    }
}
