//! An account with very many pieces, which on PostgreSQL has an index of its own.

use brainly::db::{Db, Engine, sql};
use brainly::domain::{ContentId, UserId};
use brainly::store::content_list::Filter;
use brainly::store::index::meaning;
use brainly::store::spaces;

use super::{note, with_hashes};
use crate::harness::on_both_engines;

/// Says that an item has more pieces than any: the index is made for what the digests say.
async fn pretend_to_be_large(db: &Db, item: ContentId) -> UserId {
    let mut tx = db.begin().await.unwrap();
    let (owner,): (UserId,) = sql("UPDATE content_digests SET chunks = 60000 WHERE content_id = $1 RETURNING user_id")
        .bind(item)
        .fetch_one(&mut tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    owner
}

on_both_engines! {
    async fn a_large_account_gets_what_an_exact_look_gets_and_others_are_not_in_its_way(db: Db) {
        let app = with_hashes(db.clone()).await;
        let (ada, eve) = (app.sign_up("ada").await, app.sign_up("eve").await);
        let mut last = String::new();
        for number in 0..60 {
            last = note(&ada, &format!("Kiln {number}"), &format!("Firing number {number}, slowly.")).await;
            note(&eve, &format!("Kiln {number}"), "Firing, and firing again.").await;
        }
        app.run_jobs().await;
        let owner = pretend_to_be_large(&db, last.parse().unwrap()).await;
        let space = spaces::list(&db).await.unwrap().remove(0);
        let question = app.app.models.current().unwrap().question("firing kilns slowly").await.unwrap();
        let ids = async |filter: &Filter| -> Vec<i64> {
            let near = meaning::nearest(&db, space.id, owner, &question, filter, 40).await.unwrap();
            near.iter().map(|near| near.chunk_id).collect()
        };
        let exact = ids(&Filter::default()).await;

        let mut tx = db.begin().await.unwrap();
        let made = meaning::open_index(&mut tx, space.id, space.dimensions).await.unwrap();
        let again = meaning::open_index(&mut tx, space.id, space.dimensions).await.unwrap();
        tx.commit().await.unwrap();

        assert_eq!((made, again), (db.engine() == Engine::Postgres, false));
        let mut found = ids(&Filter::default()).await;
        let mut exact_ids = exact.clone();
        found.sort_unstable();
        exact_ids.sort_unstable();
        assert_eq!((exact.len(), found), (40, exact_ids));
        assert_eq!(ids(&Filter { archived: Some(false), ..Filter::default() }).await, exact);
    }
}
