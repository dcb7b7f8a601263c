//! The client with which traces and reports leave: for addresses that the operator set, and nothing else.

use std::time::Duration;

use reqwest::Client;
use rustls::ClientConfig;

/// A client that waits for an answer no longer than `patience`, follows no redirect and asks no proxy.
///
/// # Errors
/// When the encryption can't be used.
pub(super) fn client(tls: ClientConfig, patience: Duration) -> reqwest::Result<Client> {
    #[expect(
        clippy::disallowed_methods,
        reason = "this goes where the operator says, never where a stranger's link leads"
    )]
    let builder = Client::builder();
    builder
        .tls_backend_preconfigured(tls)
        .timeout(patience)
        .connect_timeout(patience)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .user_agent(concat!("Brainly/", env!("CARGO_PKG_VERSION")))
        .build()
}
