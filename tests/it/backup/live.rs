//! Backups of a database that is being written to, and restores of one that is in use.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use brainly::db::{Db, Engine, sql};

use super::data::fill;
use super::{create, empty_like, operator, tables};
use crate::harness::{Scratch, TestApp, on_both_engines};

/// Two tables that every transaction changes together, as fast as it can; the longest that one took.
async fn write_pairs(db: Db, stop: Arc<AtomicBool>) -> Duration {
    let mut longest = Duration::ZERO;
    while !stop.load(Ordering::Relaxed) {
        let begun = Instant::now();
        let mut tx = db.begin().await.unwrap();
        sql("UPDATE job_pauses SET queue = queue || 'x'").execute(&mut tx).await.unwrap();
        sql("UPDATE job_clocks SET turn = turn + 1").execute(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        longest = longest.max(begun.elapsed());
        tokio::task::yield_now().await;
    }
    longest
}

/// The pair, which must agree in every copy.
async fn pair(db: &Db) -> (i64, i64) {
    let length = "SELECT CAST(length(queue) AS BIGINT) FROM job_pauses";
    let (left,): (i64,) = sql(length).fetch_one(db).await.unwrap();
    let (right,): (i64,) = sql("SELECT turn FROM job_clocks").fetch_one(db).await.unwrap();
    (left, right)
}

/// Waits until PostgreSQL has noticed that a killed program's own programs are gone.
async fn orphans_are_gone(db: &Db) {
    let busy = "SELECT COUNT(*) FROM pg_stat_activity WHERE application_name = 'brainly-backup' AND datname = current_database()";
    while db.engine() == Engine::Postgres && sql(busy).fetch_one::<(i64,)>(db).await.unwrap().0 > 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

on_both_engines! {
    async fn a_backup_under_writes_is_of_one_moment(scratch: Scratch) {
        fill(&scratch).await;
        let mut tx = scratch.db.begin().await.unwrap();
        sql("DELETE FROM job_clocks").execute(&mut tx).await.unwrap();
        sql("INSERT INTO job_clocks (kind, priority, turn) VALUES ('pair', 0, 0)").execute(&mut tx).await.unwrap();
        sql("INSERT INTO job_pauses (queue, paused_at) SELECT '', created_at FROM users LIMIT 1").execute(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        let stop = Arc::new(AtomicBool::new(false));
        let writing = tokio::spawn(write_pairs(scratch.db.clone(), stop.clone()));

        let brainly = operator(&scratch);
        let (brainly, name) = tokio::task::spawn_blocking(move || { let name = create(&brainly); (brainly, name) }).await.unwrap();
        stop.store(true, Ordering::Relaxed);
        writing.await.unwrap();

        let target = empty_like(&scratch).await;
        let from = brainly.folder().join("data/backups").join(name);
        operator(&target).run(&["backup", "restore", "--from", from.to_str().unwrap()]).assert_code(0);
        target.db.close().await;
        let again = target.reopened().await;
        let (left, right) = pair(&again.db).await;
        assert_eq!(left, right);
        assert!(pair(&scratch.db).await.1 >= right && right > 0, "it wrote meanwhile: {right}");
        again.remove().await;
    }

    async fn nothing_is_restored_while_somebody_works_on_the_database(scratch: Scratch) {
        let app = TestApp::new(scratch.db.clone()).await;
        app.sign_up("ada").await;
        let brainly = operator(&scratch);
        let name = create(&brainly);
        let serving = brainly.serve(&[]);

        let refused = brainly.run(&["backup", "restore", &name, "--replace", "--yes"]).assert_code(1);

        assert!(refused.stderr.contains("is in use") && refused.stderr.contains("stop them first"), "{}", refused.stderr);
        serving.signal("TERM");
        assert_eq!(serving.wait().0, Some(0));
        scratch.db.close().await;
        brainly.run(&["backup", "restore", &name, "--replace", "--yes"]).assert_code(0);
    }

    async fn a_restore_that_is_killed_leaves_the_database_whole(scratch: Scratch) {
        fill(&scratch).await;
        let brainly = operator(&scratch);
        let name = create(&brainly);
        let before = tables(&scratch.db).await;
        scratch.db.close().await;
        for milliseconds in [20_u64, 60, 120, 200, 300, 450] {
            let mut restoring = brainly.command(&["backup", "restore", &name, "--replace", "--yes"]).stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().unwrap();
            tokio::time::sleep(Duration::from_millis(milliseconds)).await;
            drop(restoring.kill());
            restoring.wait().unwrap();

            let again = scratch.reopened().await;
            orphans_are_gone(&again.db).await;
            assert_eq!(tables(&again.db).await, before, "killed after {milliseconds} ms");
            again.db.close().await;
        }
    }

    async fn a_backup_that_is_killed_is_never_taken_for_a_whole_one(scratch: Scratch) {
        fill(&scratch).await;
        let brainly = operator(&scratch);
        for milliseconds in [10_u64, 40, 80, 120, 160, 220, 300] {
            let mut creating = brainly.command(&["backup"]).stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().unwrap();
            tokio::time::sleep(Duration::from_millis(milliseconds)).await;
            drop(creating.kill());
            creating.wait().unwrap();
        }

        let list = brainly.run(&["backup", "list", "--json"]).assert_code(0).stdout;
        let list: serde_json::Value = serde_json::from_str(&list).unwrap();
        for backup in list.as_array().unwrap().iter().filter(|backup| backup["whole"] == true) {
            brainly.run(&["backup", "verify", backup["name"].as_str().unwrap(), "--restore"]).assert_code(0);
        }
        create(&brainly);
        brainly.run(&["backup", "verify", "--restore"]).assert_code(0);
    }
}
