//! What was backed up comes back, every row of it.

use std::io::Read as _;

use brainly::db::sql;
use serde_json::{Value, json};

use super::data::fill;
use super::{create, empty_like, operator, tables};
use crate::harness::{Scratch, TestApp, on_both_engines};

on_both_engines! {
    async fn a_restored_database_holds_every_row_as_it_was(scratch: Scratch) {
        fill(&scratch).await;
        let brainly = operator(&scratch);
        let before = tables(&scratch.db).await;

        let made = brainly.run(&["backup"]).assert_code(0);
        assert!(made.stdout.lines().count() == 1 && made.stdout.contains(" rows, "), "{}", made.stdout);
        assert!(made.stderr.lines().any(|line| line.starts_with("writing: ")), "plain lines without a terminal: {}", made.stderr);
        let verified = brainly.run(&["backup", "verify", "--restore"]).assert_code(0);
        assert!(verified.stdout.contains("restored and compared"), "{}", verified.stdout);
        let target = empty_like(&scratch).await;
        let folder = brainly.folder().join("data/backups");
        let restored = operator(&target).run(&["backup", "restore", "--from", folder.to_str().unwrap()]).assert_code(0);

        assert!(restored.stdout.contains("restored to "), "{}", restored.stdout);
        target.db.close().await;
        let again = target.reopened().await;
        assert_eq!(tables(&again.db).await, before);
        let app = TestApp::new(again.db.clone()).await;
        let found = app.signed_in(app.user("grace_hopper").await).get("/api/v1/search?q=cone").await.assert_status(200).json();
        assert_eq!(found["results"].as_array().unwrap().len(), 1, "{found}");
        again.remove().await;
    }

    async fn a_database_with_accounts_is_replaced_only_when_that_is_meant(scratch: Scratch) {
        fill(&scratch).await;
        let brainly = operator(&scratch);
        let name = create(&brainly);
        let backed_up = tables(&scratch.db).await;
        let app = TestApp::new(scratch.db.clone()).await;
        app.signed_in(app.user("ada").await).post("/api/v1/content", json!({ "title": "later", "link": "https://example.org/later" })).await.assert_status(201);
        let later = tables(&scratch.db).await;

        let refused = brainly.run(&["backup", "restore", &name]).assert_code(1);
        assert!(refused.stderr.contains("is not empty") && refused.stderr.contains("--replace"), "{}", refused.stderr);
        let unasked = brainly.run(&["backup", "restore", &name, "--replace"]).assert_code(1);
        assert!(unasked.stderr.contains("hint: add --yes"), "{}", unasked.stderr);
        assert_eq!(tables(&scratch.db).await, later, "a refusal changes nothing");
        scratch.db.close().await;
        brainly.run(&["backup", "restore", &name, "--replace", "--yes"]).assert_code(0);

        let again = scratch.reopened().await;
        assert_eq!(tables(&again.db).await, backed_up);
        again.db.close().await;
    }

    async fn a_database_that_was_only_migrated_is_empty(scratch: Scratch) {
        fill(&scratch).await;
        let brainly = operator(&scratch);
        let folder = brainly.folder().join("data/backups").join(create(&brainly));
        let target = empty_like(&scratch).await;
        let restorer = operator(&target);
        restorer.run(&["migrate"]).assert_code(0);

        restorer.run(&["backup", "restore", "--from", folder.to_str().unwrap()]).assert_code(0);

        target.db.close().await;
        let again = target.reopened().await;
        assert_eq!(tables(&again.db).await, tables(&scratch.db).await);
        again.remove().await;
    }

    async fn backups_are_listed_with_what_they_hold(scratch: Scratch) {
        fill(&scratch).await;
        let brainly = operator(&scratch);
        let none = brainly.run(&["backup", "list"]).assert_code(0);
        assert!(none.stdout.is_empty() && none.stderr.contains("there is no backup"), "{}", none.stderr);
        let name = create(&brainly);
        let left_over = brainly.folder().join("data/backups/20260101T000000Z-abcdef");
        std::fs::create_dir(&left_over).unwrap();
        std::fs::write(left_over.join("database.sqlite.gz"), "half").unwrap();

        let list: Value = serde_json::from_str(&brainly.run(&["backup", "list", "--json"]).assert_code(0).stdout).unwrap();

        assert_eq!((&list[0]["name"], &list[0]["whole"], &list[0]["engine"]), (&json!(name), &json!(true), &json!(scratch.db.engine().name())));
        assert_eq!((&list[1]["whole"], list.as_array().unwrap().len()), (&json!(false), 2), "{list}");
        let newest = brainly.run(&["backup", "verify"]).assert_code(0);
        assert!(newest.stdout.starts_with(&name), "half a backup is never the newest: {}", newest.stdout);
    }

    async fn the_last_good_backup_is_known_to_whoever_asks(scratch: Scratch) {
        let app = TestApp::new(scratch.db.clone()).await;
        assert_eq!(brainly::actions::backup::last(&app.app.db, app.app.clock.now()).await.unwrap(), brainly::actions::backup::LastBackups::default());
        let brainly = operator(&scratch);
        let name = create(&brainly);
        brainly.run(&["backup", "verify"]).assert_code(0);

        let last = brainly::actions::backup::last(&app.app.db, app.app.clock.now()).await.unwrap();

        let good = last.good.unwrap();
        assert!(good.name == name && good.bytes > 0 && good.verified_at.is_some() && last.failed.is_none(), "{good:?}");
        let failing = operator(&scratch).env("BACKUP_DIR", "/dev/null/backups");
        failing.run(&["backup"]).assert_code(1);
        let failed = brainly::actions::backup::last(&app.app.db, app.app.clock.now()).await.unwrap().failed.unwrap();
        assert!(failed.error.is_some(), "{failed:?}");
    }
}

#[test]
fn what_was_deleted_is_in_no_backup_of_sqlite() {
    crate::harness::run(brainly::db::Engine::Sqlite, async |scratch| {
        fill(&scratch).await;
        let secret = "the end of a long secret";
        let mut tx = scratch.db.begin().await.unwrap();
        let pause = "INSERT INTO job_pauses (queue, paused_at) SELECT $1, created_at FROM users LIMIT 1";
        sql(pause).bind("x".repeat(3_000_000) + secret).execute(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = scratch.db.begin().await.unwrap();
        sql("DELETE FROM job_pauses WHERE length(queue) > 1000").execute(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        let left = "SELECT COUNT(*) FROM sqlite_dbpage WHERE instr(data, CAST($1 AS BLOB)) > 0";
        assert!(sql(left).bind(secret).fetch_one::<(i64,)>(&scratch.db).await.unwrap().0 > 0);

        let brainly = operator(&scratch);
        let name = create(&brainly);

        let packed = std::fs::File::open(brainly.folder().join("data/backups").join(name).join("database.sqlite.gz"));
        let mut pages = Vec::new();
        flate2::read::GzDecoder::new(packed.unwrap()).read_to_end(&mut pages).unwrap();
        assert!(pages.len() > 3_000_000 && !pages.windows(secret.len()).any(|bytes| bytes == secret.as_bytes()));
        brainly.run(&["backup", "verify", "--restore"]).assert_code(0);
    });
}
