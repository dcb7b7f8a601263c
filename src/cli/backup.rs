//! `brainly backup`: made, listed, verified, restored, removed when old.

mod create;
mod list;
mod place;
mod prune;
mod restore;
mod verify;

use clap::{Args, Subcommand};

use super::hint::mended;
use super::open;
use super::output::Output;
use super::settings::Global;
use super::shutdown::interruptible;
use crate::backup::Error;
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
                Verb::Create(create) => Box::pin(interruptible(create.run(config, out))).await,
                Verb::List(list) => list.run(&config, out).await,
                Verb::Verify(verify) => Box::pin(interruptible(verify.run(&config, out))).await,
                Verb::Restore(restore) => restore.run(&config, out).await,
                Verb::Prune(prune) => prune.run(&config, out).await,
            }
        })
    }
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
        Error::NotEmpty(_) => "name an empty database in DATABASE_URL (or --to), or remove what is in this one",
        Error::Files(files::Error::NoSuchBucket(_)) => "make the bucket, or see BACKUP_S3_BUCKET",
        Error::Files(files::Error::Unreachable(..) | files::Error::Refused(..)) => {
            "see AWS_ENDPOINT_URL_S3, AWS_REGION and the credentials; the backup in BACKUP_DIR is whole"
        }
        Error::Files(files::Error::Denied(place)) if place.starts_with("s3:") => {
            "see AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and what they may do with the bucket"
        }
        Error::Files(_) | Error::Machine(..) => "see BACKUP_DIR in `brainly config`, and the room on its disk",
        Error::Program { .. } | Error::Database(_) => return error.into(),
    };
    mended(chain(&error), hint)
}

fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).fold(String::new(), |told, next| match told.as_str() {
        "" => next,
        _ if told.contains(&next) => told,
        _ => format!("{told}: {next}"),
    })
}
