//! A body that is too large for memory: it goes to a file, which goes with the request.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use futures::StreamExt as _;
use tokio::io::AsyncWriteExt as _;

use crate::actions;
use crate::api::{Error, Result};
use crate::app::App;

/// The most bytes of an uploaded file, after decompression.
pub const MAX_UPLOAD_BYTES: u64 = 1024 * 1024 * 1024;
/// The paths below which such bodies are taken.
pub const UPLOADS: &[&str] = &["/api/v1/imports"];
/// How long the next piece may be waited for.
const PATIENCE: Duration = Duration::from_mins(1);
/// Bytes a second that an upload must come to, once its first minute is over: the largest then takes a day.
const SLOWEST: u64 = 16 * 1024;

/// The body in a file; removed when this is dropped.
#[derive(Debug)]
pub struct Upload(PathBuf);

impl Upload {
    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        drop(std::fs::remove_file(&self.0));
    }
}

impl FromRequest<App> for Upload {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self> {
        let folder = app.config.data_dir.join("uploads");
        tokio::fs::create_dir_all(&folder).await.map_err(failed)?;
        let upload = Self(folder.join(uuid::Uuid::new_v4().simple().to_string()));
        let mut options = tokio::fs::File::options();
        options.write(true).create_new(true);
        #[cfg(unix)]
        options.mode(0o600);
        let mut file = options.open(&upload.0).await.map_err(failed)?;
        receive(request.into_body(), &mut file).await?;
        file.flush().await.map_err(failed)?;
        Ok(upload)
    }
}

fn failed(cause: std::io::Error) -> Error {
    actions::Error::Internal("an upload can't be kept", Some(Box::new(cause))).into()
}

async fn receive(body: Body, file: &mut tokio::fs::File) -> Result<()> {
    let (mut pieces, mut bytes, begun) = (body.into_data_stream(), 0_u64, Instant::now());
    loop {
        let piece = tokio::time::timeout(PATIENCE, pieces.next()).await.map_err(|_| Error::TooSlow)?;
        let Some(piece) = piece else { break };
        let piece = piece.map_err(|_| {
            Error::Malformed("The body can't be read: it breaks off, or its compression is broken".into())
        })?;
        bytes += piece.len() as u64;
        if begun.elapsed() > PATIENCE + Duration::from_secs(bytes / SLOWEST) {
            return Err(Error::TooSlow);
        }
        if bytes > MAX_UPLOAD_BYTES {
            return Err(Error::TooLarge);
        }
        file.write_all(&piece).await.map_err(failed)?;
    }
    if bytes == 0 { Err(Error::Malformed("The body is empty; it must be a file of links".into())) } else { Ok(()) }
}
