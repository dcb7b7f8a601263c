//! What went wrong, and the mend: `error: …`, `hint: …`.
//!
//! An error whose mend depends on what was asked for (a port, a folder, a server) is wrapped in [`Mended`] where that is
//! known; the mend of all others follows from their type.

use std::error::Error as StdError;
use std::io;
use std::net::SocketAddr;

use super::output::talk;
use super::shutdown::Interrupted;
use crate::config::{Config, Engine, Problems};
use crate::db;
use crate::db::migrate::Mismatch;

/// An error with its mend.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
struct Mended {
    message: String,
    hint: String,
    #[source]
    cause: Option<Box<dyn StdError + Send + Sync>>,
}

/// An error whose mend is known where it happens.
pub(super) fn mended(message: impl Into<String>, hint: impl Into<String>) -> anyhow::Error {
    Mended { message: message.into(), hint: hint.into(), cause: None }.into()
}

/// Prints an error with everything that led to it, on standard error, and how to mend it.
pub fn report(error: &anyhow::Error) {
    // A cause that an error already quotes is not told twice.
    let chain = error.chain().map(ToString::to_string).fold(String::new(), |told, next| match told.as_str() {
        "" => next,
        _ if told.contains(&next) => told,
        _ => format!("{told}: {next}"),
    });
    talk(format_args!("error: {chain}"));
    if let Some(hint) = hint(error) {
        talk(format_args!("hint: {hint}"));
    }
}

fn hint(error: &anyhow::Error) -> Option<String> {
    error.chain().find_map(|cause| {
        if let Some(mended) = cause.downcast_ref::<Mended>() {
            return Some(mended.hint.clone());
        }
        if cause.is::<Problems>() {
            return Some("every setting is explained in docs/configuration.md and .env.example".to_owned());
        }
        if cause.is::<Interrupted>() {
            return Some("nothing is lost, and nothing stays half done: start it again".to_owned());
        }
        cause.downcast_ref::<db::Error>().and_then(of_database)
    })
}

fn of_database(error: &db::Error) -> Option<String> {
    let hint = match error {
        db::Error::Schema(Mismatch::Older(_)) => "run `brainly migrate`, or start with `brainly serve --migrate`",
        db::Error::Schema(Mismatch::Newer { .. }) => {
            "a newer Brainly has been at work here: install that version or a later one"
        }
        db::Error::Schema(Mismatch::Changed(_)) => {
            "use the version of Brainly that this database was made with, or a release after it"
        }
        db::Error::Schema(Mismatch::HalfImported) => {
            "start the same `brainly import` or `brainly migrate copy` again: it goes on where it was stopped"
        }
        db::Error::Schema(Mismatch::Foreign(_)) => {
            "point DATABASE_URL to an empty database, or to the one of the old server"
        }
        db::Error::Busy(_) => "another process is writing; try again, and see that only one Brainly uses the file",
        db::Error::Full(_) => "make room on the database's disk",
        // PostgreSQL's insufficient_privilege.
        error if error.code().as_deref() == Some("42501") => {
            "let the role in DATABASE_URL do that; `backup verify --restore` needs `ALTER ROLE name CREATEDB`"
        }
        _ => return None,
    };
    Some(hint.to_owned())
}

/// The address can't be listened on.
pub(super) fn listen(address: SocketAddr, error: &io::Error) -> anyhow::Error {
    // Where the message says it all, the system's own words add nothing.
    let (message, hint) = match error.kind() {
        io::ErrorKind::AddrInUse => (
            format!("port {} of {} is already in use", address.port(), address.ip()),
            format!(
                "is Brainly running already? Else choose another port: brainly serve --port {}",
                other_port(address)
            ),
        ),
        io::ErrorKind::PermissionDenied => (
            format!("port {} may not be used by this user", address.port()),
            "ports below 1024 are the system's; choose one above: brainly serve --port 5000".to_owned(),
        ),
        io::ErrorKind::AddrNotAvailable => (
            format!("{} is no address of this machine", address.ip()),
            "set HOST to one of its own; 0.0.0.0 is all of them".to_owned(),
        ),
        _ => {
            let message = format!("{address} can't be listened on: {error}");
            (message, "see HOST and PORT in `brainly config`".to_owned())
        }
    };
    mended(message, hint)
}

const fn other_port(address: SocketAddr) -> u16 {
    match address.port().checked_add(1) {
        Some(port) => port,
        None => 5000,
    }
}

/// The database that `config` names can't be opened.
pub(super) fn database(config: &Config, error: db::Error) -> anyhow::Error {
    match config.database.engine {
        Engine::Sqlite => sqlite(config, error),
        Engine::Postgres => postgres(config, error),
    }
}

fn sqlite(config: &Config, error: db::Error) -> anyhow::Error {
    let place = super::welcome::place(config);
    if matches!(error, db::Error::Busy(_) | db::Error::Full(_) | db::Error::Schema(_)) {
        return error.into();
    }
    let hint = "make its folder writable for this user, or set BRAINLY_DATA_DIR to another (--data-dir DIR)".to_owned();
    let message = format!("the database {place} can't be opened");
    match error {
        db::Error::Unreachable(why) => mended(format!("{message}: {why}"), hint),
        error => Mended { message, hint, cause: Some(error.into()) }.into(),
    }
}

fn postgres(config: &Config, error: db::Error) -> anyhow::Error {
    let Ok(url) = url::Url::parse(config.database.url.expose()) else { return error.into() };
    let (host, port) = super::welcome::server(&url);
    let name = url.path().trim_start_matches('/');
    let (message, hint) = match error.code().as_deref() {
        Some("28P01" | "28000") => (
            format!("PostgreSQL at {host}:{port} refused the user name or password in DATABASE_URL"),
            "check both; in a password, @ : / ? # % are written percent-encoded".to_owned(),
        ),
        Some("3D000") => (
            format!("PostgreSQL at {host}:{port} has no database {name:?}, which DATABASE_URL names"),
            format!("make it: createdb -h {host} -p {port} {name}"),
        ),
        None if error.is_transient() => (
            format!("DATABASE_URL points to a server that does not answer ({host}:{port})"),
            format!("is PostgreSQL running? Try: pg_isready -h {host} -p {port}"),
        ),
        _ => return anyhow::Error::new(error).context(format!("PostgreSQL at {host}:{port} can't be used")),
    };
    // The cause says no more than the message does.
    mended(message, hint)
}
