//! The figures, and the pages that explain them.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use super::folder::Sample;
use super::shingles::{Overlap, Score, share};
use crate::cli::output::clean;
use crate::extract::{Extracted, article};
use crate::text::language;

/// A page that comes out worse than this was not understood.
const LOST: f64 = 0.30;
/// As much of a fact as is shown, in characters.
const MAX_SHOWN: usize = 120;

/// What was read of a page, beside what is known of it.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) page: String,
    overlap: Overlap,
    is_unread: bool,
    facts: Vec<Fact>,
}

/// What a page says of itself, by Readability's tests and by us.
#[derive(Clone, Debug, Serialize)]
struct Fact {
    field: &'static str,
    expected: String,
    found: Option<String>,
    #[serde(skip)]
    agrees: bool,
}

/// Of all pages.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Report {
    pages: usize,
    #[serde(flatten)]
    score: Score,
    /// Pages without a word too few or too many.
    exact: usize,
    exact_rate: f64,
    /// Pages with an F1 below .30.
    lost: usize,
    /// Pages that no text was found in.
    unread: usize,
    metadata: BTreeMap<&'static str, Agreement>,
    seconds: f64,
    cores: usize,
    pages_per_second: f64,
    worst: Vec<Worst>,
    disagreements: Vec<Disagreement>,
}

/// How often a fact is the expected one, of the pages where one is expected.
#[derive(Debug, Default, Serialize)]
struct Agreement {
    pages: usize,
    agreed: usize,
    rate: f64,
}

#[derive(Debug, Serialize)]
struct Worst {
    page: String,
    f1: f64,
}

#[derive(Debug, Serialize)]
struct Disagreement {
    page: String,
    #[serde(flatten)]
    fact: Fact,
}

impl Outcome {
    pub(super) fn new(sample: &Sample, found: &Extracted) -> anyhow::Result<Self> {
        let text = found.full_text.as_deref().unwrap_or_default();
        let (known, same) = (&sample.facts, |a: &str, b: &str| words(a) == words(b));
        let day = |text: &str| article::parse_moment(text).map(|at| at.date_naive());
        let author = known.byline.as_deref().and_then(article::name_in_byline);
        let published = found.published_at.map(|at| at.to_rfc3339());
        let facts = [
            fact("title", known.title.as_ref(), found.title.as_ref(), same),
            fact("byline", author.as_ref(), found.author.as_ref(), same),
            fact("excerpt", known.excerpt.as_ref(), found.description.as_ref(), same),
            fact("siteName", known.site_name.as_ref(), found.site_name.as_ref(), same),
            fact("publishedTime", known.published_time.as_ref(), published.as_ref(), |a, b| day(a) == day(b)),
            fact("lang", known.lang.as_ref(), found.language.as_ref(), |a, b| {
                language::primary_subtag(a) == language::primary_subtag(b)
            }),
        ];
        Ok(Self {
            page: sample.name.clone(),
            overlap: Overlap::of(&sample.text()?, text),
            is_unread: text.is_empty(),
            facts: facts.into_iter().flatten().collect(),
        })
    }

    pub(super) fn f1(&self) -> f64 {
        self.overlap.f1()
    }
}

/// Nothing is compared where nothing is expected.
fn fact(
    field: &'static str,
    expected: Option<&String>,
    found: Option<&String>,
    same: impl Fn(&str, &str) -> bool,
) -> Option<Fact> {
    let expected = expected.filter(|text| !text.trim().is_empty())?;
    let agrees = found.is_some_and(|found| same(expected, found));
    Some(Fact { field, expected: expected.clone(), found: found.cloned(), agrees })
}

/// White space is no part of a fact.
fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

impl Report {
    pub(super) fn new<'a>(
        outcomes: impl Iterator<Item = &'a Outcome>,
        took: Duration,
        cores: usize,
        worst: usize,
    ) -> Self {
        let outcomes: Vec<&Outcome> = outcomes.collect();
        let overlaps: Vec<Overlap> = outcomes.iter().map(|one| one.overlap).collect();
        let pages = outcomes.len();
        let exact = overlaps.iter().filter(|overlap| overlap.is_exact()).count();
        let mut metadata: BTreeMap<&'static str, Agreement> = BTreeMap::new();
        for fact in outcomes.iter().flat_map(|one| &one.facts) {
            let agreement = metadata.entry(fact.field).or_default();
            agreement.pages += 1;
            agreement.agreed += usize::from(fact.agrees);
            agreement.rate = share(agreement.agreed, agreement.pages);
        }
        let mut by_score: Vec<&Outcome> = outcomes.iter().copied().filter(|one| !one.overlap.is_exact()).collect();
        by_score.sort_by(|a, b| a.f1().total_cmp(&b.f1()));
        let disagreements = outcomes.iter().flat_map(|one| {
            let wrong = one.facts.iter().filter(|fact| !fact.agrees);
            wrong.map(|fact| Disagreement { page: one.page.clone(), fact: fact.clone() })
        });
        let seconds = took.as_secs_f64();
        Self {
            pages,
            score: Score::of(&overlaps),
            exact,
            exact_rate: share(exact, pages.max(1)),
            lost: outcomes.iter().filter(|one| one.f1() < LOST).count(),
            unread: outcomes.iter().filter(|one| one.is_unread).count(),
            metadata,
            seconds,
            cores,
            pages_per_second: if seconds > 0.0 { share(pages, 1) / seconds } else { 0.0 },
            worst: by_score.iter().take(worst).map(|one| Worst { page: one.page.clone(), f1: one.f1() }).collect(),
            disagreements: disagreements.collect(),
        }
    }

    /// For a person.
    pub(super) fn lines(&self) -> impl Iterator<Item = String> {
        let Score { precision, recall, f1 } = self.score;
        let mut lines = vec![
            format!("pages      {}", self.pages),
            format!("precision  {precision:.3}"),
            format!("recall     {recall:.3}"),
            format!("F1         {f1:.3}"),
            format!("exact      {} ({:.3})", self.exact, self.exact_rate),
            format!("F1 < {LOST:.2}  {}", self.lost),
            format!("no text    {}", self.unread),
            format!("speed      {:.1} pages/s, {:.1} s on {} cores", self.pages_per_second, self.seconds, self.cores),
        ];
        if !self.metadata.is_empty() {
            lines.push("\nagreement  pages".into());
        }
        lines.extend(
            self.metadata.iter().map(|(field, Agreement { pages, agreed, rate })| {
                format!("{rate:.3}      {agreed} of {pages}  {field}")
            }),
        );
        if !self.worst.is_empty() {
            lines.push("\nworst".into());
        }
        lines.extend(self.worst.iter().map(|Worst { page, f1 }| format!("{f1:.3}      {}", clean(page))));
        if !self.disagreements.is_empty() {
            lines.push("\nnot as expected".into());
        }
        let cut = |text: &str| clean(&text.chars().take(MAX_SHOWN).collect::<String>());
        lines.extend(self.disagreements.iter().map(|Disagreement { page, fact }| {
            let found = fact.found.as_deref().map_or("nothing".to_owned(), |found| format!("{:?}", cut(found)));
            format!("{}: {} is {found}, not {:?}", clean(page), fact.field, cut(&fact.expected))
        }));
        lines.into_iter()
    }
}
