//! `brainly embed`: how far the model has come with what people keep, and what the rest will take.

use clap::{Args, Subcommand};
use serde_json::json;

use super::open::{self, Schema};
use super::output::{Output, clean, talk};
use super::settings::Global;
use super::shutdown::interruptible;
use crate::actions::{self, EmbeddingStatus};
use crate::config::Config;

/// See how far the model of meaning has come, and have the rest done
///
/// Texts are embedded by workers as they arrive; what is missing, also after a change of model, is found every quarter of
/// an hour.
#[derive(Debug, Args)]
pub(super) struct Embed {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Show the model, how many chunks it knows, and what the rest will take
    Status(Status),
    /// Look for what is missing or stale now, and enqueue it
    Missing(Missing),
}

#[derive(Debug, Args)]
struct Status {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct Missing {
    /// Say what it would take, and enqueue nothing
    #[arg(long)]
    dry_run: bool,
}

impl Embed {
    pub(super) fn run(self, global: &Global, out: &mut Output) -> anyhow::Result<()> {
        let config = global.quiet_config([])?;
        open::block_on(&config.clone(), interruptible(self.verb.run(config, out)))
    }
}

impl Verb {
    async fn run(self, config: Config, out: &mut Output) -> anyhow::Result<()> {
        let _presence = open::presence(&config).await?;
        let app = open::app(config, Schema::MigrateOwn).await?;
        match self {
            Self::Status(Status { json: true }) => out.json(&as_json(&actions::embedding_status(&app).await?))?,
            Self::Status(_) | Self::Missing(Missing { dry_run: true }) => {
                let status = actions::embedding_status(&app).await?;
                lines(&status).into_iter().try_for_each(|line| out.line(line))?;
            }
            Self::Missing(_) => {
                let found = actions::reconcile(&app).await?;
                talk(format_args!("enqueued: {} item(s) to index, {} to embed", found.uncut, found.unembedded));
            }
        }
        app.db.close().await;
        out.flush()
    }
}

fn lines(status: &EmbeddingStatus) -> Vec<String> {
    let totals = &status.totals;
    let model = status.model.as_deref().map_or_else(|| "none".to_owned(), clean);
    let nobody = if status.model.is_some() { "none yet" } else { "words alone" };
    let serving = status.serving.as_ref().map_or_else(|| nobody.to_owned(), |space| clean(&space.model));
    let mut lines = vec![
        format!("model      {model}"),
        format!("answering  {serving}"),
        format!(
            "items      {} of {} embedded, {} in trouble",
            totals.embedded_items, totals.items, totals.troubled_items
        ),
        format!("chunks     {} of {} embedded", totals.embedded_chunks, totals.chunks),
    ];
    lines.extend(status.troubles.iter().map(|(why, items)| format!("trouble    {items} × {}", clean(why))));
    lines.push(format!("left       about {} tokens", status.tokens_left));
    lines.extend(status.dollars_left.map(|dollars| format!("cost       {}", in_words(dollars))));
    lines
}

/// A sum of dollars: in cents, rounded up.
fn in_words(dollars: f64) -> String {
    match (dollars * 100.0).ceil() / 100.0 {
        up if up > 0.01 => format!("about ${up:.2}"),
        _ if dollars > 0.0 => "less than $0.01".to_owned(),
        _ => "nothing".to_owned(),
    }
}

fn as_json(status: &EmbeddingStatus) -> serde_json::Value {
    let totals = &status.totals;
    json!({
        "model": status.model,
        "serving": status.serving.as_ref().map(|space| &space.model),
        "items": totals.items, "embeddedItems": totals.embedded_items, "troubledItems": totals.troubled_items,
        "troubles": status.troubles.iter().map(|(why, items)| json!({ "error": why, "items": items })).collect::<Vec<_>>(),
        "chunks": totals.chunks, "embeddedChunks": totals.embedded_chunks,
        "tokensLeft": status.tokens_left, "dollarsLeft": status.dollars_left,
    })
}
