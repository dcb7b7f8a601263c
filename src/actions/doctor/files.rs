//! Who may read our files, and whether there is room for more.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::Check;
use crate::config::{Config, Engine};
use crate::db::Db;

/// Room that is little, and too little, in bytes.
const LITTLE: u64 = 1 << 30;
const TOO_LITTLE: u64 = 100 << 20;

pub(super) fn checks(config: &Config) -> Vec<Check> {
    let mut checks = vec![dotenv(), modes(config)];
    checks.extend(room(config));
    checks
}

pub(super) fn dotenv() -> Check {
    let (name, file) = ("dotenv", Path::new(".env"));
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
    if let Some(mode) = lets_others(file, READ_OR_WRITE) {
        return Check::fail(
            name,
            format!(".env may be read or changed by other users (mode {mode:04o})"),
            "chmod 600 .env",
        );
    }
    Check::ok(name, ".env is not tracked by git, and nobody else may read it")
}

fn is_tracked(file: &Path) -> bool {
    let mut git = Command::new("git");
    // Whoever looks is not always who owns the checkout, and git says nothing of another's.
    git.args(["-c", "safe.directory=*", "ls-files", "--error-unmatch", "--"]).arg(file);
    // Without git nothing is tracked by it.
    git.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

fn modes(config: &Config) -> Check {
    let name = "file_modes";
    let files: Vec<PathBuf> = match database(config) {
        Some(file) => ["", "-wal", "-shm"].map(|suffix| PathBuf::from(format!("{}{suffix}", file.display()))).into(),
        None => Vec::new(),
    };
    let files = [config.data_dir.join("jwt-secret")].into_iter().chain(files);
    // A folder that nobody else may enter protects what is in it.
    let enters = |file: &Path| file.parent().is_none_or(|folder| lets_others(folder, ENTER).is_some());
    let open: Vec<(PathBuf, u32, &str)> = files
        .filter(|file| enters(file))
        .filter_map(|file| lets_others(&file, READ_OR_WRITE).map(|mode| (file, mode, "600")))
        .chain(
            places(config)
                .into_iter()
                .filter_map(|place| lets_others(&place, EVERYBODY_WRITES).map(|mode| (place, mode, "700"))),
        )
        .collect();
    if open.is_empty() {
        return Check::ok(name, "nobody else may read or change the data");
    }
    let told: Vec<String> = open.iter().map(|(file, mode, _)| format!("{} ({mode:04o})", file.display())).collect();
    let mends: Vec<String> = open.iter().map(|(file, _, mode)| format!("chmod {mode} {}", file.display())).collect();
    Check::wrong_in_production(
        config,
        name,
        format!("other users of this machine may read or change {}", told.join(", ")),
        mends.join("; "),
    )
}

fn database(config: &Config) -> Option<PathBuf> {
    Db::file(config.database.url.expose()).filter(|_| config.database.engine == Engine::Sqlite)
}

/// The folders in which we keep something.
fn places(config: &Config) -> BTreeSet<PathBuf> {
    let folder = database(config).and_then(|file| Some(file.parent()?.to_owned()));
    [config.data_dir.clone(), config.backup.dir.clone()].into_iter().chain(folder).collect()
}

/// Bits of a mode that give something to others than the owner: to its group too, but for the last. On a volume that the
/// orchestrator gives to a group, that group is ours.
const READ_OR_WRITE: u32 = 0o066;
const ENTER: u32 = 0o011;
const EVERYBODY_WRITES: u32 = 0o002;

/// The mode of a file that has one of these `bits`.
#[cfg(unix)]
fn lets_others(file: &Path, bits: u32) -> Option<u32> {
    use std::os::unix::fs::MetadataExt as _;
    let mode = std::fs::metadata(file).ok()?.mode() & 0o7777;
    (mode & bits != 0).then_some(mode)
}

#[cfg(not(unix))]
fn lets_others(_: &Path, _: u32) -> Option<u32> {
    None
}

/// Room where the data and the backups are: the least of it; none where the system does not say.
fn room(config: &Config) -> Option<Check> {
    let name = "disk_space";
    let free = |place: &PathBuf| free_bytes(place.ancestors().find(|folder| folder.is_dir())?);
    let (free, place) = places(config).into_iter().filter_map(|place| Some((free(&place)?, place))).min()?;
    let why = format!("{} MiB are free for {}", free >> 20, place.display());
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
