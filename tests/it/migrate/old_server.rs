//! The old server's PostgreSQL database is adopted in place.

use brainly::actions::migrate::{self, Adoption, Progress, adopt_batch};
use brainly::db::{Db, Engine, sql};
use brainly::domain::Clock;
use sqlx::raw_sql;

use super::on_empty;
use crate::harness::Scratch;

/// As it made its database.
const SCHEMA: &str = include_str!("old_server.sql");
/// Rows, among them what our rules forbid.
const ROWS: &str = include_str!("old_rows.sql");

pub(super) async fn make_old_server(db: &Db) {
    let Db::Postgres(pool) = db else { panic!("the old server kept its data in PostgreSQL") };
    raw_sql(SCHEMA).execute(&pool.pool()).await.unwrap();
    raw_sql(ROWS).execute(&pool.pool()).await.unwrap();
}

async fn count(db: &Db, from: &str) -> i64 {
    sql(&format!("SELECT COUNT(*) FROM {from}")).fetch_one::<(i64,)>(db).await.unwrap().0
}

/// Everything that adoption decides, row by row, as text.
pub(super) async fn outcome(db: &Db) -> Vec<(String,)> {
    sql("SELECT CONCAT_WS('|', title, link, type, content_id, enrichment_status, enrichment_error, canonical_link, \
         CAST(canonical_hash AS text), canonical_url, embed_url, CAST(is_duplicate AS text), CAST(meta_tags AS text), \
         CAST(created_at AS text), CAST(updated_at AS text)) FROM contents \
         UNION ALL SELECT CONCAT_WS('|', username, username_key, password) FROM users \
         UNION ALL SELECT CONCAT_WS('|', CAST(user_id AS text), bucket, CAST(items AS text)) FROM content_counts \
         UNION ALL SELECT CONCAT_WS('|', name, CAST(item_count AS text)) FROM tags \
         UNION ALL SELECT CONCAT_WS('|', kind, state, unique_key, CAST(priority AS text)) FROM jobs ORDER BY 1")
    .fetch_all(db)
    .await
    .unwrap()
}

/// One column of the item of that title, as text.
async fn item(db: &Db, title: &str, column: &str) -> Option<String> {
    let statement = sql(&format!("SELECT CAST({column} AS text) FROM contents WHERE title = $1")).bind(title);
    statement.fetch_one::<(Option<String>,)>(db).await.unwrap().0
}

async fn adopt(scratch: &Scratch) -> Adoption {
    make_old_server(&scratch.db).await;
    let done = migrate::up(&scratch.db, &Clock::system()).await.unwrap();
    done.adopted.expect("the database is adopted")
}

#[test]
fn every_row_of_the_old_server_is_kept_and_what_is_odd_is_told() {
    on_empty(Engine::Postgres, async |scratch| {
        let found = adopt(&scratch).await;

        let db = &scratch.db;
        for (table, rows) in [("users", 4), ("contents", 12), ("tags", 2), ("content_tags", 3), ("share_links", 1)] {
            assert_eq!(count(db, table).await, rows, "{table}");
        }
        assert_eq!(count(db, "contents_embedding_store").await, 1, "the operator may drop it, we don't");
        assert_eq!((found.rows.users, found.rows.contents, found.rows.tags, found.rows.share_links), (4, 12, 2, 1));
        let expected = Adoption {
            names_taken_in_another_case: 1,
            duplicate_links: 2,
            links_not_of_the_web: 2,
            stuck_in_processing: 1,
            skipped: 1,
            unknown_statuses: 1,
            unknown_types: 1,
            odd_lists: 2,
            to_read: 4,
            rows: found.rows,
            leftovers: vec!["drizzle.__drizzle_migrations".into(), "public.contents_embedding_store".into()],
        };
        assert_eq!(found, expected);
        migrate::check(db).await.unwrap();
    });
}

#[test]
fn adopted_items_get_canonical_links_and_the_oldest_of_two_is_the_original() {
    on_empty(Engine::Postgres, async |scratch| {
        adopt(&scratch).await;

        let db = &scratch.db;
        for (title, is_duplicate) in [
            ("first", "false"),
            ("second, same link", "true"),
            ("third, tracked", "true"),
            ("of another user", "false"),
        ] {
            assert_eq!(item(db, title, "is_duplicate").await.as_deref(), Some(is_duplicate), "{title}");
            assert_eq!(item(db, title, "canonical_link").await.as_deref(), Some("https://example.org/kiln"), "{title}");
        }
        assert_eq!(item(db, "a video", "content_id").await.as_deref(), Some("dQw4w9WgXcQ"));
        assert!(item(db, "a video", "embed_url").await.unwrap().contains("dQw4w9WgXcQ"));
        assert_eq!(item(db, "not of the web", "link").await.as_deref(), Some("ftp://example.org/file"));
        assert_eq!(item(db, "not of the web", "canonical_link").await, None);
        assert_eq!(item(db, "first", "content_id").await.as_deref(), Some("old-id"), "ids that clients know are kept");
    });
}

