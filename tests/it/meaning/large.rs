//! An account with very many pieces: it is kept in memory, and where there is no room for it, PostgreSQL has an index of it.

use brainly::db::{Db, Engine, sql};
use brainly::domain::{ContentId, UserId};
use brainly::store::content_list::Filter;
use brainly::store::index::meaning::{self, Memory, Pieces};
use brainly::store::spaces;
use serde_json::json;

use super::{note, with_hashes};
use crate::harness::{Client, TestApp, on_both_engines};

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

/// Two accounts with sixty items on the same matter each; the first's owner, its client and its last item.
async fn two_accounts(app: &TestApp) -> (UserId, Client, String) {
    let (ada, eve) = (app.sign_up("ada").await, app.sign_up("eve").await);
    let mut last = String::new();
    for number in 0..60 {
        last = note(&ada, &format!("Kiln {number}"), &format!("Firing number {number}, slowly.")).await;
        note(&eve, &format!("Kiln {number}"), "Firing, and firing again.").await;
    }
    app.run_jobs().await;
    let owner = pretend_to_be_large(&app.app.db, last.parse().unwrap()).await;
    (owner, ada, last)
}

async fn index(app: &TestApp, memory: &Memory, owner: UserId) -> Pieces {
    let space = spaces::list(&app.app.db).await.unwrap().remove(0);
    meaning::pieces(&app.app.db, memory, space.id, 512, owner).await.unwrap()
}

async fn question(app: &TestApp) -> Vec<f32> {
    app.app.models.current().unwrap().question("firing kilns slowly").await.unwrap()
}

/// How near the nearest are; which of those it is that are equally near may differ.
async fn nearness(pieces: &Pieces, question: &[f32], filter: &Filter, k: u32) -> Vec<f64> {
    pieces.nearest(question, filter, k).await.unwrap().iter().map(|near| near.score).collect()
}

