//! Nobody's pieces reach another's results, on any way of searching.

use brainly::db::Db;
use serde_json::json;

use super::{note, titles, with_hashes};
use crate::harness::on_both_engines;

/// Short words, odd tokens, and nothing at all.
const ODD: [&str; 20] = [
    "a",
    "of",
    "x",
    "of+the",
    "%22a%22",
    "-a+b",
    "%F0%9F%92%A5",
    "%25",
    "*",
    "a*",
    "user_id",
    "%27+OR+1=1+--",
    ".",
    "%E3%82%AD",
    "1",
    "secret",
    // What begins so, or is spelled nearly so.
    "secre",
    "sceret",
    "sekret",
    "secretly+kilnfiring",
];

on_both_engines! {
    async fn no_question_in_any_mode_finds_what_is_somebody_elses(db: Db) {
        let app = with_hashes(db).await;
        let (ada, eve) = (app.sign_up("ada").await, app.sign_up("eve").await);
        let id = note(&ada, "Secret", "a of x the 1 user_id キ 💥 a secret of Ada's.").await;
        note(&eve, "Mine", "Something else.").await;
        app.run_jobs().await;

        for question in ODD {
            for mode in ["hybrid", "semantic", "text"] {
                let found = titles(&eve, &format!("q={question}&mode={mode}&limit=100")).await;
                assert!(!found.contains(&"Secret".to_owned()), "{question} {mode}: {found:?}");
            }
        }
        for question in ["secret", "secre", "sceret"] {
            assert_eq!(titles(&ada, &format!("q={question}")).await, ["Secret"], "{question}");
        }
        eve.get(&format!("/api/v1/content/{id}/related")).await.assert_status(404);
        eve.get(&format!("/api/v1/content/{id}/enrichment")).await.assert_status(404);
    }

    async fn a_user_with_few_items_among_many_others_gets_all_of_them(db: Db) {
        let app = with_hashes(db).await;
        let (ada, eve) = (app.sign_up("ada").await, app.sign_up("eve").await);
        for number in 0..140 {
            note(&eve, &format!("Kilnfiring {number}"), "Kilnfiring, kilnfiring and kilnfiring.").await;
        }
        for number in 0..7 {
            note(&ada, &format!("Mine {number}"), &format!("A note on kilnfiring, the {number}th.")).await;
        }
        app.run_jobs().await;

        assert_eq!(titles(&ada, "q=klinfiring&mode=semantic").await.len(), 7);
    }

    async fn what_is_related_or_alike_is_looked_for_among_ones_own(db: Db) {
        let app = with_hashes(db).await;
        let (ada, eve) = (app.sign_up("ada").await, app.sign_up("eve").await);
        let text: String = (0..120).map(|n| format!("word{n}")).collect::<Vec<_>>().join(" ");
        note(&ada, "Secret", &text).await;
        let id = note(&eve, "Mine", &text).await;
        note(&eve, "Mine, too", "word1 word2 word3").await;
        app.run_jobs().await;

        let related = eve.get(&format!("/api/v1/content/{id}/related")).await.assert_status(200).json();
        let item = eve.get(&format!("/api/v1/content/{id}")).await.assert_status(200).json();

        let titles: Vec<&str> = related["results"].as_array().unwrap().iter().map(|one| one["title"].as_str().unwrap()).collect();
        assert_eq!(titles, ["Mine, too"]);
        assert!(item.get("similarTo").is_none_or(|similar| similar.as_array().is_none_or(Vec::is_empty)), "{item}");
    }

    async fn what_a_user_had_goes_with_them(db: Db) {
        let app = with_hashes(db.clone()).await;
        let (ada, eve) = (app.sign_up("ada").await, app.sign_up("eve").await);
        note(&ada, "Hers", "Kilnfiring.").await;
        note(&eve, "Mine", "Kilnfiring.").await;
        app.run_jobs().await;

        ada.json(axum::http::Method::DELETE, "/api/v1/me", &json!({})).await.assert_status(200);

        let left = vectors(&db).await;
        assert_eq!(left, 1);
        assert_eq!(titles(&eve, "q=klinfiring").await, ["Mine"]);
    }
}

/// How many vectors there are, of all users.
async fn vectors(db: &Db) -> i64 {
    let table = match db.engine() {
        brainly::db::Engine::Sqlite => "vectors_1",
        brainly::db::Engine::Postgres => "chunk_vectors",
    };
    brainly::db::sql(&format!("SELECT COUNT(*) FROM {table}")).fetch_one::<(i64,)>(db).await.unwrap().0
}
