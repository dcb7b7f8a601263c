//! Whether the outside can be reached from here: links are there.

use url::Url;

use super::Check;
use crate::config::Config;
use crate::domain::Clock;
use crate::domain::fault::chain;
use crate::fetch::{Fetcher, Request};

pub(super) async fn checks(config: &Config, clock: &Clock, outside: Option<&Url>) -> Option<Check> {
    let name = "outgoing_network";
    let fetcher = match Fetcher::new(&config.fetch, clock.clone()) {
        Ok(fetcher) => fetcher,
        Err(error) => return Some(Check::fail(name, chain(&error), "mend the setting that it names")),
    };
    let outside = outside?;
    let host = outside.host_str().unwrap_or_default();
    let answered = fetcher.get(&Request::get(outside).any_status()).await;
    Some(match answered {
        Ok(_) => Check::ok(name, format!("{host} answers")),
        Err(error) => Check::fail(
            name,
            format!("pages can't be fetched: {}", chain(&error)),
            "look at DNS, the firewall's rules for outgoing traffic and the certificates of this machine; no proxy is used",
        ),
    })
}
