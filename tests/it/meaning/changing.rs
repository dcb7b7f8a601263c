//! Another model, rows from elsewhere: what is missing or stale is found and done.

use std::time::Duration;

use brainly::actions;
use brainly::db::{Db, sql};
use brainly::domain::UserId;
use serde_json::json;

use super::{embedding, note, search, titles, with_hashes};
use crate::harness::{Client, TestApp, on_both_engines};

async fn id_of(client: &Client) -> UserId {
    client.get("/api/v1/me").await.assert_status(200).json()["user"]["id"].as_str().unwrap().parse().unwrap()
}

on_both_engines! {
    async fn the_old_model_answers_until_the_new_one_knows_everything(db: Db) {
        let old = with_hashes(db.clone()).await;
        let ada = old.sign_up("ada").await;
        let first = note(&ada, "Pottery", "Kilnfiring needs patience.").await;
        note(&ada, "Rivers", "Cold water below the mill.").await;
        old.run_jobs().await;

        let new = TestApp::with(db.clone(), &[("EMBEDDING_PROVIDER", "hashed"), ("EMBEDDING_DIMENSIONS", "256")]).await;
        let ada = new.signed_in(id_of(&ada).await);
        assert_eq!(search(&ada, "q=klinfiring").await["mode"], "hybrid");
        assert_eq!(actions::reconcile(&new.app).await.unwrap().unembedded, 2);
        actions::embed_content(&new.app, first.parse().unwrap()).await.unwrap();
        let status = actions::embedding_status(&new.app).await.unwrap();
        assert_eq!((status.serving.unwrap().model.as_str(), status.totals.embedded_items), ("hashed-512", 1));
        assert_eq!(titles(&ada, "q=klinfiring").await, ["Pottery"]);

        new.run_jobs().await;

        let status = actions::embedding_status(&new.app).await.unwrap();
        assert_eq!((status.serving.unwrap().model.as_str(), status.totals.embedded_items), ("hashed-256", 2));
        assert_eq!(titles(&ada, "q=klinfiring").await, ["Pottery"]);
        let spaces: Vec<(String,)> = sql("SELECT model FROM embedding_spaces").fetch_all(&db).await.unwrap();
        assert_eq!(spaces, [("hashed-256".to_owned(),)]);
        assert_eq!(embedding(&ada, &first).await, json!({ "chunks": 1, "model": "hashed-256", "state": "embedded" }));
    }

    async fn what_was_saved_without_a_model_is_embedded_once_there_is_one(db: Db) {
        let before = TestApp::new(db.clone()).await;
        let ada = before.sign_up("ada").await;
        note(&ada, "Pottery", "Kilnfiring needs patience.").await;
        before.run_jobs().await;
        assert_eq!(search(&ada, "q=klinfiring").await["mode"], "text");

        let app = with_hashes(db).await;
        let ada = app.signed_in(id_of(&ada).await);
        app.clock.advance(Duration::from_mins(20));
        let found = actions::reconcile(&app.app).await.unwrap();
        app.run_jobs().await;

        assert_eq!((found.uncut, found.unembedded), (0, 1));
        assert_eq!(titles(&ada, "q=klinfiring").await, ["Pottery"]);
        assert_eq!(actions::reconcile(&app.app).await.unwrap(), actions::Reconciled::default());
    }

    async fn a_row_that_another_program_wrote_is_cut_and_embedded(db: Db) {
        let app = with_hashes(db.clone()).await;
        let ada = app.sign_up("ada").await;
        let id = note(&ada, "Pottery", "A text.").await;
        app.run_jobs().await;
        let mut tx = db.begin().await.unwrap();
        sql("UPDATE contents SET full_text = 'Kilnfiring needs patience.', full_text_hash = $1").bind(vec![1_u8; 32]).execute(&mut tx).await.unwrap();
        tx.commit().await.unwrap();

        assert_eq!(actions::reconcile(&app.app).await.unwrap().uncut, 1);
        app.run_jobs().await;

        assert_eq!(titles(&ada, "q=klinfiring").await, ["Pottery"]);
        assert_eq!(embedding(&ada, &id).await["state"], "embedded");
        assert_eq!(actions::reconcile(&app.app).await.unwrap(), actions::Reconciled::default());
    }
}
