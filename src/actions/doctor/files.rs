//! Who may read our files, and whether there is room for more.

use std::path::Path;
use std::process::{Command, Stdio};

use super::Check;
use crate::config::{Config, Engine};
use crate::db::Db;

/// Room that is little, and too little, in bytes.
const LITTLE: u64 = 1 << 30;
const TOO_LITTLE: u64 = 100 << 20;

pub(super) fn checks(config: &Config) -> Vec<Check> {
    let mut checks = vec![dotenv(Path::new(".env")), modes(config)];
    checks.extend(room(config));
    checks
}

fn dotenv(file: &Path) -> Check {
    let name = "dotenv";
    if !file.exists() {
        return Check::ok(name, "there is no .env here");
    }
    if is_tracked(file) {
        return Check::fail(
            name,
            ".env is tracked by git: whoever has the repository has its secrets",
            "git rm --cached .env, add it to .gitignore, and replace every secret in it",
        );
    }
    if let Some(mode) = readable_by_others(file) {
        return Check::fail(name, format!(".env may be read by other users (mode {mode:04o})"), "chmod 600 .env");
    }
    Check::ok(name, ".env is not tracked by git, and nobody else may read it")
}

fn is_tracked(file: &Path) -> bool {
    let mut git = Command::new("git");
    git.args(["ls-files", "--error-unmatch", "--"]).arg(file);
    // Without git nothing is tracked by it.
    git.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

fn modes(config: &Config) -> Check {
    let name = "file_modes";
    let mut files = vec![config.data_dir.join("jwt-secret")];
    if config.database.engine == Engine::Sqlite {
        let database = Db::file(config.database.url.expose());
        files.extend(database.iter().flat_map(|file| {
            ["", "-wal", "-shm"].map(|suffix| Path::new(&format!("{}{suffix}", file.display())).to_owned())
        }));
    }
    let open: Vec<String> = (files.iter().filter(|file| file.exists()))
        .filter_map(|file| Some(format!("{} ({:04o})", file.display(), readable_by_others(file)?)))
        .collect();
    if open.is_empty() {
        return Check::ok(name, "nobody else may read the data");
    }
    // A folder that nobody else may enter protects what is in it.
    if readable_by_others(&config.data_dir).is_none() {
        return Check::ok(name, "nobody else may enter the data directory");
    }
    Check::wrong_in_production(
        config,
        name,
        format!("other users of this machine may read {}", open.join(", ")),
        format!("chmod 700 {}", config.data_dir.display()),
    )
}

/// The mode of a file that its group or others may read.
#[cfg(unix)]
fn readable_by_others(file: &Path) -> Option<u32> {
    use std::os::unix::fs::MetadataExt as _;
    let mode = std::fs::metadata(file).ok()?.mode() & 0o7777;
    (mode & 0o044 != 0).then_some(mode)
}

#[cfg(not(unix))]
fn readable_by_others(_: &Path) -> Option<u32> {
    None
}

/// Room where the data are; none where the system does not say.
fn room(config: &Config) -> Option<Check> {
    let name = "disk_space";
    let place = config.data_dir.ancestors().find(|folder| folder.is_dir())?;
    let free = free_bytes(place)?;
    let why = format!("{} MiB are free for {}", free >> 20, config.data_dir.display());
    Some(match free {
        ..TOO_LITTLE => Check::fail(name, why, "make room: when the disk is full nothing more can be saved"),
        TOO_LITTLE..LITTLE => Check::warn(name, why, "make room before it runs out"),
        _ => Check::ok(name, why),
    })
}

#[cfg(target_os = "linux")]
fn free_bytes(folder: &Path) -> Option<u64> {
    let found = rustix::fs::statvfs(folder).ok()?;
    Some(found.f_bavail.saturating_mul(found.f_frsize))
}

#[cfg(not(target_os = "linux"))]
fn free_bytes(_: &Path) -> Option<u64> {
    None
}
