//! One kept-alive HTTP/1.1 connection, as thin as it can be: what the client costs is taken from what it measures.
//!
//! It reads answers that say their `Content-Length`, which all answers here do.

use std::net::SocketAddr;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// An open connection and the bytes of its last answer.
pub(crate) struct Connection {
    stream: TcpStream,
    answer: Vec<u8>,
    body: usize,
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, answer: Vec::with_capacity(1 << 16), body: 0 })
    }

    /// Sends `request` and reads the answer whole; returns its status.
    pub(crate) async fn exchange(&mut self, request: &[u8]) -> Result<u16> {
        self.stream.write_all(request).await?;
        self.answer.clear();
        let head = loop {
            ensure!(self.stream.read_buf(&mut self.answer).await? > 0, "the connection was closed");
            if let Some(at) = self.answer.windows(4).position(|window| window == b"\r\n\r\n") {
                break at + 4;
            }
        };
        let (status, length) = read_head(&self.answer[..head])?;
        self.answer.reserve((head + length).saturating_sub(self.answer.len()));
        while self.answer.len() < head + length {
            ensure!(self.stream.read_buf(&mut self.answer).await? > 0, "the connection was closed");
        }
        self.body = head;
        Ok(status)
    }

    /// The body of the last answer.
    pub(crate) fn body(&self) -> &[u8] {
        &self.answer[self.body..]
    }

    /// Sends `request`, which must be answered with a 2xx, and reads JSON.
    pub(crate) async fn json(&mut self, request: &[u8]) -> Result<Value> {
        let status = self.exchange(request).await?;
        if !(200..300).contains(&status) {
            bail!("{status}: {}", String::from_utf8_lossy(self.body()));
        }
        serde_json::from_slice(self.body()).context("the answer is not JSON")
    }
}

fn read_head(head: &[u8]) -> Result<(u16, usize)> {
    let head = std::str::from_utf8(head).context("the head is not text")?;
    let status = head.get(9..12).context("no status")?.parse().context("no status")?;
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    });
    Ok((status, length.context("no content-length")?))
}

/// The bytes of a GET, signed in when there is a token.
pub(crate) fn get(path: &str, token: Option<&str>) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: bench\r\n{}\r\n", authorization(token)).into_bytes()
}

/// The bytes of a POST with JSON.
pub(crate) fn post(path: &str, token: Option<&str>, body: &Value) -> Vec<u8> {
    let (body, authorization) = (body.to_string(), authorization(token));
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\
         {authorization}\r\n{body}"
    )
    .into_bytes()
}

fn authorization(token: Option<&str>) -> String {
    token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default()
}
