//! The old server's database under the real program: killed in the middle, and in use afterwards.

use std::process::Child;
use std::time::Duration;

use brainly::actions::migrate;
use brainly::db::{Db, Engine, sql};
use brainly::domain::Clock;
use serde_json::json;

use super::old_server::{make_old_server, outcome};
use super::{execute, on_empty};
use crate::cli::binary::Binary;
use crate::harness::{Scratch, TestApp};

/// More items than three transactions complete.
const MANY: &str = "INSERT INTO contents (id, title, link, type, user_id, enrichment_status, created_at, updated_at) \
    SELECT CAST(md5(CAST(n AS text)) AS uuid), 'bulk ' || n, 'https://example.org/bulk/' || n, 'link', \
    '00000000-0000-4000-8000-00000000000a', 'pending', timestamptz '2026-02-20' + n * interval '1 second', \
    timestamptz '2026-02-20' FROM generate_series(1, 1600) n";
/// The last of them in the order in which they are completed.
const LAST: &str = "SELECT title FROM contents WHERE title = 'bulk 1600' FOR UPDATE";

async fn make_large_old_server(db: &Db) {
    make_old_server(db).await;
    execute(db, MANY).await;
}

/// Waits until some items are completed for good; fails should the program end before.
async fn first_batch_is_kept(db: &Db, program: &mut Child) {
    loop {
        let statement = sql("SELECT COUNT(*) FROM backfills WHERE cursor IS NOT NULL");
        if statement.fetch_one::<(i64,)>(db).await.unwrap().0 > 0 {
            return;
        }
        assert_eq!(program.try_wait().unwrap(), None, "it ended too soon");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[test]
fn killed_in_the_middle_of_an_adoption_it_ends_the_same_when_it_is_started_again() {
    on_empty(Engine::Postgres, async |half| {
        make_large_old_server(&half.db).await;
        brainly::db::migrate::up(&half.db, 1, Clock::system().now()).await.unwrap();
        let brainly = Binary::on(&half);
        // A lock on the last item holds the program before its end, however fast it is.
        let mut hold = half.db.begin().await.unwrap();
        sql(LAST).fetch_one::<(String,)>(&mut hold).await.unwrap();
        let mut program = brainly.command(&["migrate"]).spawn().unwrap();
        first_batch_is_kept(&half.db, &mut program).await;

        program.kill().unwrap();
        assert_eq!(program.wait().unwrap().code(), None, "a signal ended it");
        drop(hold);
        assert!(migrate::check(&half.db).await.is_err(), "it is not done");
        let again = brainly.run(&["migrate"]).assert_code(0);

        assert!(
            again.stdout.contains("adopted the old server's database") && again.stdout.contains("1612 items"),
            "{}",
            again.stdout
        );
        let whole = Scratch::empty(Engine::Postgres).await;
        make_large_old_server(&whole.db).await;
        migrate::up(&whole.db, &Clock::system()).await.unwrap();
        assert_eq!(outcome(&half.db).await, outcome(&whole.db).await);
        whole.remove().await;
    });
}

#[test]
fn after_an_adoption_old_passwords_sign_in_and_old_share_links_answer() {
    on_empty(Engine::Postgres, async |scratch| {
        make_old_server(&scratch.db).await;
        let old = bcrypt::hash("an old password", 4).unwrap();
        execute(&scratch.db, &format!("UPDATE users SET password = '{old}' WHERE username = 'Ada'")).await;
        migrate::up(&scratch.db, &Clock::system()).await.unwrap();
        let app = TestApp::new(scratch.db.clone()).await;
        let credentials = json!({ "username": "Ada", "password": "an old password" });

        let first = app.anonymous().post("/api/v1/signin", credentials.clone()).await.assert_status(200).json();
        let ada = app.anonymous().with_token(first["token"].as_str().unwrap());
        assert_eq!(ada.get("/api/v1/content").await.assert_status(200).json()["pagination"]["total"], 10);
        let stored = sql("SELECT password FROM users WHERE username = 'Ada'");
        let (hash,): (String,) = stored.fetch_one(&scratch.db).await.unwrap();
        assert!(hash.starts_with("$argon2id$"), "the old hash gave way to ours");
        app.anonymous().post("/api/v1/signin", credentials).await.assert_status(200);
        let shared = app.anonymous().get("/api/v1/brain/0123456789").await.assert_status(200).json();
        assert_eq!((&shared["username"], shared["content"].as_array().unwrap().len()), (&json!("Ada"), 10));
    });
}
