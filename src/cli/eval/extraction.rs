//! `brainly eval extraction`: pages with known texts and facts, read as the worker reads them.
//!
//! What is compared is what an item would store. To take another form of folder: see `folder`; another figure: `report`.

mod folder;
mod report;
mod shingles;

use std::collections::BTreeMap;
use std::fs::File;
use std::path::PathBuf;
use std::thread;
use std::time::Instant;

use anyhow::Context as _;
use clap::Args;
use futures::StreamExt as _;
use serde_json::json;

use self::folder::Sample;
use self::report::{Outcome, Report};
use crate::cli::output::Output;
use crate::cli::progress::Progress;
use crate::cli::settings::Global;
use crate::config;
use crate::extract::{Extracted, Parser, Raw, article};

/// Read the pages of a folder and compare them with what is known of them
///
/// The folder has the form of scrapinghub/article-extraction-benchmark (ground-truth.json and html/*.html.gz) or of
/// mozilla/readability's test pages (a folder a page, with source.html, expected.html and expected-metadata.json).
#[derive(Debug, Args)]
pub(super) struct Extraction {
    /// Where the pages are
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
    /// Show so many of the pages that came out worst
    #[arg(long, value_name = "N", default_value_t = 10)]
    worst: usize,
    /// Write what was read of each page to a file, as JSON: {"page": {"articleBody", "title", …}}
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Read the pages in this process: how much faster that is tells what containing them costs. For pages you trust
    #[arg(long)]
    uncontained: bool,
    /// Print the figures as JSON
    #[arg(long)]
    json: bool,
}

impl Extraction {
    pub(super) fn run(self, global: &Global, out: &mut Output) -> anyhow::Result<()> {
        let config = global.quiet_config([])?;
        let samples = folder::open(&self.folder)?;
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let begun = Instant::now();
        let readings = runtime.block_on(read_all(samples, cores, Place::new(self.uncontained, &config.parse)))?;
        let report = Report::new(readings.iter().map(|(_, outcome)| outcome), begun.elapsed(), cores, self.worst);
        if let Some(file) = &self.output {
            let texts: BTreeMap<&str, _> =
                readings.iter().map(|(found, outcome)| (outcome.page.as_str(), shown(found))).collect();
            let file = File::create(file).with_context(|| format!("{} can't be written", file.display()))?;
            serde_json::to_writer_pretty(file, &texts)?;
        }
        if self.json {
            out.json(&report)?;
        } else {
            report.lines().try_for_each(|line| out.line(line))?;
        }
        out.flush()
    }
}

/// Where pages are read.
#[derive(Debug, Clone)]
enum Place {
    /// As a worker reads them.
    Contained(Parser),
    Here,
}

impl Place {
    fn new(uncontained: bool, limits: &config::Parse) -> Self {
        if uncontained { Self::Here } else { Self::Contained(Parser::new(limits)) }
    }

    async fn read(&self, raw: Raw) -> Extracted {
        let found = match self {
            Self::Contained(parser) => parser.read(raw).await.ok(),
            Self::Here => {
                let read = move || article::read(&raw.body, raw.content_type.as_deref(), &raw.url);
                tokio::task::spawn_blocking(read).await.ok().and_then(Result::ok)
            }
        };
        found.unwrap_or_default()
    }
}

/// Reads all of them, one a core at a time.
async fn read_all(samples: Vec<Sample>, cores: usize, place: Place) -> anyhow::Result<Vec<(Extracted, Outcome)>> {
    let mut progress = Progress::new(samples.len() as u64);
    let reading = samples.into_iter().map(|sample| read(place.clone(), sample));
    let mut reading = futures::stream::iter(reading).buffer_unordered(cores);
    let mut readings = Vec::new();
    while let Some(read) = reading.next().await {
        let (found, outcome) = read?;
        progress.step(&format!("{} {:.3}", outcome.page, outcome.f1()));
        readings.push((found, outcome));
    }
    progress.finish();
    readings.sort_by(|(_, a), (_, b)| a.page.cmp(&b.page));
    Ok(readings)
}

async fn read(place: Place, sample: Sample) -> anyhow::Result<(Extracted, Outcome)> {
    let body = sample.bytes()?;
    // Collections are kept in UTF-8, whatever a page said of itself when it was fetched.
    let is_utf8 = std::str::from_utf8(&body).is_ok();
    let content_type = if is_utf8 { "text/html; charset=utf-8" } else { "text/html" };
    let raw = Raw { body: body.into(), content_type: Some(content_type.to_owned()), url: sample.url.clone() };
    let found = place.read(raw).await;
    let outcome = Outcome::new(&sample, &found)?;
    Ok((found, outcome))
}

fn shown(found: &Extracted) -> serde_json::Value {
    json!({
        "articleBody": found.full_text.as_deref().unwrap_or_default(),
        "title": found.title,
        "byline": found.author,
        "excerpt": found.description,
        "siteName": found.site_name,
        "publishedTime": found.published_at.map(|at| at.to_rfc3339()),
        "lang": found.language,
        "image": found.thumbnail_url,
        "readerHtml": found.reader_html,
    })
}
