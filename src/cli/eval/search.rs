//! `brainly eval search`: documents are saved, indexed and embedded as anybody's are, and asked for through the search that
//! `GET /search` is.

mod collection;
mod report;

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use clap::Args;

use super::metrics::{Metrics, judge, mean, percentile};
use super::scratch::Scratch;
use crate::actions::{self, Capture, Captured, Mode, Search as Question, SearchAnswer};
use crate::app::App;
use crate::cli::open::{self, Schema};
use crate::cli::output::{Output, talk};
use crate::cli::settings::Global;
use crate::cli::shutdown::interruptible;
use crate::domain::{ContentId, Note, Title, UserId, Username};
use crate::jobs;
use crate::store::users::{self, NewUser};

use collection::Collection;
use report::{Leg, Report};

/// Measure how well what is asked for is found
///
/// The folder holds docs.jsonl ({"id", "title", "text"}), queries.jsonl ({"id", "text"}) and qrels.tsv (question, document,
/// grade; a heading is skipped). Each document is saved as a note.
#[derive(Debug, Args)]
pub(super) struct Search {
    /// The collection
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
    /// A PostgreSQL server on which a scratch database is made and removed; SQLite without it
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Answers that are asked for.
const DEPTH: u32 = 100;
/// How often a question is asked whose vector comes too late.
const ATTEMPTS: u32 = 10;
/// How often it is said how far the work has come.
const NEWS: Duration = Duration::from_secs(15);

impl Search {
    pub(super) fn run(self, global: &Global, out: &mut Output) -> anyhow::Result<()> {
        let collection = Collection::read(&self.folder)?;
        let config = global.quiet_config([])?;
        open::block_on(&config, async {
            let scratch = Scratch::new(global, self.database_url.as_deref()).await?;
            let measured = interruptible(Box::pin(measure(&scratch, &collection))).await;
            let removed = scratch.remove().await;
            let report = measured?;
            removed?;
            if self.json {
                return out.json(&report);
            }
            report.lines().iter().try_for_each(|line| out.line(line))?;
            out.flush()
        })
    }
}

async fn measure(scratch: &Scratch, collection: &Collection) -> anyhow::Result<Report> {
    let app = open::app(scratch.config.clone(), Schema::Migrate).await?;
    let owner = make_user(&app).await?;
    let begun = Instant::now();
    let documents = save(&app, owner, collection).await?;
    index(&app).await?;
    let status = actions::embedding_status(&app).await?;
    let mut report = Report {
        engine: app.db.engine().name(),
        model: status.model.clone(),
        documents: documents.len(),
        chunks: status.totals.embedded_chunks,
        questions: collection.questions.len(),
        index_seconds: begun.elapsed().as_secs_f64(),
        legs: Vec::new(),
    };
    let modes: &[Mode] = match status.model {
        Some(_) => &[Mode::Text, Mode::Semantic, Mode::Hybrid],
        None => &[Mode::Text],
    };
    for mode in modes {
        report.legs.push(ask(&app, owner, *mode, collection, &documents).await?);
    }
    app.db.close().await;
    Ok(report)
}

async fn make_user(app: &App) -> anyhow::Result<UserId> {
    let (now, name) = (app.clock.now(), Username::parse("eval")?);
    let key = name.folded();
    let user =
        NewUser { username: Some("eval"), username_key: Some(&key), auth_provider: "local", ..NewUser::default() };
    let mut tx = app.db.begin().await?;
    let made =
        users::create(&mut tx, UserId::new(now), &user, now).await?.context("the scratch database is not empty")?;
    tx.commit().await?;
    Ok(made.id)
}

/// Saves every document, and says which item is which.
async fn save(app: &App, owner: UserId, collection: &Collection) -> anyhow::Result<HashMap<ContentId, String>> {
    let mut documents = HashMap::with_capacity(collection.documents.len());
    for document in &collection.documents {
        let title = document.title.as_deref().unwrap_or_default();
        let text = document.text.as_deref().filter(|text| !text.trim().is_empty()).unwrap_or(title);
        let text: String = text.chars().filter(|c| *c != '\0').take(crate::domain::content::MAX_NOTE).collect();
        let note =
            Note::parse(&text).map_err(anyhow::Error::msg).with_context(|| format!("document {:?}", document.id))?;
        let title = Title::from_text(title);
        let capture = Capture { what: Captured::Text(note), title, tags: Vec::new(), note: None };
        let saved = actions::capture(app, owner, capture).await?;
        documents.insert(saved.item.id, document.id.clone());
    }
    Ok(documents)
}

/// Does the jobs that saving has left.
async fn index(app: &App) -> anyhow::Result<()> {
    let worker = jobs::worker(app, None);
    let mut work = std::pin::pin!(worker.drain());
    loop {
        if let Ok(done) = tokio::time::timeout(NEWS, &mut work).await {
            let failed = done?.failed;
            anyhow::ensure!(failed == 0, "{failed} job(s) failed: see the log");
            return Ok(());
        }
        let totals = actions::embedding_status(app).await?.totals;
        talk(format_args!("{} of {} chunks embedded", totals.embedded_chunks, totals.chunks));
    }
}

/// The answer in the mode that was asked for. On a machine that is busy with other things a question's vector may come too
/// late, and words alone answer; then it is asked again.
async fn answered(app: &App, owner: UserId, search: &Question) -> anyhow::Result<(SearchAnswer, Duration)> {
    for _ in 0..ATTEMPTS {
        let begun = Instant::now();
        let answer = actions::search(app, owner, search).await?;
        if answer.mode == search.mode {
            return Ok((answer, begun.elapsed()));
        }
    }
    anyhow::bail!("a question was answered by words alone: the model does not answer")
}

async fn ask(
    app: &App,
    owner: UserId,
    mode: Mode,
    collection: &Collection,
    documents: &HashMap<ContentId, String>,
) -> anyhow::Result<Leg> {
    let mut judged: Vec<Metrics> = Vec::new();
    let mut times = Vec::new();
    for question in &collection.questions {
        let Some(grades) = collection.grades.get(&question.id) else { continue };
        let search = Question { text: question.text.clone(), mode, limit: DEPTH, ..Question::default() };
        let (answer, took) = answered(app, owner, &search).await?;
        times.push(took.as_secs_f64() * 1000.0);
        let ranking: Vec<&str> =
            answer.results.iter().filter_map(|found| documents.get(&found.id)).map(String::as_str).collect();
        judged.push(judge(&ranking, &grades.iter().map(|(id, grade)| (id.as_str(), *grade)).collect()));
    }
    times.sort_by(f64::total_cmp);
    Ok(Leg {
        mode: mode.as_str(),
        metrics: mean(&judged),
        p50_ms: percentile(&times, 0.5),
        p95_ms: percentile(&times, 0.95),
    })
}
