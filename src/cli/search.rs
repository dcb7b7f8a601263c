//! `brainly search`: searches a user's brain from the terminal.

use clap::Args;
use serde_json::json;

use super::account;
use super::open::{self, Schema};
use super::output::{Output, clean, talk};
use super::settings::Global;
use super::shutdown::interruptible;
use crate::actions::{self, Filter, Found, Mode, Search as Question, TagRef};
use crate::api::v1::search::SearchResult;
use crate::config::Config;
use crate::domain::Kind;

/// Search a user's brain
///
/// Items are found by the words of their titles, notes and texts, and by their meaning. "a phrase" must stand as it is, and -word must not; put a query with
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
    /// How to look: hybrid (by words and by meaning), semantic or text
    #[arg(long, default_value = "hybrid", value_name = "MODE")]
    mode: Mode,
    /// Only items of this type, as the API names it: link, note, youtube, …
    #[arg(long = "type", value_name = "TYPE")]
    kind: Option<Kind>,
    /// Only items with this tag
    #[arg(long, value_name = "NAME")]
    tag: Option<TagRef>,
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
        let owner = account::named_or_only(&app, self.user.as_deref()).await?.id;
        let filter = Filter { kind: self.kind, tag: self.tag, ..Filter::default() };
        let question = Question { text: self.query.join(" "), mode: self.mode, filter, limit: self.limit };
        let has_model = app.models.current().is_some();
        let answer = actions::search(&app, owner, &question).await?;
        app.db.close().await;
        if self.json {
            let results: Vec<_> = answer.results.iter().map(as_json).collect();
            return out.json(&json!({ "results": results, "mode": answer.mode.as_str() }));
        }
        if has_model && answer.mode != self.mode {
            talk("by words alone: the model of meaning does not answer, or has read nothing yet");
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
    json!(SearchResult::new(found.clone(), true))
}

/// A snippet without its HTML, the matched words between `marks`.
fn as_text(html: &str, (begin, end): (&str, &str)) -> String {
    let plain = clean(html).replace("<mark>", begin).replace("</mark>", end);
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    entities.iter().fold(plain, |text, (entity, sign)| text.replace(entity, sign))
}
