//! Which database, and how many connections to it.

use std::num::NonZeroU32;
use std::path::Path;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use url::Url;

use super::reader::Reader;
use super::secret::Secret;
use super::setting::{DefaultValue, Setting, Values};
use super::value::{self, Parsed};

/// The database.
#[derive(Clone, Debug)]
pub struct Database {
    /// `sqlite://<path>` (percent-encoded) or `postgres://…`; it may hold a password.
    pub url: Secret<String>,
    /// What `url` points to.
    pub engine: Engine,
    /// Connections of this process at most.
    pub pool_max: NonZeroU32,
}

/// The two databases that Brainly runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// A file beside the program.
    Sqlite,
    /// A server.
    Postgres,
}

const URL: Setting = Setting {
    name: "DATABASE_URL",
    default: DefaultValue::Derived("`sqlite://<data dir>/brainly.db`"),
    values: Values::Like("`sqlite://<path>` or `postgres://<user>:<password>@<host>/<database>`"),
    about: "Where the data is. In a password, `@ : / ? # %` are written percent-encoded.",
    secret: true,
};

const POOL_MAX: Setting = Setting {
    name: "DB_POOL_MAX",
    default: DefaultValue::Fixed("20"),
    values: Values::Between("1", "1000"),
    about: "Connections that one process opens at most. PostgreSQL's own `max_connections` must have room for all processes.",
    secret: false,
};

/// What a path needs hidden before it stands in a `sqlite://` URL.
const IN_PATH: &AsciiSet = &CONTROLS.add(b'%').add(b'?').add(b'#');

impl Database {
    pub(super) fn read(from: &mut Reader<'_>, data_dir: &Path) -> Self {
        from.section("Database");
        let file = data_dir.join("brainly.db");
        let default = format!("sqlite://{}", utf8_percent_encode(&file.to_string_lossy(), IN_PATH));
        let (engine, url) = from.value_or(&URL, &default, database_url);
        let pool_max = from.value(&POOL_MAX, value::within(&POOL_MAX, value::number));
        Self { url: Secret::new(url), engine, pool_max }
    }
}

fn database_url(text: &str) -> Parsed<(Engine, String)> {
    let text = text.trim();
    if let Some(rest) = text.strip_prefix("sqlite://") {
        let (path, options) = rest.split_once('?').unwrap_or((rest, ""));
        if path == ":memory:" || options.split('&').any(|option| option == "mode=memory") {
            return Err("must name a file: a database in memory is gone when Brainly stops".to_owned());
        }
        if path.is_empty() || path.ends_with('/') {
            return Err("must name a file, such as sqlite:///var/lib/brainly/brainly.db".to_owned());
        }
        return Ok((Engine::Sqlite, text.to_owned()));
    }
    if !text.starts_with("postgres://") && !text.starts_with("postgresql://") {
        return Err("must start with sqlite:// or postgres://".to_owned());
    }
    match Url::parse(text) {
        // A `#` can only be part of a password that nobody encoded.
        Ok(url) if url.fragment().is_none() => Ok((Engine::Postgres, text.to_owned())),
        _ => Err("is not a URL; in a password, write @ : / ? # % percent-encoded (%40 %3A %2F %3F %23 %25)".to_owned()),
    }
}
