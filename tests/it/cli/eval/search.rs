//! `eval` on collections of a few documents.

use std::fs;

use brainly::db::Engine;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::cli::binary::Binary;
use crate::harness::{Scratch, on_both_engines};

fn collection() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let lines = |rows: &[Value]| rows.iter().map(Value::to_string).collect::<Vec<_>>().join("\n");
    let documents = [
        json!({ "id": "d1", "title": "Kilns", "text": "A kiln is fired slowly." }),
        json!({ "id": "d2", "title": "", "text": "The river below the mill." }),
        json!({ "id": "d3", "title": "Bread", "text": "An oven is no kiln, but warm." }),
    ];
    fs::write(folder.path().join("docs.jsonl"), lines(&documents)).unwrap();
    let questions = [
        json!({ "id": "q1", "text": "kilns fired" }),
        json!({ "id": "q2", "text": "river" }),
        json!({ "id": "q3", "text": "unjudged" }),
    ];
    fs::write(folder.path().join("queries.jsonl"), lines(&questions)).unwrap();
    fs::write(folder.path().join("qrels.tsv"), "query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td3\t1\nq2\td2\t1\n")
        .unwrap();
    folder
}

on_both_engines! {
    async fn a_collection_is_saved_asked_for_and_judged_and_nothing_stays(scratch: Scratch) {
        let collection = collection();
        let brainly = Binary::new().env("EMBEDDING_PROVIDER", "hashed");
        let folder = collection.path().to_str().unwrap();
        let mut command = vec!["eval", "search", folder, "--json"];
        if scratch.db.engine() == Engine::Postgres {
            command.extend(["--database-url", scratch.url.as_str()]);
        }

        let printed = brainly.run(&command).assert_code(0).stdout;

        let report: Value = serde_json::from_str(&printed).unwrap();
        assert_eq!((&report["engine"], &report["documents"], &report["chunks"]), (&json!(scratch.db.engine().name()), &json!(3), &json!(3)));
        let legs = report["legs"].as_array().unwrap();
        assert_eq!(legs.iter().map(|leg| leg["mode"].as_str().unwrap()).collect::<Vec<_>>(), ["text", "semantic", "hybrid"]);
        for leg in [&legs[0], &legs[2]] {
            assert_eq!((&leg["ndcg@10"], &leg["recall@10"], &leg["mrr@10"]), (&json!(1.0), &json!(1.0), &json!(1.0)), "{leg}");
        }
    }
}

#[test]
fn a_collection_that_can_not_be_read_says_where() {
    let wrong = |file: &str, text: &str, told: &str| {
        let collection = collection();
        fs::write(collection.path().join(file), text).unwrap();
        let ended = Binary::new().run(&["eval", "search", collection.path().to_str().unwrap()]).assert_code(1);
        assert!(ended.stderr.contains(told), "{file} {text}: {}", ended.stderr);
    };
    wrong("qrels.tsv", "q1\td1\t1\nq1\td3\tgood\n", "qrels.tsv, line 2: \"good\" is no grade");
    wrong("qrels.tsv", "q1 0 d1 1\n", "qrels.tsv, line 1: not three fields");
    for nothing in ["", "q9\td1\t1\n", "q1\td9\t1\n", "q1\td1\t0\n"] {
        wrong("qrels.tsv", nothing, "names no document");
    }
    wrong("docs.jsonl", "{\"id\": \"d1\", \"text\": \"a\"}\n{\"id\": true}\n", "docs.jsonl, line 2");
    wrong("docs.jsonl", "{\"id\": \"d1\", \"text\": \"a\"}\n{\"id\": \"d1\", \"text\": \"b\"}\n", "the same id");
    let away = Binary::new().run(&["eval", "search", "/no/such/folder"]).assert_code(1);
    assert!(away.stderr.contains("/no/such/folder is no folder"), "{}", away.stderr);
}

#[test]
fn documents_that_say_little_and_ids_that_are_numbers_are_taken() {
    let collection = collection();
    let documents = [
        json!({ "_id": 1, "title": "Kilns", "text": "" }),
        json!({ "_id": 2, "title": null, "text": "The river\u{0} below the mill." }),
        json!({ "_id": 3, "title": "", "text": " " }),
    ];
    let lines = documents.iter().map(Value::to_string).collect::<Vec<_>>().join("\n");
    fs::write(collection.path().join("docs.jsonl"), lines).unwrap();
    fs::write(collection.path().join("qrels.tsv"), "q1\t1\t1.0\nq2\t2\t1\nq2\t1\t-1\n").unwrap();

    let ended = Binary::new().run(&["eval", "search", collection.path().to_str().unwrap(), "--json"]).assert_code(0);

    let report: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!((&report["documents"], &report["legs"][0]["ndcg@10"]), (&json!(2), &json!(1.0)), "{report}");
}

#[test]
fn a_scratch_database_that_can_not_be_made_leaves_nothing() {
    let collection = collection();
    let brainly = Binary::new();
    let brainly = {
        let tmp = brainly.folder().to_str().unwrap().to_owned();
        brainly.env("TMPDIR", &tmp)
    };
    let nowhere = "postgres://nobody@127.0.0.1:1/nothing";

    let ended = brainly.run(&["eval", "search", collection.path().to_str().unwrap(), "--database-url", nowhere]);

    assert!(ended.assert_code(1).stderr.contains("the scratch database can't be made"));
    let left: Vec<_> = fs::read_dir(brainly.folder()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().starts_with("brainly_eval")), "{left:?}");
}
