//! A line of the table.

use std::collections::HashSet;
use std::time::Instant;

use brainly::actions::{self, Mode, Search};
use brainly::app::App;
use brainly::db::sql;
use brainly::store::content_list::Filter;
use brainly::store::index::meaning;
use brainly::store::spaces;

use crate::brain::Brain;
use crate::tongue::{DIMENSIONS, Tongue};

/// Questions at each step.
const QUESTIONS: u64 = 200;

pub(crate) fn heading() {
    println!(
        "| engine | pieces of the account | in the database | hybrid p50 | p95 | with a filter p50 | semantic p50 | text p50 | the vector alone p50 | recall@10 |"
    );
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
}

/// One line, of a database as it is.
pub(crate) async fn table(app: &App, tongue: &Tongue, owner: &Brain) {
    let (all,): (i64,) = sql("SELECT COUNT(*) FROM content_chunks").fetch_one(&app.db).await.unwrap();
    heading();
    line(app, tongue, owner, usize::try_from(all).unwrap()).await;
}

/// Questions, and nothing else.
pub(crate) async fn ask(app: &App, tongue: &Tongue, owner: &Brain, mode: Mode) {
    let questions: Vec<String> = (0..10 * QUESTIONS).map(|seed| Brain::question(tongue, seed)).collect();
    let (p50, p95) = times(app, owner, &questions, mode, &Filter::default()).await;
    println!("{}: p50 {p50:.1} ms, p95 {p95:.1} ms", mode.as_str());
}

pub(crate) async fn line(app: &App, tongue: &Tongue, owner: &Brain, all: usize) {
    let questions: Vec<String> = (0..QUESTIONS).map(|seed| Brain::question(tongue, seed)).collect();
    let (everything, filter) = (Filter::default(), Filter { archived: Some(false), ..Filter::default() });
    // The first ones find caches cold that a server which answers all day keeps warm.
    times(app, owner, &questions[..20], Mode::Hybrid, &everything).await;
    let (hybrid_50, hybrid_95) = times(app, owner, &questions, Mode::Hybrid, &everything).await;
    let (filtered_50, _) = times(app, owner, &questions, Mode::Hybrid, &filter).await;
    let (semantic_50, _) = times(app, owner, &questions, Mode::Semantic, &everything).await;
    let (text_50, _) = times(app, owner, &questions, Mode::Text, &everything).await;
    let vector_50 = vectors(app, &questions).await;
    let recall = recall(app, owner, &questions[..100]).await;
    println!(
        "| {} | {} | {all} | {hybrid_50:.1} ms | {hybrid_95:.1} ms | {filtered_50:.1} ms | {semantic_50:.1} ms | {text_50:.1} ms | {vector_50:.1} ms | {recall:.3} |",
        app.db.engine().name(),
        owner.count,
    );
}

async fn times(app: &App, owner: &Brain, questions: &[String], mode: Mode, filter: &Filter) -> (f64, f64) {
    let mut times = Vec::new();
    for question in questions {
        let search = Search { text: question.clone(), mode, limit: 20, filter: filter.clone() };
        let begun = Instant::now();
        let answer = actions::search(app, owner.id, &search).await.unwrap();
        times.push(begun.elapsed().as_secs_f64() * 1000.0);
        assert_eq!(answer.mode, mode);
        assert!(!answer.results.is_empty());
    }
    percentiles(times)
}

async fn vectors(app: &App, questions: &[String]) -> f64 {
    let mut times = Vec::new();
    for question in questions {
        let begun = Instant::now();
        app.models.current().unwrap().question(question).await.unwrap();
        times.push(begun.elapsed().as_secs_f64() * 1000.0);
    }
    percentiles(times).0
}

fn percentiles(mut times: Vec<f64>) -> (f64, f64) {
    times.sort_by(f64::total_cmp);
    (times[times.len() / 2], times[times.len() * 95 / 100])
}

/// The share of the ten pieces that are nearest, of all that there are, among the ten that are given.
async fn recall(app: &App, owner: &Brain, questions: &[String]) -> f64 {
    let space = spaces::list(&app.db).await.unwrap()[0].id;
    let index = meaning::pieces(&app.db, &app.memory, space, DIMENSIONS, owner.id).await.unwrap();
    let pieces = owner.pieces.as_deref().unwrap();
    let (mut found, mut all) = (0, 0);
    for question in questions {
        let vector = app.models.current().unwrap().question(question).await.unwrap();
        let near = index.nearest(&vector, &Filter::default(), 10).await.unwrap();
        let given: HashSet<i64> = near.into_iter().map(|near| near.chunk_id).collect();
        let mut exact: Vec<(f32, i64)> = pieces.iter().map(|(id, piece)| (dot(&vector, piece), *id)).collect();
        exact.select_nth_unstable_by(9, |a, b| b.0.total_cmp(&a.0));
        found += exact[..10].iter().filter(|(_, id)| given.contains(id)).count();
        all += 10;
    }
    #[expect(clippy::cast_precision_loss, reason = "there are at most a thousand")]
    let share = found as f64 / f64::from(all);
    share
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}
