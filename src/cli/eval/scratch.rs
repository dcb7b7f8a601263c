//! A database that is made for one run and removed after it.

use std::num::NonZeroU32;
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
        std::fs::create_dir_all(&folder).with_context(|| format!("the folder {} can't be made", folder.display()))?;
        let (url, server) = match url {
            Some(url) => {
                let db = Db::open(url, NonZeroU32::MIN).await.context("the server can't be used")?;
                db.create_database(&name).await.context("the scratch database can't be made")?;
                db.close().await;
                (with_database(url, &name)?, Some((url.to_owned(), name)))
            }
            None => (format!("sqlite://{}", folder.join("scratch.db").display()), None),
        };
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
            let db = Db::open(&url, NonZeroU32::MIN).await?;
            db.drop_database(&name).await.context("the scratch database can't be removed")?;
            db.close().await;
        }
        std::fs::remove_dir_all(&self.folder).with_context(|| format!("{} can't be removed", self.folder.display()))
    }
}

/// The same server, another database.
fn with_database(url: &str, name: &str) -> anyhow::Result<String> {
    let mut url = url::Url::parse(url).context("the address of the database is no URL")?;
    anyhow::ensure!(url.scheme().starts_with("postgres"), "a scratch database on a server needs a postgres:// URL");
    url.set_path(name);
    Ok(url.into())
}
