//! `brainly embed`, and what else tells an operator how far a model has come.

use serde_json::{Value, json};

use super::binary::Binary;
use crate::harness::{Scratch, TestApp, on_both_engines};
use crate::meaning::note;

/// Some notes, read by a model that gives 512 numbers.
async fn with_notes(scratch: &Scratch) {
    let app = TestApp::with(scratch.db.clone(), &[("EMBEDDING_PROVIDER", "hashed")]).await;
    let ada = app.sign_up("ada").await;
    for number in 0..3 {
        note(&ada, &format!("Kiln {number}"), "Fired slowly.").await;
    }
    app.run_jobs().await;
}

fn json_of(brainly: &Binary, arguments: &[&str]) -> Value {
    serde_json::from_str(&brainly.run(arguments).assert_code(0).stdout).unwrap()
}

on_both_engines! {
    async fn a_change_of_model_is_told_before_it_is_made_and_while_it_goes_on(scratch: Scratch) {
        with_notes(&scratch).await;
        let same = Binary::on(&scratch).env("EMBEDDING_PROVIDER", "hashed");
        assert!(same.run(&["embed", "status"]).assert_code(0).stdout.contains("3 of 3 embedded, 0 in trouble"));
        assert!(!same.run(&["queue", "stats"]).assert_code(0).stdout.contains("NEW MODEL"));

        let paid = Binary::on(&scratch).env("EMBEDDING_PROVIDER", "openai").env("OPENAI_API_KEY", "k");
        let dry = paid.run(&["embed", "missing", "--dry-run"]).assert_code(0).stdout;
        for line in ["model      text-embedding-3-small", "answering  hashed-512", "chunks     0 of 3 embedded", "left       about 330 tokens", "cost       less than $0.01"] {
            assert!(dry.lines().any(|told| told == line), "{line}: {dry}");
        }
        let none = Binary::on(&scratch).run(&["embed", "status"]).assert_code(0).stdout;
        assert!(none.contains("answering  words alone") && none.contains("left       about 0 tokens"), "{none}");

        let other = Binary::on(&scratch).env("EMBEDDING_PROVIDER", "hashed").env("EMBEDDING_DIMENSIONS", "64");
        assert!(other.run(&["embed", "missing"]).assert_code(0).stderr.contains("3 to embed"));
        let stats = other.run(&["queue", "stats"]).assert_code(0).stdout;
        assert!(stats.contains("NEW MODEL") && stats.contains("hashed-64") && stats.contains("0 of 3 (0 %)") && stats.contains("hashed-512"), "{stats}");
        let told = &json_of(&other, &["queue", "stats", "--json"])["modelChange"];
        assert_eq!(told, &json!({ "model": "hashed-64", "serving": "hashed-512", "chunks": 3, "embeddedChunks": 0 }));
        other.run(&["worker", "--once"]).assert_code(0);
        assert!(json_of(&other, &["queue", "stats", "--json"]).get("modelChange").is_none());
        assert_eq!(json_of(&other, &["embed", "status", "--json"])["serving"], "hashed-64");
    }

    async fn a_model_that_does_not_answer_is_told_by_doctor_and_by_the_search(scratch: Scratch) {
        with_notes(&scratch).await;
        let check = |brainly: &Binary, name: &str| {
            let ended = brainly.run(&["doctor", "--json", "--outside", "http://127.0.0.1:1/"]).assert_code(3);
            let told: Value = serde_json::from_str(&ended.stdout).unwrap();
            told["checks"].as_array().unwrap().iter().find(|check| check["name"] == name).unwrap().clone()
        };
        let well = Binary::on(&scratch).env("EMBEDDING_PROVIDER", "hashed");
        assert_eq!(check(&well, "embedding_model")["why"], "hashed-512 answers, with 512 dimensions");
        assert_eq!(check(&well, "embedding_space")["verdict"], "ok");
        let found = well.run(&["search", "klin"]).assert_code(0);
        assert!(found.stdout.contains("Kiln") && found.stderr.is_empty(), "{}", found.stderr);
        let found = json_of(&well, &["search", "--mode", "semantic", "--type", "note", "--json", "kilns"]);
        assert_eq!((&found["mode"], &found["results"][0]["position"]["start"]), (&json!("semantic"), &json!(0)), "{found}");
        assert!(found["results"][0]["scores"]["meaning"].is_f64());
        assert_eq!(json_of(&well, &["search", "--tag", "no such", "--json", "kilns"])["results"], json!([]));

        let dead = Binary::on(&scratch).env("EMBEDDING_PROVIDER", "openai").env("OPENAI_BASE_URL", "http://127.0.0.1:1/v1").env("EMBEDDING_MODEL", "m");
        let model = check(&dead, "embedding_model");
        assert_eq!((&model["verdict"], &model["why"]), (&json!("warn"), &json!("m@127.0.0.1:1: The embedding server can't be reached")));
        assert!(check(&dead, "embedding_space")["why"].as_str().unwrap().contains("hashed-512 serves until m@127.0.0.1:1 has read everything"));
        let found = dead.run(&["search", "kiln"]).assert_code(0);
        assert!(found.stdout.contains("Kiln") && found.stderr.contains("by words alone"), "{}", found.stderr);
    }
}

#[test]
fn a_folder_with_a_broken_model_is_told() {
    let brainly = Binary::new();
    let folder = brainly.folder().join("model");
    std::fs::create_dir(&folder).unwrap();
    let brainly = brainly.env("EMBEDDING_PROVIDER", "local").env("EMBEDDING_MODEL", folder.to_str().unwrap());
    let refused = brainly.run(&["embed", "status"]).assert_code(1);
    assert!(refused.stderr.contains("model.onnx and tokenizer.json"), "{}", refused.stderr);
    for file in ["model.onnx", "tokenizer.json"] {
        std::fs::write(folder.join(file), "neither").unwrap();
    }
    let name = || json_of(&brainly, &["embed", "status", "--json"])["model"].take();
    let first = name();
    std::fs::write(folder.join("model.onnx"), "another").unwrap();
    assert_ne!(name(), first, "a file of the same size is another model all the same");

    let told = brainly.run(&["doctor", "--offline"]);

    assert!(
        told.stdout.contains("warn  embedding_model") && told.stdout.contains("The local model failed"),
        "{}",
        told.stdout
    );
}
