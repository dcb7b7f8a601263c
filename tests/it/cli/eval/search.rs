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
    let collection = collection();
    fs::write(collection.path().join("qrels.tsv"), "q1\td1\t1\nq1\td3\tgood\n").unwrap();

    let wrong = Binary::new().run(&["eval", "search", collection.path().to_str().unwrap()]).assert_code(1);

    assert!(wrong.stderr.contains("qrels.tsv, line 2"), "{}", wrong.stderr);
}
