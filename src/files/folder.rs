//! Files in a folder: written under a name that does not count, made to last, then given their name.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};

use super::{Body, Entry, Error, Result, Stored, Sum};
use crate::domain::Timestamp;

/// What the names of half-written files begin with.
const HALF: &str = ".half-";
/// Bytes that are read at a time.
const BUFFER: usize = 256 * 1024;
/// Bytes that are written before they are brought to the disk.
const SYNC: usize = 16 * 1024 * 1024;

/// A folder; made when something is first written.
#[derive(Debug, Clone)]
pub struct Folder(PathBuf);

/// Removes a half-written file, whatever becomes of its writer.
struct Half(PathBuf);

impl Drop for Half {
    fn drop(&mut self) {
        // After the rename there is none.
        drop(fs::remove_file(&self.0));
        // A folder that is not empty stays.
        drop(self.0.parent().map(fs::remove_dir));
    }
}

impl Folder {
    /// The folder at `root`.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self(root.into())
    }

    /// Where it is.
    pub fn root(&self) -> &Path {
        &self.0
    }

    pub(super) async fn put(&self, key: &str, mut body: impl AsyncRead + Send + Unpin) -> Result<Stored> {
        let path = self.0.join(key);
        let folder = path.parent().unwrap_or(&self.0).to_owned();
        let broken = |cause| Error::broken(&path.to_string_lossy(), cause);
        make_private(&folder).map_err(|cause| Error::broken(&folder.to_string_lossy(), cause))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let half = Half(folder.join(format!("{HALF}{}-{name}", std::process::id())));
        let mut file = create(&half.0).await.map_err(broken)?;
        let (mut sum, mut buffer, mut waiting) = (Sum::default(), vec![0; BUFFER], 0);
        loop {
            let read = body.read(&mut buffer).await.map_err(broken)?;
            if read == 0 {
                break;
            }
            sum.add(&buffer[..read]);
            file.write_all(&buffer[..read]).await.map_err(broken)?;
            waiting += read;
            if waiting >= SYNC {
                // Else whoever commits on the same disk would wait behind all of it at the end.
                file.sync_data().await.map_err(broken)?;
                waiting = 0;
            }
        }
        file.flush().await.map_err(broken)?;
        file.sync_all().await.map_err(broken)?;
        drop(file);
        tokio::fs::rename(&half.0, &path).await.map_err(broken)?;
        // The name must outlive a power cut as well.
        for folder in [folder.as_path(), self.0.as_path()] {
            sync_folder(folder).map_err(broken)?;
        }
        Ok(sum.stored())
    }

    pub(super) async fn open(&self, key: &str) -> Result<Body> {
        let file = tokio::fs::File::open(self.0.join(key)).await.map_err(|cause| Error::broken(key, cause))?;
        Ok(Box::pin(tokio::io::BufReader::with_capacity(BUFFER, file)))
    }

    pub(super) async fn list(&self) -> Result<Vec<Entry>> {
        let root = self.0.clone();
        let listed = tokio::task::spawn_blocking(move || {
            let mut found = Vec::new();
            collect(&root, "", &mut found).map(|()| found)
        });
        let listed = listed.await.unwrap_or_else(|cause| Err(io::Error::other(cause)));
        let mut found = listed.map_err(|cause| Error::broken(&self.0.to_string_lossy(), cause))?;
        found.sort_by(|a, b| a.key.cmp(&b.key));
        Ok(found)
    }

    pub(super) async fn sweep(&self, then: Timestamp) -> Result<usize> {
        let root = self.0.clone();
        let swept = tokio::task::spawn_blocking(move || sweep(&root, then.into()));
        let swept = swept.await.unwrap_or_else(|cause| Err(io::Error::other(cause)));
        swept.map_err(|cause| Error::broken(&self.0.to_string_lossy(), cause))
    }

    pub(super) async fn delete(&self, key: &str) -> Result<()> {
        let path = self.0.join(key);
        match tokio::fs::remove_file(&path).await {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => return Err(Error::broken(key, cause)),
            _ => {}
        }
        // A folder that is not empty stays.
        if let Some(folder) = path.parent().filter(|folder| *folder != self.0) {
            drop(tokio::fs::remove_dir(folder).await);
        }
        Ok(())
    }
}

/// Only their owner may look into backups.
fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

async fn create(path: &Path) -> io::Result<tokio::fs::File> {
    let mut options = tokio::fs::File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    options.mode(0o600);
    options.open(path).await
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    fs::File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "folders can't be opened there")]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

fn collect(folder: &Path, prefix: &str, found: &mut Vec<Entry>) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        let Some(name) = name.to_str().filter(|name| !is_hidden(OsStr::new(name))) else { continue };
        let metadata = match entry.metadata() {
            // Removed meanwhile.
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => continue,
            metadata => metadata?,
        };
        if metadata.is_dir() {
            collect(&entry.path(), &format!("{prefix}{name}/"), found)?;
        } else {
            found.push(Entry { key: format!("{prefix}{name}"), bytes: metadata.len() });
        }
    }
    Ok(())
}

/// Removes half-written files that nobody has written to since `then`, and folders that held nothing else.
fn sweep(folder: &Path, then: SystemTime) -> io::Result<usize> {
    let entries = match fs::read_dir(folder) {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(0),
        entries => entries?,
    };
    let mut swept = 0;
    for entry in entries {
        let entry = entry?;
        let Ok(metadata) = entry.metadata() else { continue };
        if metadata.is_dir() {
            let inside = sweep(&entry.path(), then)?;
            if inside > 0 {
                // One that is not empty stays.
                drop(fs::remove_dir(entry.path()));
            }
            swept += inside;
        } else if entry.file_name().as_encoded_bytes().starts_with(HALF.as_bytes()) && metadata.modified()? < then {
            fs::remove_file(entry.path())?;
            swept += 1;
        }
    }
    Ok(swept)
}

fn is_hidden(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".")
}
