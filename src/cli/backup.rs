//! `brainly backup`: made, listed, verified, restored, removed when old.

mod create;
mod list;
mod place;
mod prune;
mod restore;
mod upload;
mod verify;

use clap::{Args, Subcommand};

use super::hint::mended;
use super::open;
use super::output::Output;
use super::prompt;
use super::settings::Global;
use super::shutdown::interruptible;
use crate::backup::{By, Error, Manifest};
use crate::config::Config;
use crate::domain::fault::chain;
use crate::files;

/// Back up the database, and bring it back
///
/// A backup is the whole database at one moment, whoever writes to it meanwhile, with a manifest that proves it. Run it from
/// cron, or set BACKUP_SCHEDULE. It goes to BACKUP_DIR and, when it is
/// set, to BACKUP_S3_BUCKET. To move to the other engine, see `brainly migrate copy`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Backup {
    #[command(subcommand)]
    verb: Option<Verb>,
    #[command(flatten)]
    create: create::Create,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Make a backup (the default)
    Create(create::Create),
    /// Show the backups that there are
    List(list::List),
    /// Read a backup again and compare it with its checksums
    Verify(verify::Verify),
    /// Send a backup from BACKUP_DIR to the bucket, or go on where sending it broke off
    Upload(upload::Upload),
    /// Put a backup in the place of the database
    ///
    /// Refused while `serve` or `worker` run, and on a database with accounts in it unless that is to be replaced. The backup
    /// is checked first; when it does not hold, the database stays as it is.
    Restore(restore::Restore),
    /// Remove backups that are too old
    ///
    /// BACKUP_RETENTION_DAYS and the BACKUP_KEEP_… settings say which. The last good one always stays.
    Prune(prune::Prune),
}

impl Backup {
    pub(super) fn run(self, global: &Global, out: &mut Output) -> anyhow::Result<()> {
        let config = global.quiet_config([])?;
        let verb = self.verb.unwrap_or(Verb::Create(self.create));
        open::block_on(&config.clone(), async {
            match verb {
                Verb::Create(create) => interruptible(Box::pin(create.run(config, out))).await,
                Verb::List(list) => list.run(&config, out).await,
                Verb::Verify(verify) => interruptible(Box::pin(verify.run(&config, out))).await,
                Verb::Upload(upload) => interruptible(Box::pin(upload.run(config, out))).await,
                Verb::Restore(restore) => Box::pin(restore.run(&config, out)).await,
                Verb::Prune(prune) => prune.run(&config, out).await,
            }
        })
    }
}

/// The configuration with the passphrase that `manifest` asks for: at a terminal, whoever sits there is asked.
fn unlocked(config: &Config, manifest: &Manifest) -> anyhow::Result<Config> {
    let mut config = config.clone();
    let keys = &mut config.backup.encryption;
    if manifest.encryption().is_some_and(|how| how.by == By::Passphrase) && keys.passphrase.is_none() {
        keys.passphrase = prompt::passphrase(&format!("Passphrase of the backup {}: ", manifest.id))?;
    }
    Ok(config)
}

/// An error with its mend, where there is one.
pub(super) fn explained(error: Error) -> anyhow::Error {
    let hint = match &error {
        Error::NoProgram(..) => {
            "install PostgreSQL's client programs (Debian: apt-get install postgresql-client), or name pg_dump's path in BACKUP_PG_DUMP"
        }
        Error::DumpTooOld { .. } => {
            "install the client programs of the server's version, and name their pg_dump in BACKUP_PG_DUMP"
        }
        Error::NotWhole(..) | Error::Damaged { .. } | Error::Different(_) => {
            "use another: `brainly backup list` shows all, `brainly backup verify NAME` checks one"
        }
        Error::NoSuchBackup(_) => "`brainly backup list` shows those that there are",
        Error::Newer(_) => "install that version of Brainly or a later one",
        Error::OtherEngine { .. } => {
            "restore it to a database of its own engine; `brainly migrate copy` brings that to the other"
        }
        Error::Locked { with, .. } | Error::OtherKey { with, .. } if with == "with a passphrase" => {
            "name the file with its passphrase in BACKUP_PASSPHRASE_FILE, or start it at a terminal without one to be asked"
        }
        Error::Locked { .. } | Error::OtherKey { .. } => {
            "name the file with its secret key in BACKUP_KEY_FILE; `brainly backup verify --stored` needs none"
        }
        Error::NotEmpty(_) => "name an empty database in DATABASE_URL (or --to), or remove what is in this one",
        Error::Files(files::Error::NoSuchBucket(_)) => "make the bucket, or see BACKUP_S3_BUCKET",
        Error::Files(files::Error::Unreachable(..) | files::Error::Refused(..)) => {
            "see AWS_ENDPOINT_URL_S3, AWS_REGION and the network; a backup that was being sent is whole in BACKUP_DIR, and `brainly backup upload` goes on"
        }
        Error::Files(files::Error::Denied(place)) if place.starts_with("s3:") => {
            "see AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and what they may do with the bucket"
        }
        Error::Files(_) => "see BACKUP_DIR in `brainly config`, and the room on its disk",
        Error::Machine(..) => {
            "see whether its folder is there, whether you may use it, and the room on its disk; `verify --restore` needs TMPDIR"
        }
        Error::Program { .. } | Error::Database(_) => return error.into(),
    };
    mended(chain(&error), hint)
}

/// The same for a portable archive.
pub(super) fn explained_archive(error: Error) -> anyhow::Error {
    let hint = match &error {
        Error::Damaged { .. } | Error::Different(_) => "write it anew with `brainly export`, and copy it whole",
        Error::Machine(..) => {
            "see whether the file and its folder are there, whether you may use them, and the room on the disk"
        }
        _ => return explained(error),
    };
    mended(chain(&error), hint)
}
