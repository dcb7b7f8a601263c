//! A site on the loopback that answers with raw bytes, so that it can do what no honest server does.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use brainly::config::PrivateException;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What a site does with one request.
pub(super) enum Reply {
    /// Sends this and hangs up.
    Bytes(Vec<u8>),
    /// Sends the first, then the second over and over.
    Endless(Vec<u8>, Vec<u8>),
    /// Sends the first, then the second over and over, with a rest after each.
    Drip(Vec<u8>, Vec<u8>),
    /// Sends this and then nothing, without hanging up.
    Silence(Vec<u8>),
}

/// Serves until its runtime ends.
pub(super) struct Site {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Site {
    /// A site on a port of its own, answering each path with what `reply` says.
    pub(super) async fn start(reply: impl Fn(&str) -> Reply + Send + Sync + 'static) -> Self {
        Self::start_at("127.0.0.1:0", reply).await
    }

    pub(super) async fn start_at(address: &str, reply: impl Fn(&str) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(address).await.expect("a free port");
        let site = Self { address: listener.local_addr().expect("an address"), seen: Arc::default() };
        let (seen, reply) = (Arc::clone(&site.seen), Arc::new(reply));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(converse(stream, Arc::clone(&seen), Arc::clone(&reply)));
            }
        });
        site
    }

    pub(super) fn port(&self) -> u16 {
        self.address.port()
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// What opens this site, and no other port of its host.
    pub(super) fn exception(&self) -> PrivateException {
        super::open_host(&self.address.ip().to_string(), self.port())
    }

    /// The request heads that arrived so far, lower case.
    pub(super) fn seen(&self) -> Vec<String> {
        self.seen.lock().expect("no panic").clone()
    }
}

/// An answer with a body of known length.
pub(super) fn page(status: &str, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Reply {
    let body = body.as_ref();
    let mut bytes = head(status, headers);
    bytes.truncate(bytes.len() - 2);
    bytes.extend_from_slice(format!("content-length: {}\r\n\r\n", body.len()).as_bytes());
    bytes.extend_from_slice(body);
    Reply::Bytes(bytes)
}

/// An answer that sends the reader on.
pub(super) fn redirect(status: u16, to: &str) -> Reply {
    page(&format!("{status} Elsewhere"), &[("location", to)], "")
}

/// A status line and headers; the body is whatever comes until the site hangs up.
pub(super) fn head(status: &str, headers: &[(&str, &str)]) -> Vec<u8> {
    let headers: String = headers.iter().flat_map(|(name, value)| [name, ": ", value, "\r\n"]).collect();
    format!("HTTP/1.1 {status}\r\nconnection: close\r\n{headers}\r\n").into_bytes()
}

async fn converse(mut stream: TcpStream, seen: Arc<Mutex<Vec<String>>>, reply: Arc<impl Fn(&str) -> Reply>) {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        if stream.read_buf(&mut request).await.unwrap_or(0) == 0 {
            return;
        }
        // Not even HTTP: somebody wants to talk in private.
        if !request.starts_with(b"G") {
            let _ = stream.write_all(&head("400 Bad Request", &[])).await;
            return;
        }
    }
    let request = String::from_utf8_lossy(&request).into_owned();
    seen.lock().expect("no panic").push(request.to_ascii_lowercase());
    let path = request.split(' ').nth(1).unwrap_or_default();
    // The reader may hang up at any time: that is what several tests are about.
    match reply(path) {
        Reply::Bytes(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
        }
        Reply::Endless(first, rest) => {
            let mut sent = stream.write_all(&first).await;
            while sent.is_ok() {
                sent = stream.write_all(&rest).await;
            }
        }
        Reply::Drip(first, drop) => {
            let mut sent = stream.write_all(&first).await;
            while sent.is_ok() {
                tokio::time::sleep(Duration::from_millis(5)).await;
                sent = stream.write_all(&drop).await;
            }
        }
        Reply::Silence(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.read_to_end(&mut Vec::new()).await;
        }
    }
}
