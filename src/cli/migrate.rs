//! `brainly migrate`: brings the database's schema up to this program.

mod copy;

use clap::{Args, Subcommand};
use serde_json::json;

use super::open;
use super::output::{Output, clean, talk};
use super::settings::Global;
use super::shutdown::interruptible;
use crate::actions::migrate::{self, Adoption, Plan};
use crate::config::Config;
use crate::db::migrate::Step;
use crate::domain::Clock;

/// Bring the database up to date
///
/// Safe to start on many machines at once, and to start again after it was stopped at any moment. A database of the old
/// Node server is adopted in place: every row is kept, and what was odd about the rows is told.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Migrate {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    up: Up,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Run what is missing (the default)
    Up(Up),
    /// Show which migrations the database has
    Status(Status),
    /// Copy everything to an empty database, of either engine
    ///
    /// Stop `serve` and `worker` first: what is saved meanwhile stays behind. Every row is compared afterwards. A copy that was
    /// stopped goes on when it is started again. The word index is made anew by the worker of the new database.
    Copy(copy::Copy),
}

#[derive(Debug, Args)]
struct Up {
    /// Say what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct Status {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Migrate {
    pub(super) fn run(self, global: &Global, out: &mut Output) -> anyhow::Result<()> {
        let config = global.quiet_config([])?;
        if let Some(What::Copy(copy)) = self.what {
            return open::block_on(&config.clone(), interruptible(copy.run(config, out)));
        }
        open::block_on(&config.clone(), interruptible(self.migrate(config, out)))
    }

    async fn migrate(self, config: Config, out: &mut Output) -> anyhow::Result<()> {
        let what = self.what.unwrap_or(What::Up(self.up));
        let db = match &what {
            What::Up(Up { dry_run: false, .. }) => open::database(&config).await?,
            _ => open::database_to_look_at(&config).await?,
        };
        match what {
            What::Up(up) if up.dry_run => show_plan(&migrate::plan(&db).await?, up.json, out)?,
            What::Up(up) => show_done(&migrate::up(&db, &Clock::system()).await?, up.json, out)?,
            // It has databases of its own.
            What::Copy(_) => {}
            What::Status(status) => show_status(&migrate::plan(&db).await?, status.json, out)?,
        }
        db.close().await;
        out.flush()
    }
}

fn show_status(plan: &Plan, json: bool, out: &mut Output) -> anyhow::Result<()> {
    if json {
        return out.json(&plan.steps.iter().map(step_json).collect::<Vec<_>>());
    }
    for step in &plan.steps {
        let state = step.applied_at.map_or_else(|| "missing".to_owned(), |at| format!("done {}", at.to_rfc3339()));
        out.line(format_args!("{:04} {:<20} {state}", step.version, step.name))?;
    }
    if plan.is_unfinished_adoption {
        talk("the adoption of the old server's rows is not finished: run `brainly migrate`");
    }
    Ok(())
}

fn show_plan(plan: &Plan, json: bool, out: &mut Output) -> anyhow::Result<()> {
    let missing: Vec<&Step> = plan.steps.iter().filter(|step| step.applied_at.is_none()).collect();
    if json {
        let steps: Vec<_> = missing.iter().map(|step| step_json(step)).collect();
        return out.json(&json!({ "wouldRun": steps, "wouldAdopt": plan.to_adopt }));
    }
    if let Some(rows) = &plan.to_adopt {
        out.line(format_args!(
            "would adopt the old server's database: {} users, {} items, {} tags, {} share links",
            rows.users, rows.contents, rows.tags, rows.share_links
        ))?;
    }
    for step in &missing {
        out.line(format_args!("would run {:04} {}", step.version, step.name))?;
    }
    if missing.is_empty() && !plan.is_unfinished_adoption {
        out.line("nothing to do")?;
    }
    Ok(())
}

fn show_done(done: &migrate::Done, json: bool, out: &mut Output) -> anyhow::Result<()> {
    if json {
        let steps: Vec<_> = done.steps.iter().map(step_json).collect();
        return out.json(&json!({ "ran": steps, "adopted": done.adopted }));
    }
    for step in &done.steps {
        out.line(format_args!("ran {:04} {}", step.version, step.name))?;
    }
    match &done.adopted {
        Some(found) => out.line(describe(found))?,
        None if done.steps.is_empty() => out.line("nothing to do")?,
        None => {}
    }
    Ok(())
}

/// What an adoption found, for people.
pub(super) fn describe(found: &Adoption) -> String {
    let mut lines = vec![format!(
        "adopted the old server's database, every row kept: {} users, {} items, {} tags, {} share links",
        found.rows.users, found.rows.contents, found.rows.tags, found.rows.share_links
    )];
    lines.extend(found.oddities().into_iter().filter(|(count, _)| *count > 0).map(|(n, what)| format!("  {n} {what}")));
    if !found.leftovers.is_empty() {
        let names: Vec<String> = found.leftovers.iter().map(|name| clean(name)).collect();
        lines.push(format!("  no longer used, yours to drop: {}", names.join(", ")));
    }
    lines.push("  nobody is an administrator yet: brainly user make-admin NAME".to_owned());
    lines.join("\n")
}

fn step_json(step: &Step) -> serde_json::Value {
    json!({ "version": step.version, "name": step.name, "appliedAt": step.applied_at })
}