on_both_engines! {
    async fn a_large_account_gets_what_an_exact_look_gets_and_others_are_not_in_its_way(db: Db) {
        let app = with_hashes(db.clone()).await;
        let (owner, _, _) = two_accounts(&app).await;
        let question = question(&app).await;
        let small = index(&app, &Memory::new(0), owner).await;
        let (everything, live) = (Filter::default(), Filter { archived: Some(false), ..Filter::default() });
        let exact = nearness(&small, &question, &everything, 40).await;
        let space = spaces::list(&db).await.unwrap().remove(0);

        let mut tx = db.begin().await.unwrap();
        let no_room = Memory::new(0);
        let fits = meaning::tend_indexes(&mut tx, &Memory::new(1 << 30), space.id, space.dimensions).await.unwrap();
        let made = meaning::tend_indexes(&mut tx, &no_room, space.id, space.dimensions).await.unwrap();
        let again = meaning::tend_indexes(&mut tx, &no_room, space.id, space.dimensions).await.unwrap();
        tx.commit().await.unwrap();
        let by_index = index(&app, &no_room, owner).await;
        let kept = index(&app, &Memory::new(1 << 20).from_pieces(1), owner).await;

        assert_eq!((fits, made, again), (false, db.engine() == Engine::Postgres, false));
        assert_eq!((kept.are_kept(), by_index.are_kept(), small.are_kept()), (true, false, false));
        assert_eq!(exact.len(), 40);
        for (large, filter) in [(&kept, &everything), (&kept, &live), (&by_index, &everything), (&by_index, &live)] {
            let found = nearness(large, &question, filter, 40).await;
            assert_eq!(found.len(), 40);
            assert!(found.iter().zip(&exact).all(|(a, b)| (a - b).abs() < 2e-3), "{filter:?}: {found:?} {exact:?}");
            let all = large.nearest(&question, filter, 1000).await.unwrap();
            assert_eq!(all.len(), 60, "whoever has k pieces gets k");
            let own = "SELECT COUNT(*) FROM contents WHERE user_id = $1 AND id IN ";
            let (own,): (i64,) =
                sql(own).bind(owner).push_list(all.iter().map(|near| near.content_id)).fetch_one(&db).await.unwrap();
            assert_eq!(own, 60, "and nobody else's");
        }
    }

    async fn an_index_that_is_not_needed_any_more_goes(db: Db) {
        let app = with_hashes(db.clone()).await;
        two_accounts(&app).await;
        let space = spaces::list(&db).await.unwrap().remove(0);
        let tend = async |memory: &Memory| {
            let mut tx = db.begin().await.unwrap();
            meaning::tend_indexes(&mut tx, memory, space.id, space.dimensions).await.unwrap();
            tx.commit().await.unwrap();
            if db.engine() == Engine::Sqlite {
                return 0;
            }
            let own = "SELECT COUNT(*) FROM pg_indexes WHERE schemaname = current_schema() AND indexdef LIKE '%hnsw%'";
            sql(own).fetch_one::<(i64,)>(&db).await.unwrap().0
        };
        let (no_room, room) = (Memory::new(0), Memory::new(1 << 30));
        let one = i64::from(db.engine() == Engine::Postgres);

        assert_eq!((tend(&no_room).await, tend(&no_room).await, tend(&room).await), (one, one, 0));
        assert_eq!(tend(&no_room).await, one);
        let mut tx = db.begin().await.unwrap();
        sql("UPDATE content_digests SET chunks = 1").execute(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(tend(&no_room).await, 0, "nor that of an account that has shrunk");
    }

    async fn what_is_kept_is_not_read_again_until_its_own_user_s_vectors_change(db: Db) {
        let app = with_hashes(db.clone()).await;
        let (owner, ada, last) = two_accounts(&app).await;
        let (ours, theirs) = (Memory::new(1 << 20).from_pieces(1), Memory::new(1 << 20).from_pieces(1));
        let revision = async || -> Vec<u8> {
            let query = sql("SELECT revision FROM vector_revisions WHERE user_id = $1").bind(owner);
            query.fetch_one::<(Vec<u8>,)>(&db).await.unwrap().0
        };
        let (first, question) = (revision().await, question(&app).await);
        let before = index(&app, &ours, owner).await.of_items(&question, &[last.parse().unwrap()]).await.unwrap();
        index(&app, &theirs, owner).await;

        ada.patch(&format!("/api/v1/content/{last}"), json!({ "isFavorite": true })).await.assert_status(200);
        note(&app.sign_up("bob").await, "Bob's", "Firing, as others do.").await;
        app.run_jobs().await;
        assert_eq!(revision().await, first, "neither a mark nor another's items are a change");

        // Thrown away by one server, which the other does not hear of but from the database.
        ada.delete(&format!("/api/v1/content/{last}")).await.assert_status(200);
        let second = revision().await;
        for memory in [&ours, &theirs] {
            let after = index(&app, memory, owner).await.of_items(&question, &[last.parse().unwrap()]).await.unwrap();
            assert_eq!((before.len(), after), (1, vec![]));
        }
        note(&ada, "Newest", "Firing kilns slowly.").await;
        app.run_jobs().await;
        assert!(first != second && second != revision().await);
    }

    async fn what_a_large_account_throws_away_or_adds_is_seen_at_once(db: Db) {
        let app = with_hashes(db).await;
        let (owner, ada, last) = two_accounts(&app).await;
        let question = question(&app).await;
        let memory = Memory::new(1 << 20).from_pieces(1);
        let all = Filter::default();
        assert_eq!(nearness(&index(&app, &memory, owner).await, &question, &all, 1000).await.len(), 60);

        ada.delete(&format!("/api/v1/content/{last}")).await.assert_status(200);
        let without = index(&app, &memory, owner).await.nearest(&question, &all, 1000).await.unwrap();
        note(&ada, "Newest", "Firing kilns slowly.").await;
        app.run_jobs().await;
        let with = index(&app, &memory, owner).await.nearest(&question, &all, 1000).await.unwrap();

        assert!(without.len() == 59 && without.iter().all(|near| near.content_id.0.to_string() != last));
        assert_eq!(with.len(), 60);
        assert!(with[0].score > without[0].score, "{:?} {:?}", with[0], without[0]);
    }

    async fn a_filter_holds_for_a_large_account_while_it_is_looked_for(db: Db) {
        let app = with_hashes(db).await;
        let (owner, ada, last) = two_accounts(&app).await;
        ada.patch(&format!("/api/v1/content/{last}"), json!({ "isFavorite": true })).await.assert_status(200);
        let (memory, question) = (Memory::new(1 << 20).from_pieces(1), question(&app).await);
        let favourites = Filter { favorite: Some(true), ..Filter::default() };

        let near = index(&app, &memory, owner).await.nearest(&question, &favourites, 10).await.unwrap();

        assert_eq!(near.iter().map(|near| near.content_id.0.to_string()).collect::<Vec<_>>(), [last]);
    }

    async fn an_account_for_which_there_is_no_room_is_read_from_the_disk(db: Db) {
        let app = with_hashes(db.clone()).await;
        let (owner, _, _) = two_accounts(&app).await;
        // SQLite reckons with a block of 128 places, PostgreSQL with sixty pieces; each has 512 numbers of two bytes.
        let (fits, tight) = (Memory::new(128 * 1024).from_pieces(1), Memory::new(60 * 1024 - 1).from_pieces(1));

        assert!(index(&app, &fits, owner).await.are_kept());
        assert!(!index(&app, &tight, owner).await.are_kept());
        assert_eq!((tight.taken(), fits.taken() > 0), (0, true));
    }
}
