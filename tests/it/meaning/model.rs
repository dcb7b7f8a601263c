//! The encoder that is part of the program.

use brainly::config::{Config, Sources};
use brainly::db::Db;
use brainly::domain::Clock;
use brainly::embed::Models;
use serde_json::json;

use super::{note, search};
use crate::harness::{TestApp, on_both_engines};

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

#[tokio::test]
async fn sentences_that_mean_the_same_are_closer_than_those_that_share_words() {
    let sources = Sources::default().env("EMBEDDING_PROVIDER", "local").env("BRAINLY_DATA_DIR", "/nowhere");
    let config = Config::from_sources(&sources).unwrap();
    let models = Models::new(&config.embedding, &config.fetch, &Clock::system()).unwrap();
    let model = models.current().unwrap();

    let texts = ["How do I fire clay at home?", "Baking pottery in a kiln", "They had to fire the manager at once", ""];
    let vectors = model.passages(texts.map(str::to_owned).to_vec()).await.unwrap();

    assert_eq!(vectors[0].len(), model.dimensions().await.unwrap());
    assert!(vectors.iter().all(|vector| (dot(vector, vector) - 1.0).abs() < 1e-4));
    assert!(dot(&vectors[0], &vectors[1]) > dot(&vectors[0], &vectors[2]) + 0.1);
    let question = model.question(texts[0]).await.unwrap();
    assert!(dot(&question, &vectors[0]) > 0.999);
}

on_both_engines! {
    async fn a_text_is_found_by_what_it_means_with_nothing_set_up(db: Db) {
        let app = TestApp::with(db, &[("EMBEDDING_PROVIDER", "local")]).await;
        let ada = app.sign_up("ada").await;
        note(&ada, "Bread", "Sourdough wants a warm kitchen and a long rest.").await;
        note(&ada, "Rivers", "The stream runs cold and quick below the old mill.").await;
        app.run_jobs().await;

        let answer = search(&ada, "q=baking+a+loaf").await;

        assert_eq!((&answer["mode"], &answer["results"][0]["title"]), (&json!("hybrid"), &json!("Bread")));
        assert_eq!(answer["results"][0]["matched"], json!(["meaning"]));
    }
}
