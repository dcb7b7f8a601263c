//! A file for a while.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// Bytes by which a file shrinks at a time.
const STEP: u64 = 64 * 1024 * 1024;

/// A file that goes when this does.
pub(super) struct Temporary(pub(super) PathBuf);

impl Temporary {
    /// Makes it, empty, for its owner alone.
    ///
    /// # Errors
    /// Those of the system.
    pub(super) fn make(&self) -> io::Result<File> {
        let mut options = File::options();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&self.0)
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        shrink(&self.0);
        drop(std::fs::remove_file(&self.0));
    }
}

/// Gives back the room of a large file bit by bit: whoever commits on the same disk waits while it goes.
fn shrink(path: &Path) {
    let Ok(file) = File::options().write(true).open(path) else { return };
    let mut length = file.metadata().map_or(0, |file| file.len());
    while length > STEP && file.set_len(length - STEP).is_ok() {
        length -= STEP;
    }
}
