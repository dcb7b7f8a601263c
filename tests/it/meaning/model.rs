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

/// A model of twelve words and four numbers, a table in ONNX: what is to do with fire, and what with water.
fn folder() -> String {
    format!("{}/tests/fixtures/encoder", env!("CARGO_MANIFEST_DIR"))
}

#[tokio::test]
async fn a_model_from_a_folder_gives_the_mean_of_its_tokens() {
    let sources = Sources::default().env("BRAINLY_DATA_DIR", "/nowhere").env("EMBEDDING_MODEL", folder());
    let config = Config::from_sources(&sources).unwrap();
    let models = Models::new(&config.embedding, &config.fetch, &Clock::system()).unwrap();
    let model = models.current().unwrap();

    let vectors = model.passages(["the kiln", "an oven", "River"].map(str::to_owned).to_vec()).await.unwrap();

    assert_eq!(model.dimensions().await.unwrap(), 4);
    assert!(model.model().starts_with("onnx/encoder/"), "{}", model.model());
    assert!(dot(&vectors[0], &vectors[1]) > 0.9 && dot(&vectors[0], &vectors[2]) < 0.3, "{vectors:?}");
}

#[tokio::test]
async fn a_former_model_is_found_again_in_the_folder_beside_and_another_in_its_place_is_not_taken_for_it() {
    let place = tempfile::tempdir().unwrap();
    for (name, end) in [("old", ""), ("new", " ")] {
        std::fs::create_dir(place.path().join(name)).unwrap();
        for file in ["model.onnx", "tokenizer.json"] {
            let bytes = std::fs::read(format!("{}/{file}", folder())).unwrap();
            let end = if file == "tokenizer.json" { end } else { "" };
            std::fs::write(place.path().join(name).join(file), [&bytes[..], end.as_bytes()].concat()).unwrap();
        }
    }
    let models = |name: &str| {
        let sources =
            Sources::default().env("BRAINLY_DATA_DIR", "/nowhere").env("EMBEDDING_MODEL", place.path().join(name));
        let config = Config::from_sources(&sources).unwrap();
        Models::new(&config.embedding, &config.fetch, &Clock::system()).unwrap()
    };
    let former = models("old").current().unwrap().model().to_owned();

    assert_eq!(models("new").named(&former).unwrap().question("kiln").await.unwrap().len(), 4);
    let tokenizer = place.path().join("old/tokenizer.json");
    std::fs::write(&tokenizer, std::fs::read_to_string(&tokenizer).unwrap() + "\n").unwrap();
    assert!(models("new").named(&former).is_none());
}

#[test]
fn a_folder_without_a_model_and_a_size_that_the_bundled_encoder_lacks_are_refused_at_once() {
    for (name, value, told) in
        [("EMBEDDING_MODEL", "/nowhere", "model.onnx"), ("EMBEDDING_DIMENSIONS", "512", "384 numbers")]
    {
        let config = Config::from_sources(&Sources::default().env("BRAINLY_DATA_DIR", "/nowhere").env(name, value));
        let config = config.unwrap();
        let refused = Models::new(&config.embedding, &config.fetch, &Clock::system()).unwrap_err();
        assert!(refused.to_string().contains(told), "{refused}");
    }
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
