//! Whom to trust: the machine's certificate authorities, or Mozilla's where the machine has none.

use std::sync::{Arc, LazyLock};

use rustls::{ClientConfig, RootCertStore};

use super::error::Error;

/// Read once: a client is built for every hop.
static ROOTS: LazyLock<Arc<RootCertStore>> = LazyLock::new(|| Arc::new(roots()));

/// A TLS configuration; cheap to clone, and clones share their session cache. For a client of another room too, which goes where
/// the operator says and not where a stranger's link leads.
///
/// # Errors
/// [`Error::Setup`] when the encryption can't be used.
pub fn config() -> Result<ClientConfig, Error> {
    let setup = |source: rustls::Error| Error::Setup { what: "encryption", source: source.into() };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(setup)?
        .with_root_certificates(Arc::clone(&ROOTS))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

fn roots() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    let (usable, _) = roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if usable == 0 {
        tracing::info!("this machine has no certificate authorities; Mozilla's are used");
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    roots
}
