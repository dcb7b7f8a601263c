//! The canonical form: one spelling for all links that lead to the same page, and only for those.
//!
//! In doubt two links stay two: a duplicate in somebody's brain is a nuisance, a page that can't be saved is a loss.

use std::fmt::Write as _;

use url::Url;

use super::{host, percent, sites, tracking};

/// What of a link takes part in its canonical form. Scheme and credentials don't.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Parts {
    pub(super) host: String,
    /// `None` is the default port.
    pub(super) port: Option<u16>,
    /// Starts with a slash and ends with none, unless it is the root.
    pub(super) path: String,
    pub(super) query: Vec<Parameter>,
    fragment: Option<String>,
}

/// One part of the query, still percent-encoded. `a` and `a=` are two things.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Parameter {
    pub(super) name: String,
    pub(super) value: Option<String>,
}

impl Parts {
    /// The parts of `url`, with what RFC 3986 calls equal made equal; nothing that depends on the site.
    pub(super) fn of(url: &Url) -> Self {
        // http and https count as one scheme, so both their ports are the default.
        let port = url.port().filter(|&port| port != 443);
        let mut parts = Self {
            host: host::canonical(url).to_owned(),
            port,
            path: percent::normalize(url.path()),
            query: url.query().unwrap_or_default().split('&').filter(|part| !part.is_empty()).map(parameter).collect(),
            fragment: url.fragment().filter(|fragment| routes(fragment)).map(percent::normalize),
        };
        parts.trim_path();
        parts
    }

    /// The canonical form, which is a serialised URL and its own canonical form.
    pub(super) fn canonical(mut self) -> String {
        // A site's form may bare a slash or an index page, and the other way round: go on until nothing changes.
        loop {
            let before = self.clone();
            sites::apply(&mut self);
            self.trim_path();
            if self == before {
                break;
            }
        }
        self.query.retain(|parameter| !tracking::is_tracking(&parameter.name));
        // Stable: the order of values under one name can mean something.
        self.query.sort_by(|a, b| a.name.cmp(&b.name));
        self.into_link()
    }

    /// The value of the first parameter called `name`, decoded as a form's.
    pub(super) fn value(&self, name: &str) -> Option<String> {
        let value = self.query.iter().find(|parameter| parameter.name == name)?.value.as_deref()?;
        Some(percent_encoding::percent_decode_str(&value.replace('+', " ")).decode_utf8_lossy().into_owned())
    }

    /// The path, cut at its slashes; the root is one empty segment.
    pub(super) fn segments(&self) -> Vec<&str> {
        self.path.split('/').skip(1).collect()
    }

    /// Drops trailing slashes and `index.html`, as often as they come.
    fn trim_path(&mut self) {
        loop {
            let path = self.path.trim_end_matches('/');
            let trimmed = path.strip_suffix("/index.html").unwrap_or(path).len();
            if trimmed == self.path.len() {
                break;
            }
            self.path.truncate(trimmed);
        }
        if self.path.is_empty() {
            self.path.push('/');
        }
    }

    fn into_link(self) -> String {
        let mut link = format!("https://{}", self.host);
        if let Some(port) = self.port {
            let _ = write!(link, ":{port}");
        }
        link.push_str(&self.path);
        for (i, Parameter { name, value }) in self.query.iter().enumerate() {
            link.push(if i == 0 { '?' } else { '&' });
            link.push_str(name);
            if let Some(value) = value {
                link.push('=');
                link.push_str(value);
            }
        }
        if let Some(fragment) = self.fragment {
            link.push('#');
            link.push_str(&fragment);
        }
        link
    }
}

fn parameter(part: &str) -> Parameter {
    match part.split_once('=') {
        Some((name, value)) => Parameter { name: percent::normalize(name), value: Some(percent::normalize(value)) },
        None => Parameter { name: percent::normalize(part), value: None },
    }
}

/// Does the fragment choose what is shown? Pages drawn by a script (`#!`, `#/`) and the sheets of a workbook (`#gid=`).
fn routes(fragment: &str) -> bool {
    ["!", "/", "gid="].iter().any(|start| fragment.starts_with(start))
}