#[test]
fn what_was_not_read_is_queued_and_everything_is_indexed() {
    on_empty(Engine::Postgres, async |scratch| {
        adopt(&scratch).await;

        let db = &scratch.db;
        for (title, status) in [
            ("waits", "pending"),
            ("stuck", "pending"),
            ("was skipped", "pending"),
            ("odd status", "pending"),
            ("not of the web", "skipped"),
            ("given up", "failed"),
            ("first", "enriched"),
        ] {
            assert_eq!(item(db, title, "enrichment_status").await.as_deref(), Some(status), "{title}");
        }
        let items = count(db, "contents WHERE deleted_at IS NULL").await;
        assert_eq!(count(db, "content_counts WHERE bucket = 'live'").await, 2);
        assert_eq!(count(db, "content_counts WHERE bucket = 'status:processing' AND items > 0").await, 0);
        assert_eq!(count(db, "tags WHERE name = 'pottery' AND item_count = 2").await, 1);
        assert_eq!(
            count(db, "content_tags t JOIN contents c ON c.id = t.content_id WHERE content_created_at <> c.created_at")
                .await,
            0
        );
        assert_eq!(count(db, "contents WHERE created_at <> date_trunc('milliseconds', created_at)").await, 0);
        assert_eq!(items, 12);
    });
}

#[test]
fn names_that_differ_only_in_case_and_share_links_go_on_working() {
    on_empty(Engine::Postgres, async |scratch| {
        use brainly::store::{share_links, users};
        adopt(&scratch).await;

        let db = &scratch.db;
        let older = users::find_by_name(db, "Ada", "ada").await.unwrap().unwrap();
        let (older, hash) = (older.user.id, older.password);
        let younger = users::find_by_name(db, "ADA", "ada").await.unwrap().unwrap().user.id;
        let any_case = users::find_by_name(db, "aDa", "ada").await.unwrap().unwrap().user.id;
        assert_ne!(older, younger, "each signs in by its exact spelling");
        assert_eq!(any_case, older, "another spelling means the older account");
        assert_eq!(hash.as_deref(), Some("$2b$10$abcdefghijklmnopqrstuuJ8Yk0Vt8mQmW1gq3bJ8nYp0o9QyZ5qK"));
        let (owner, _) = share_links::owner(db, "0123456789").await.unwrap().unwrap();
        assert_eq!(owner, older);
    });
}

#[test]
fn an_adoption_that_was_killed_half_way_ends_the_same_when_it_is_started_again() {
    on_empty(Engine::Postgres, async |whole| {
        adopt(&whole).await;
        on_half_done(async |half| {
            let db = &half.db;
            brainly::db::migrate::up(db, 1, Clock::system().now()).await.unwrap();
            assert!(migrate::check(db).await.is_err(), "the schema alone is not enough");
            for _ in 0..4 {
                assert_eq!(adopt_batch(db, &Clock::system(), 2).await.unwrap(), Progress::More);
            }
            // A batch that is dropped in its middle leaves nothing behind.
            let clock = Clock::system();
            let mut batch = Box::pin(adopt_batch(db, &clock, 2));
            assert!(futures::poll!(&mut batch).is_pending());
            drop(batch);
            let mut again = tokio::task::JoinSet::new();
            for _ in 0..10 {
                let db = db.clone();
                again.spawn(async move { migrate::up(&db, &Clock::system()).await.map(drop) });
            }
            again.join_all().await.into_iter().for_each(|done| done.unwrap());

            assert_eq!(outcome(db).await, outcome(&whole.db).await);
        })
        .await;
    });
}

async fn on_half_done(test: impl AsyncFnOnce(&Scratch)) {
    let half = Scratch::empty(Engine::Postgres).await;
    make_old_server(&half.db).await;
    test(&half).await;
    half.remove().await;
}

#[test]
fn a_plan_counts_the_old_rows_and_touches_none() {
    on_empty(Engine::Postgres, async |scratch| {
        make_old_server(&scratch.db).await;

        let plan = migrate::plan(&scratch.db).await.unwrap();

        assert_eq!(plan.to_adopt.map(|rows| (rows.users, rows.contents)), Some((4, 12)));
        assert!(!brainly::db::migrate::has_table(&scratch.db, "schema_migrations").await.unwrap());
    });
}
