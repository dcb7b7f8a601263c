//! A database that is made for one run and removed after it.

use std::path::PathBuf;

use anyhow::Context as _;
use uuid::Uuid;

use crate::config::Config;
use crate::db::Db;

use crate::cli::settings::Global;

/// A database of its own, with the folder that goes with it.
pub(super) struct Scratch {
    /// The configuration that leads there; all else is as it is set.
    pub(super) config: Config,
    folder: PathBuf,
    /// The server and the database that was made there.
    server: Option<(String, String)>,
}

impl Scratch {
    /// On the PostgreSQL server of `url`, whose role must be allowed to make databases; an SQLite file without one.
    pub(super) async fn new(global: &Global, url: Option<&str>) -> anyhow::Result<Self> {
        let name = format!("brainly_eval_{}", Uuid::new_v4().simple());
        let folder = std::env::temp_dir().join(&name);
        let (url, server) = match url {
            Some(url) => {
                anyhow::ensure!(url.starts_with("postgres"), "a scratch database on a server needs a postgres:// URL");
                let made = Db::make_beside(url, &name).await.context("the scratch database can't be made")?;
                (made, Some((url.to_owned(), name)))
            }
            None => (format!("sqlite://{}", folder.join("scratch.db").display()), None),
        };
        std::fs::create_dir_all(&folder).with_context(|| format!("the folder {} can't be made", folder.display()))?;
        let secret = format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
        let flags = [
            ("DATABASE_URL", url),
            ("BRAINLY_DATA_DIR", folder.to_string_lossy().into_owned()),
            ("JWT_SECRET", secret),
        ];
        Ok(Self { config: global.quiet_config(flags)?, folder, server })
    }

    /// Removes it with all that is in it.
    pub(super) async fn remove(self) -> anyhow::Result<()> {
        if let Some((url, name)) = self.server {
            Db::drop_beside(&url, &name).await.context("the scratch database can't be removed")?;
        }
        std::fs::remove_dir_all(&self.folder).with_context(|| format!("{} can't be removed", self.folder.display()))
    }
}
