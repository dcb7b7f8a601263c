//! May this link be followed, and to which addresses?
//!
//! Two steps around the name's resolution: [`Guard::check`] judges what is written, [`Guard::admit`] where it leads. A
//! local name or an odd port passes the first step only when some network is open, and then must lead there.
//!
//! Hosts come as `Url` parses them: `0x7f.1`, `017700000001` and `2130706433` are 127.0.0.1 by then.

use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;
use url::{Host, Url};

use super::address::{embedded_v4, special_use};
use super::refusal::Refusal;
use crate::config::PrivateException;

/// The longest link that is followed, in bytes.
const LONGEST: usize = 4096;

/// The ports that public sites are found at.
const PORTS: [u16; 4] = [80, 443, 8080, 8443];

/// Top-level labels that name nothing public (RFC 6761, 6762, 7686, 8375, 9476, ICANN's `internal`, and what routers use).
const LOCAL_SUFFIXES: &[&str] = &[
    "alt",
    "corp",
    "home",
    "home.arpa",
    "i2p",
    "internal",
    "intranet",
    "invalid",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "onion",
    "private",
];

/// The rules of this instance.
#[derive(Debug)]
pub(super) struct Guard {
    hosts: Vec<(String, Option<u16>)>,
    networks: Vec<IpNet>,
}

/// A link whose writing is in order.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Target {
    /// The host without a trailing dot, for logs and errors.
    pub(super) host: String,
    pub(super) port: u16,
    verdict: Verdict,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// The operator named this host.
    Open,
    /// Public addresses, or addresses in an open network.
    Public,
    /// Refused for this reason, unless it leads into an open network.
    Suspect(Refusal),
}

impl Guard {
    pub(super) fn new(exceptions: &[PrivateException]) -> Self {
        let mut guard = Self { hosts: Vec::new(), networks: Vec::new() };
        for exception in exceptions {
            match exception {
                PrivateException::Host { name, port } => guard.hosts.push((name.clone(), *port)),
                PrivateException::Network(network) => guard.networks.push(*network),
            }
        }
        guard
    }

    /// Judges what is written in `url`, before anybody is asked for an address.
    pub(super) fn check(&self, url: &Url) -> Result<Target, Refusal> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Refusal::Scheme);
        }
        if url.as_str().len() > LONGEST {
            return Err(Refusal::Length);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refusal::Credentials);
        }
        let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else {
            return Err(Refusal::HostForm);
        };
        let name = bare_host(url);
        let verdict = if self.is_open(&name, port) {
            Verdict::Open
        } else {
            match suspicion(&host, &name, port) {
                None => Verdict::Public,
                Some(reason) if self.networks.is_empty() => return Err(reason),
                Some(reason) => Verdict::Suspect(reason),
            }
        };
        Ok(Target { host: name, port, verdict })
    }

    /// Judges where `target` leads. One address that is refused refuses them all.
    pub(super) fn admit(&self, target: &Target, addresses: &[IpAddr]) -> Result<Vec<SocketAddr>, Refusal> {
        addresses
            .iter()
            .map(|address| {
                self.admit_one(target.verdict, *address)?;
                Ok(SocketAddr::new(*address, target.port))
            })
            .collect()
    }

    fn admit_one(&self, verdict: Verdict, address: IpAddr) -> Result<(), Refusal> {
        let canonical = address.to_canonical();
        if verdict == Verdict::Open || self.networks.iter().any(|network| network.contains(&canonical)) {
            return Ok(());
        }
        if let Verdict::Suspect(reason) = verdict {
            return Err(reason);
        }
        special_use(address).map_or(Ok(()), |block| Err(Refusal::Address(block)))
    }

    fn is_open(&self, name: &str, port: u16) -> bool {
        self.hosts.iter().any(|(open, only)| open == name && only.is_none_or(|only| only == port))
    }
}

/// The host as the guard compares it: one trailing dot is only a way to write it.
pub(super) fn bare_host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    host.strip_suffix('.').unwrap_or(host).to_owned()
}

fn suspicion(host: &Host<&str>, name: &str, port: u16) -> Option<Refusal> {
    let by_host = match host {
        Host::Domain(_) => suspicious_name(name),
        Host::Ipv4(address) => special_use(IpAddr::V4(*address)).map(Refusal::Address),
        // An address in disguise: where it is public, its plain form would do.
        Host::Ipv6(address) => special_use(IpAddr::V6(*address))
            .map(Refusal::Address)
            .or_else(|| embedded_v4(*address).map(|_| Refusal::HostForm)),
    };
    by_host.or_else(|| (!PORTS.contains(&port)).then_some(Refusal::Port))
}

fn suspicious_name(name: &str) -> Option<Refusal> {
    let well_formed = name.len() <= 253 && name.split('.').all(|label| (1..=63).contains(&label.len()));
    if !well_formed {
        return Some(Refusal::HostForm);
    }
    let is_local = |suffix: &str| name.strip_suffix(suffix).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    (!name.contains('.') || LOCAL_SUFFIXES.iter().any(|suffix| is_local(suffix))).then_some(Refusal::LocalName)
}
