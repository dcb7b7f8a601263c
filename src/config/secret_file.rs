//! The secret that signs tokens where nobody set one: made once, kept in the data directory.
//!
//! For SQLite, where one data directory is one installation. Two processes that start at once agree on one secret.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use ring::rand::{SecureRandom as _, SystemRandom};

use super::auth::JWT_SECRET_MIN;
use super::secret::Secret;

/// The file's name inside the data directory.
pub const FILE_NAME: &str = "jwt-secret";

/// The secret kept in `data_dir`, made (mode 0600) when there is none; the directory too (mode 0700).
///
/// # Errors
/// When the directory or the file can't be read or written, and when the file holds no usable secret: replacing that would sign
/// everybody out, which is for a person to decide.
pub fn load_or_create(data_dir: &Path) -> io::Result<Secret<String>> {
    let path = data_dir.join(FILE_NAME);
    if let Some(secret) = load(&path)? {
        return Ok(secret);
    }
    create(data_dir, &path).map_err(|error| explain(&path, "can't be made", &error))?;
    // Read back even if we made it: whoever was first has decided.
    load(&path)?.ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, format!("{} vanished", path.display())))
}

fn load(path: &Path) -> io::Result<Option<Secret<String>>> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(explain(path, "can't be read", &error)),
    };
    let secret = text.trim_end_matches(['\r', '\n']);
    if secret.chars().count() < JWT_SECRET_MIN {
        let message = format!(
            "{} is broken: it holds fewer than {JWT_SECRET_MIN} characters. Restore it from a backup, or remove it \
             to have a new one made, which signs everybody out",
            path.display()
        );
        return Err(io::Error::new(io::ErrorKind::InvalidData, message));
    }
    Ok(Some(Secret::new(secret.to_owned())))
}

/// Writes a whole file aside, then links it into place: nobody ever sees half a secret, and the second to come changes nothing.
fn create(data_dir: &Path, path: &Path) -> io::Result<()> {
    make_private_dir(data_dir)?;
    let aside = data_dir.join(format!(".{FILE_NAME}.{}", &random_hex()?[..16]));
    let placed =
        write_private(&aside, &format!("{}\n", random_hex()?)).and_then(|()| match fs::hard_link(&aside, path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            linked => linked,
        });
    let removed = fs::remove_file(&aside);
    placed.and(removed)
}

fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file: File = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn make_private_dir(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// 64 digits, 256 bits.
fn random_hex() -> io::Result<String> {
    let mut bytes = [0; 32];
    SystemRandom::new().fill(&mut bytes).map_err(|_| io::Error::other("the system gave no random bytes"))?;
    Ok(hex::encode(bytes))
}

fn explain(path: &Path, what: &str, error: &io::Error) -> io::Error {
    let message = format!("{} {what}: {error}. Mend that, or set JWT_SECRET yourself", path.display());
    io::Error::new(error.kind(), message)
}
