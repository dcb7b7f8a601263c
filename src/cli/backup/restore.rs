//! `brainly backup restore`.

use clap::Args;
use serde_json::json;

use super::{explained, place, unlocked};
use crate::actions::backup;
use crate::backup::{self as room, Meter};
use crate::cli::hint::{self, mended};
use crate::cli::meter::watched;
use crate::cli::output::{Output, talk};
use crate::cli::prompt::Consent;
use crate::cli::shutdown::interruptible;
use crate::cli::welcome;
use crate::config::{Config, Engine};
use crate::db::Presence;

#[derive(Debug, Args)]
pub(super) struct Restore {
    /// Which; the newest when it is left out
    #[arg(value_name = "NAME")]
    name: Option<String>,
    #[command(flatten)]
    from: place::From,
    /// Replace a database that has accounts in it; asks first
    #[arg(long)]
    replace: bool,
    #[command(flatten)]
    consent: Consent,
    /// Print the outcome as JSON
    #[arg(long)]
    json: bool,
}

impl Restore {
    pub(super) async fn run(self, config: &Config, out: &mut Output) -> anyhow::Result<()> {
        let (place, own) = self.from.place(config).await?;
        let name = self.name.or(own);
        let manifest = room::find(&place, name.as_deref()).await.map_err(explained)?;
        let config = &unlocked(config, &manifest)?;
        let url = config.database.url.expose();
        let database = welcome::place(config);
        let alone = Presence::alone(url).await.map_err(|error| hint::database(config, error))?;
        let Some(_alone) = alone else {
            let message = format!("{database} is in use: `brainly serve` or `brainly worker` runs");
            return Err(mended(message, "stop them first, on every machine"));
        };
        if !room::is_empty(url).await.map_err(explained)? {
            if !self.replace {
                return Err(mended(
                    format!("{database} is not empty"),
                    "restore to an empty database, or add --replace to lose what is in this one",
                ));
            }
            self.consent.require(&format!("Replace everything in {database} by the backup {}?", manifest.id))?;
        }
        let meter = Meter::default();
        let restoring = async { backup::restore(config, &place, &manifest, &meter).await.map_err(explained) };
        // Until then a terminal may be asked something, which would not hear Ctrl-C.
        watched(&meter, interruptible(Box::pin(restoring))).await?;
        if self.json {
            out.json(&json!({ "name": manifest.id, "rows": manifest.rows(), "schema": manifest.schema }))?;
        } else {
            out.line(format_args!("{}  restored to {database}, {} rows", manifest.id, manifest.rows()))?;
        }
        if config.database.engine == Engine::Postgres {
            talk("now run `brainly migrate`, in case the backup is of an older version");
        }
        out.flush()
    }
}
