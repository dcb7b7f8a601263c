//! `brainly queue`: what waits, what runs, what failed; and what an operator does about it.
//!
//! To add a verb: a file with a struct that clap fills, a variant of [`Verb`], an arm in `run`.

mod cancel;
mod list;
mod retry;
mod show;
mod stats;
mod which;

use clap::{Args, Subcommand};

use super::open::{self, Schema};
use super::output::{Output, talk};
use super::settings::Global;
use crate::actions;
use crate::config::Config;

/// See what waits, runs and failed, and retry, cancel or hold it
///
/// It speaks to the database; no server or worker needs to run.
#[derive(Debug, Args)]
pub(super) struct Queue {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Show how deep the queues are, how fast they move, and what is enqueued by the clock
    Stats(stats::Stats),
    /// Show jobs, the newest first
    List(list::List),
    /// Show a job with its attempts and the chain of its errors
    Show(show::Show),
    /// Have jobs tried again, at once, that failed, were cancelled or wait for their time
    Retry(retry::Retry),
    /// Cancel jobs that wait or run
    Cancel(cancel::Cancel),
    /// Let no worker begin jobs of a queue; those that run go on
    Pause(Named),
    /// Let workers take jobs of a queue again
    Resume(Named),
}

#[derive(Debug, Args)]
struct Named {
    /// Which queue: enrich, index, embed, import, upkeep
    #[arg(value_name = "QUEUE")]
    queue: String,
}

impl Queue {
    pub(super) fn run(self, global: &Global, out: &mut Output) -> anyhow::Result<()> {
        let config = global.quiet_config([])?;
        open::block_on(&config.clone(), self.verb.run(config, out))
    }
}

impl Verb {
    async fn run(self, config: Config, out: &mut Output) -> anyhow::Result<()> {
        let _presence = open::presence(&config).await?;
        let app = open::app(config, Schema::MigrateOwn).await?;
        match self {
            Self::Stats(stats) => stats.run(&app, out).await?,
            Self::List(list) => list.run(&app, out).await?,
            Self::Show(show) => show.run(&app, out).await?,
            Self::Retry(retry) => retry.run(&app, out).await?,
            Self::Cancel(cancel) => cancel.run(&app, out).await?,
            Self::Pause(Named { queue }) => {
                which::known_queue(&app, &queue).await?;
                actions::pause_queue(&app, &queue).await?;
                talk(format_args!("{queue} is paused; jobs that run go on"));
            }
            Self::Resume(Named { queue }) => {
                which::known_queue(&app, &queue).await?;
                match actions::resume_queue(&app, &queue).await {
                    Err(actions::Error::NotFound(_)) => talk(format_args!("{queue} was not paused")),
                    resumed => talk(format_args!("{} goes on", resumed?.queue)),
                }
            }
        }
        app.db.close().await;
        out.flush()
    }
}
