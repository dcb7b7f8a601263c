//! What `serve` says when it is ready: where it listens, where the data lies, how to sign up.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use super::output::talk;
use crate::app::App;
use crate::config::{Config, Engine, LogFormat};
use crate::db;
use crate::store::users;

/// Says it on a terminal as a few lines, in a log of JSON as one.
pub(super) async fn welcome(app: &App, listening: SocketAddr) -> db::Result<()> {
    let url = app.config.http.public_url.as_ref().map_or_else(|| local_url(listening), ToString::to_string);
    let url = url.trim_end_matches('/');
    let (place, folder) = (place(&app.config), app.config.data_dir.display());
    let version = env!("CARGO_PKG_VERSION");
    let sign_up = users::none_yet(&mut app.db.begin().await?).await?.then(|| sign_up(url));
    match app.config.log.format {
        LogFormat::Json => {
            tracing::info!(url, address = %listening, database = place, data_dir = %folder, version, sign_up, "listening");
        }
        LogFormat::Pretty => {
            talk(format_args!("Brainly {version} is listening at {url}\n  data in    {folder}"));
            if app.config.database.engine == Engine::Postgres {
                talk(format_args!("  database   {place}"));
            }
            if let Some(command) = sign_up {
                talk(format_args!("  sign up    {command}"));
            }
            talk("  stop       Ctrl-C");
        }
    }
    Ok(())
}

/// Where the database is, without a password.
pub(super) fn place(config: &Config) -> String {
    let url = config.database.url.expose();
    match config.database.engine {
        Engine::Sqlite => {
            let path = url.trim_start_matches("sqlite://").split('?').next().unwrap_or_default();
            percent_encoding::percent_decode_str(path).decode_utf8_lossy().into_owned()
        }
        Engine::Postgres => url::Url::parse(url).map_or_else(
            |_| "postgres".to_owned(),
            |url| {
                let host = url.host_str().filter(|host| !host.is_empty()).unwrap_or("localhost");
                format!("postgres://{host}:{}{}", url.port().unwrap_or(5432), url.path())
            },
        ),
    }
}

/// The address that a browser on this machine can open.
fn local_url(listening: SocketAddr) -> String {
    match listening.ip() {
        IpAddr::V4(Ipv4Addr::LOCALHOST | Ipv4Addr::UNSPECIFIED) => format!("http://localhost:{}", listening.port()),
        IpAddr::V6(ip) if ip.is_loopback() || ip.is_unspecified() => format!("http://localhost:{}", listening.port()),
        _ => format!("http://{listening}"),
    }
}

fn sign_up(url: &str) -> String {
    format!(
        "curl {url}/api/v1/signup -H 'content-type: application/json' \
         -d '{{\"username\":\"ada\",\"password\":\"choose-a-long-one\"}}'"
    )
}
