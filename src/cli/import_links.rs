//! `brainly import-links`: bookmarks and reading lists of other services.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;
use uuid::Uuid;

use super::account;
use super::hint::mended;
use super::meter::watched;
use super::open::{self, Schema};
use super::output::{Output, clean, talk};
use super::settings::Global;
use super::shutdown::interruptible;
use crate::actions::import_links::{self, Format, Found, Import, Source};
use crate::app::App;
use crate::backup::{Meter, Phase};
use crate::config::Config;

/// Import links from browsers and other services
///
/// Bookmark files of any browser, Pocket, Raindrop.io, Instapaper and Readwise Reader (CSV), Omnivore, linkding, Linkwarden and
/// Karakeep (JSON), or a plain list of links. Tags, notes, dates and what was archived are kept. Started again with the same file
/// after it was stopped, it goes on. A worker reads the pages.
#[derive(Debug, Args)]
pub(super) struct ImportLinks {
    /// The file
    #[arg(value_name = "FILE", required_unless_present = "undo", conflicts_with = "undo")]
    file: Option<PathBuf>,
    /// Whose links they become; may be left out while there is one user
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// netscape, pocket, raindrop, instapaper, readwise, omnivore, linkding, linkwarden, karakeep or links; found out when left out
    #[arg(long, value_name = "FORMAT", default_value = "auto")]
    format: String,
    /// Say what would become of the file, and save nothing
    #[arg(long, conflicts_with = "undo")]
    dry_run: bool,
    /// Put everything that an import saved into the trash
    #[arg(long, value_name = "ID")]
    undo: Option<Uuid>,
    /// Print the outcome as JSON
    #[arg(long)]
    json: bool,
}

impl ImportLinks {
    pub(super) fn run(self, global: &Global, out: &mut Output) -> anyhow::Result<()> {
        let config = global.quiet_config([])?;
        open::block_on(&config.clone(), interruptible(self.import(config, out)))
    }

    async fn import(self, config: Config, out: &mut Output) -> anyhow::Result<()> {
        let format = match self.format.as_str() {
            "auto" => None,
            name => Some(name.parse::<Format>().map_err(|why| mended(why, "leave --format out to have it found out"))?),
        };
        let _presence = open::presence(&config).await?;
        let app = open::app(config, Schema::MigrateOwn).await?;
        let owner = account::named_or_only(&app, self.user.as_deref()).await?.id;
        let begun = match (self.undo, self.file) {
            (Some(id), _) => import_links::undo_import(&app, owner, id).await?,
            (None, file) => {
                let path = file.unwrap_or_default();
                check_file(&path)?;
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                let source = Source { path, name, format };
                if self.dry_run {
                    return show_found(&import_links::try_file(&app, owner, &source).await?, self.json, out);
                }
                import_links::read_file(&app, owner, &source).await?
            }
        };
        work(&app, begun.id).await?;
        let import = import_links::find_import(&app, owner, begun.id).await?;
        let rejected = import_links::import_rows(&app, owner, import.id, Some("rejected"), 0, 1000).await?;
        app.db.close().await;
        for row in &rejected {
            let reason = row.reason.as_deref().unwrap_or_default();
            talk(format_args!("{}: {}: {reason}", row.entry, clean(&row.link)));
        }
        show(&import, self.json, out)
    }
}

fn check_file(path: &Path) -> anyhow::Result<()> {
    let what = match std::fs::metadata(path) {
        Ok(found) if !found.is_dir() => return Ok(()),
        Ok(_) => format!("{} is a folder", path.display()),
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => format!("there is no file {}", path.display()),
        Err(cause) => format!("{} can't be read: {cause}", path.display()),
    };
    Err(mended(what, "name the file that the other service gave you"))
}

/// Saves here what a worker might save as well: whoever comes first takes the next batch.
async fn work(app: &App, id: Uuid) -> anyhow::Result<()> {
    let meter = Meter::default();
    let told = meter.clone();
    let mut begun = false;
    let progress = move |import: &Import| {
        if !begun {
            told.begin(Phase::Saving, import.entries.unsigned_abs());
            begun = true;
        }
        told.set(import.settled().unsigned_abs());
    };
    Ok(watched(&meter, import_links::work_import(app, id, progress)).await?)
}

fn show(import: &Import, json: bool, out: &mut Output) -> anyhow::Result<()> {
    if json {
        return out.json(&json!({
            "id": import.id, "format": import.format, "state": import.state, "entries": import.entries,
            "accepted": import.accepted, "duplicates": import.duplicates, "rejected": import.rejected,
        }));
    }
    if import.state == "undone" {
        out.line(format_args!("{} undone: {} items are in the trash", import.id, import.accepted))?;
        return out.flush();
    }
    out.line(format_args!(
        "{} saved, {} known already, {} rejected  ({}, import {})",
        import.accepted, import.duplicates, import.rejected, import.format, import.id
    ))?;
    out.flush()
}

fn show_found(found: &Found, json: bool, out: &mut Output) -> anyhow::Result<()> {
    let rejected = found.entries - found.accepted - found.duplicates;
    let format = found.format.map_or("", Format::as_str);
    if json {
        let rows: Vec<_> = found
            .rejected
            .iter()
            .map(|(entry, link, reason)| json!({ "entry": entry, "link": link, "reason": reason }))
            .collect();
        return out.json(&json!({
            "format": format, "entries": found.entries, "accepted": found.accepted, "duplicates": found.duplicates,
            "rejected": rejected, "rows": rows,
        }));
    }
    for (entry, link, reason) in &found.rejected {
        talk(format_args!("{entry}: {}: {reason}", clean(link)));
    }
    out.line(format_args!(
        "would save {}, {} known already, {rejected} rejected  ({format})",
        found.accepted, found.duplicates
    ))?;
    out.flush()
}
