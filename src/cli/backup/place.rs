//! Where a backup is to be looked for.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::actions::backup;
use crate::backup::BackupId;
use crate::cli::hint::mended;
use crate::config::Config;
use crate::files::{Files, Folder};

#[derive(Debug, Args)]
pub(super) struct From {
    /// Look there instead of in BACKUP_DIR: a folder of backups, or one backup's own; s3 is the bucket BACKUP_S3_BUCKET
    #[arg(long, value_name = "PLACE")]
    from: Option<PathBuf>,
}

impl From {
    /// The place, and the backup in it when the path was that of one.
    pub(super) async fn place(&self, config: &Config) -> anyhow::Result<(Files, Option<String>)> {
        let Some(path) = &self.from else { return Ok((backup::folder(config), None)) };
        if path.as_os_str() == "s3" {
            let bucket = backup::bucket(config).await;
            return match bucket {
                Some(bucket) => Ok((bucket, None)),
                None => Err(mended("no bucket is named", "set BACKUP_S3_BUCKET, and what the AWS tools need")),
            };
        }
        if !path.exists() {
            return Err(mended(
                format!("there is nothing at {}", path.display()),
                "name a folder of backups, or leave --from out",
            ));
        }
        let name =
            |path: &Path| path.file_name()?.to_str().filter(|name| BackupId::parse(name).is_some()).map(str::to_owned);
        let own = if path.is_file() { path.parent() } else { Some(path.as_path()) };
        if let Some(own) = own
            && let Some(name) = name(own)
        {
            let folder = own.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
            return Ok((Files::Folder(Folder::new(folder)), Some(name)));
        }
        Ok((Files::Folder(Folder::new(path)), None))
    }
}
