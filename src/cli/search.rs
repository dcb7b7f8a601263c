//! `brainly search`: searches a user's brain from the terminal.

use clap::Args;
use serde_json::json;

use super::account;
use super::open::{self, Schema};
use super::output::{Output, clean, talk};
use super::settings::Global;
use super::shutdown::interruptible;
use crate::actions::{self, Found, Search as Question};
use crate::config::Config;

/// Search a user's brain
///
/// Words are looked for in titles, notes and texts. "a phrase" must stand as it is, and -word must not; put a query with
/// either in quotes: brainly search 'kiln "cone 6" -raku'.
#[derive(Debug, Args)]
pub(super) struct Search {
    /// What to look for
    #[arg(required = true, num_args = 1.., value_name = "QUERY")]
    query: Vec<String>,
    /// Whose items; may be left out while there is one user
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// Answers at most
    #[arg(long, default_value_t = 20, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100))]
    limit: u32,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Search {
    pub(super) fn run(self, global: &Global, out: &mut Output) -> anyhow::Result<()> {
        let config = global.quiet_config([])?;
        open::block_on(&config.clone(), interruptible(self.search(config, out)))
    }

    async fn search(self, config: Config, out: &mut Output) -> anyhow::Result<()> {
        let app = open::app(config, Schema::MigrateOwn).await?;
        let owner = account::named_or_only(&app.db, self.user.as_deref()).await?;
        let question = Question { text: self.query.join(" "), limit: self.limit, ..Question::default() };
        let answer = actions::search(&app, owner, &question).await?;
        app.db.close().await;
        if self.json {
            let results: Vec<_> = answer.results.iter().map(as_json).collect();
            return out.json(&json!({ "results": results, "mode": answer.mode.as_str() }));
        }
        if answer.results.is_empty() {
            talk("nothing found");
        }
        for found in &answer.results {
            let marks = if out.terminal { ("\x1b[1m", "\x1b[0m") } else { ("", "") };
            out.line(clean(&found.title))?;
            for line in [clean(&found.link), as_text(&found.snippet, marks)].iter().filter(|line| !line.is_empty()) {
                out.line(format_args!("  {line}"))?;
            }
        }
        out.flush()
    }
}

fn as_json(found: &Found) -> serde_json::Value {
    json!({
        "id": found.id, "title": found.title, "link": found.link, "type": found.kind, "relevance": found.relevance,
        "snippet": found.snippet, "matched": found.matched,
    })
}

/// A snippet without its HTML, the matched words between `marks`.
fn as_text(html: &str, (begin, end): (&str, &str)) -> String {
    let plain = clean(html).replace("<mark>", begin).replace("</mark>", end);
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    entities.iter().fold(plain, |text, (entity, sign)| text.replace(entity, sign))
}
