//! Where backups go, how long they are kept and when they are made.

use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use super::encryption::Encryption;
use super::reader::Reader;
use super::setting::{DefaultValue, Setting, Values};
use super::value::{self, Parsed};
use crate::domain::CronExpression;

/// Backups.
#[derive(Clone, Debug)]
pub struct Backup {
    /// The folder that they go to; not necessarily there yet.
    pub dir: PathBuf,
    /// The bucket that they go to as well.
    pub s3: Option<Bucket>,
    /// What they are encrypted with, where they are.
    pub encryption: Encryption,
    /// Days that each is kept.
    pub retention_days: NonZeroU32,
    /// Beyond those days: the newest of so many days.
    pub keep_daily: u32,
    /// Beyond those days: the newest of so many weeks.
    pub keep_weekly: u32,
    /// Beyond those days: the newest of so many months.
    pub keep_monthly: u32,
    /// When a worker makes one by itself.
    pub schedule: Option<CronExpression>,
    /// The program that reads a PostgreSQL database out; its siblings restore one.
    pub pg_dump: PathBuf,
}

/// Where in S3.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// The bucket's name.
    pub name: String,
    /// What every key begins with; empty, or ends with `/`.
    pub prefix: String,
    /// What the service encrypts objects with, where it shall.
    pub encryption: Option<ServerSideEncryption>,
}

/// What S3 encrypts objects with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServerSideEncryption {
    /// Keys of S3's own.
    Aes256,
    /// Keys of the account's key service.
    Kms,
}

const DIR: Setting = Setting {
    name: "BACKUP_DIR",
    default: DefaultValue::Derived("`<data dir>/backups`"),
    values: Values::Like("a directory"),
    about: "Where backups are kept. Made when missing. On another disk than the database they are worth more.",
    secret: false,
};

const BUCKET: Setting = Setting {
    name: "BACKUP_S3_BUCKET",
    default: DefaultValue::Unset,
    values: Values::Like("the name of a bucket"),
    about: "Backups go to this bucket as well. Credentials, region and endpoint are read as the AWS tools read them: \
            `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_REGION`, `AWS_PROFILE`, and `AWS_ENDPOINT_URL_S3` for other services of \
            the same protocol (MinIO, R2, Garage, …).",
    secret: false,
};

const PREFIX: Setting = Setting {
    name: "BACKUP_S3_PREFIX",
    default: DefaultValue::Fixed("brainly-backups/"),
    values: Values::Like("the beginning of a key"),
    about: "What the keys of all backups in the bucket begin with.",
    secret: false,
};

const ENCRYPTION: Setting = Setting {
    name: "BACKUP_S3_SSE",
    default: DefaultValue::Fixed("off"),
    values: Values::OneOf(&["off", "AES256", "aws:kms"]),
    about: "What the service itself encrypts backups with. `off` leaves it to the bucket's own rule.",
    secret: false,
};

const RETENTION_DAYS: Setting = Setting {
    name: "BACKUP_RETENTION_DAYS",
    default: DefaultValue::Fixed("30"),
    values: Values::Between("1", "36500"),
    about: "Days that a backup is kept. The last good one is never removed.",
    secret: false,
};

const KEEP_DAILY: Setting = Setting {
    name: "BACKUP_KEEP_DAILY",
    default: DefaultValue::Fixed("0"),
    values: Values::Between("0", "3650"),
    about: "Beyond `BACKUP_RETENTION_DAYS`, the newest backup of each of the last so many days that have one is kept.",
    secret: false,
};

const KEEP_WEEKLY: Setting = Setting {
    name: "BACKUP_KEEP_WEEKLY",
    default: DefaultValue::Fixed("0"),
    values: Values::Between("0", "520"),
    about: "The same for weeks, which begin on Monday.",
    secret: false,
};

const KEEP_MONTHLY: Setting = Setting {
    name: "BACKUP_KEEP_MONTHLY",
    default: DefaultValue::Fixed("0"),
    values: Values::Between("0", "1200"),
    about: "The same for months.",
    secret: false,
};

const SCHEDULE: Setting = Setting {
    name: "BACKUP_SCHEDULE",
    default: DefaultValue::Unset,
    values: Values::Like("five fields as in a crontab, such as `30 3 * * *`"),
    about: "When a worker makes a backup by itself and removes old ones. UTC unless it begins with `CRON_TZ=<zone>`. Or leave it unset and run \
            `brainly backup` from cron.",
    secret: false,
};

const PG_DUMP: Setting = Setting {
    name: "BACKUP_PG_DUMP",
    default: DefaultValue::Fixed("pg_dump"),
    values: Values::Like("a program in `PATH`, or the path of one"),
    about: "What reads a PostgreSQL database out. Not older than the server; `pg_restore` and `psql` are looked for beside it.",
    secret: false,
};

impl Backup {
    pub(super) fn read(from: &mut Reader<'_>, data_dir: &Path) -> Self {
        from.section("Backups");
        let default = data_dir.join("backups");
        let dir = from.value_or(&DIR, &default.to_string_lossy(), |text| Ok(PathBuf::from(text)));
        let name = from.optional(&BUCKET, value::text);
        let prefix = from.value(&PREFIX, prefix);
        let encryption = from.value(
            &ENCRYPTION,
            value::choice(&ENCRYPTION, &[None, Some(ServerSideEncryption::Aes256), Some(ServerSideEncryption::Kms)]),
        );
        Self {
            dir,
            s3: name.map(|name| Bucket { name, prefix, encryption }),
            encryption: Encryption::read(from),
            retention_days: from.value(&RETENTION_DAYS, value::within(&RETENTION_DAYS, value::number)),
            keep_daily: from.value(&KEEP_DAILY, value::within(&KEEP_DAILY, value::number)),
            keep_weekly: from.value(&KEEP_WEEKLY, value::within(&KEEP_WEEKLY, value::number)),
            keep_monthly: from.value(&KEEP_MONTHLY, value::within(&KEEP_MONTHLY, value::number)),
            schedule: from.optional(&SCHEDULE, schedule),
            pg_dump: from.value(&PG_DUMP, |text| Ok(PathBuf::from(text))),
        }
    }
}

#[expect(clippy::unnecessary_wraps, reason = "it stands where a parser stands")]
fn prefix(text: &str) -> Parsed<String> {
    let text = text.trim_matches('/');
    Ok(if text.is_empty() { String::new() } else { format!("{text}/") })
}

fn schedule(text: &str) -> Parsed<CronExpression> {
    text.parse().map_err(|error| format!("is no schedule: {error}"))
}
