//! Moving house: from one engine to the other and back, every row compared; stopped at any moment, or refused.

use std::collections::BTreeMap;
use std::fs;
use std::process::Stdio;
use std::time::Duration;

use brainly::backup::TableSum;
use brainly::backup::tables::{Treatment, rule};
use brainly::db::{Db, Engine};

use crate::backup::data::fill;
use crate::backup::{operator, other, tables};
use crate::cli::binary::Binary;
use crate::harness::{Scratch, TestApp, on_both_engines};
use crate::migrate::execute;

/// The tables that are copied, but for those to which the target adds jobs of its own.
async fn copied(db: &Db) -> BTreeMap<String, TableSum> {
    let mut tables = tables(db).await;
    tables.retain(|name, _| {
        rule(name).is_some_and(|rule| rule.treatment == Treatment::Copied)
            && !matches!(name.as_str(), "jobs" | "job_turns")
    });
    tables
}

fn copy(brainly: &Binary, from: &Scratch, to: &Scratch) {
    let done = brainly.run(&["migrate", "copy", "--from", &from.url, "--to", &to.url]).assert_code(0);
    assert!(done.stdout.contains("every one compared"), "{}", done.stdout);
}

on_both_engines! {
    async fn a_copy_to_the_other_engine_and_back_keeps_every_row(scratch: Scratch) {
        fill(&scratch).await;
        let brainly = operator(&scratch);
        let before = copied(&scratch.db).await;
        let there = Scratch::empty(other(scratch.db.engine())).await;
        let back = Scratch::empty(scratch.db.engine()).await;

        copy(&brainly, &scratch, &there);
        assert_eq!(copied(&there.db).await, before);
        copy(&brainly, &there, &back);
        assert_eq!(copied(&back.db).await, before);

        assert!(before["contents"].rows == 43 && before["users"].rows == 2, "{before:?}");
        let app = TestApp::new(there.db.clone()).await;
        app.run_jobs().await;
        let found = app.signed_in(app.user("grace_hopper").await).get("/api/v1/search?q=cone").await.assert_status(200).json();
        assert_eq!(found["results"].as_array().unwrap().len(), 1, "the words are found again: {found}");
        for scratch in [there, back] {
            scratch.remove().await;
        }
    }

    async fn an_archive_is_read_into_an_empty_database_only(scratch: Scratch) {
        fill(&scratch).await;
        let brainly = operator(&scratch);
        let file = brainly.folder().join("all.tar.gz");
        brainly.run(&["export", file.to_str().unwrap()]).assert_code(0);
        let full = copied(&scratch.db).await;

        let refused = brainly.run(&["import", file.to_str().unwrap()]).assert_code(1);

        assert!(refused.stderr.contains("2 account(s)") && refused.stderr.contains("hint: "), "{}", refused.stderr);
        assert_eq!(copied(&scratch.db).await, full);
    }

    async fn an_archive_that_is_not_what_it_should_be_is_refused_and_nothing_is_touched(scratch: Scratch) {
        fill(&scratch).await;
        let brainly = operator(&scratch);
        let file = brainly.folder().join("all.tar.gz");
        let path = file.to_str().unwrap();
        brainly.run(&["export", path]).assert_code(0);
        let whole = fs::read(&file).unwrap();
        let target = Scratch::empty(other(scratch.db.engine())).await;
        let importer = operator(&target);
        let flipped = |at: usize| { let mut bytes = whole.clone(); bytes[at] ^= 4; bytes };

        for (bytes, why) in [
            (whole[..whole.len() / 2].to_vec(), "is damaged"),
            (whole[..whole.len() - 3].to_vec(), "is damaged"),
            (flipped(whole.len() / 3), "is damaged"),
            (flipped(whole.len() - 6), "is damaged"),
            (b"not even gzip".to_vec(), "is damaged"),
            (repacked(&whole, "\"version\": 1", "\"version\": 9"), "made by a newer Brainly"),
            (repacked(&whole, "\"schema\": ", "\"schema\": 99,"), "made by a newer Brainly"),
        ] {
            fs::write(&file, bytes).unwrap();
            let refused = importer.run(&["import", path]).assert_code(1);
            assert!(refused.stderr.contains(why) && refused.stderr.contains("hint: "), "{why}: {}", refused.stderr);
            assert!(brainly::db::table::catalogue(&target.db).await.unwrap().is_empty());
        }
        target.remove().await;
    }

    async fn an_import_that_was_killed_goes_on_and_is_not_taken_for_whole_before(scratch: Scratch) {
        fill(&scratch).await;
        let brainly = operator(&scratch);
        let before = copied(&scratch.db).await;
        let target = Scratch::empty(other(scratch.db.engine())).await;
        let arguments = ["migrate", "copy", "--from", &scratch.url, "--to", &target.url];
        let mut halves = 0;
        for milliseconds in [30_u64, 60, 90, 120, 160, 200, 250] {
            let mut copying = brainly.command(&arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            tokio::time::sleep(Duration::from_millis(milliseconds)).await;
            drop(copying.kill());
            let finished = copying.wait().unwrap().success();
            let half = operator(&target).run(&["user", "list"]);
            if half.stderr.contains("imported into the database in part") {
                halves += 1;
            }
            if finished {
                break;
            }
        }

        let last = brainly.run(&arguments);

        assert!(last.stdout.contains("every one compared") || last.stderr.contains("2 account(s)"), "{}{}", last.stdout, last.stderr);
        assert_eq!(copied(&target.db).await, before, "{halves} times half");
        operator(&target).run(&["user", "list"]).assert_code(0);
        target.remove().await;
    }

    async fn a_copy_is_not_gone_on_with_once_its_source_has_changed(scratch: Scratch) {
        fill(&scratch).await;
        let brainly = operator(&scratch);
        let target = Scratch::empty(other(scratch.db.engine())).await;
        let arguments = ["migrate", "copy", "--from", &scratch.url, "--to", &target.url];
        fail_at_the_end(&brainly, &arguments, &target).await;

        execute(&scratch.db, "UPDATE contents SET note = 'written meanwhile'").await;
        let refused = brainly.run(&arguments).assert_code(1);

        assert!(refused.stderr.contains("has changed since this copy was begun: contents"), "{}", refused.stderr);
        target.remove().await;
    }

    async fn an_import_that_failed_when_its_jobs_were_queued_goes_on_and_queues_them_once(scratch: Scratch) {
        fill(&scratch).await;
        let brainly = operator(&scratch);
        let before = copied(&scratch.db).await;
        let target = Scratch::empty(other(scratch.db.engine())).await;
        let arguments = ["migrate", "copy", "--from", &scratch.url, "--to", &target.url];
        fail_at_the_end(&brainly, &arguments, &target).await;

        let queued = tables(&target.db).await["jobs"].rows;
        operator(&target).run(&["user", "list"]).assert_code(1);
        brainly.run(&arguments).assert_code(0);

        let there = tables(&target.db).await;
        assert!(queued > tables(&scratch.db).await["jobs"].rows, "the first try has queued");
        assert_eq!(there["jobs"].rows, queued, "the second has not queued again");
        assert_eq!(copied(&target.db).await, before);
        operator(&target).run(&["user", "list"]).assert_code(0);
        target.remove().await;
    }
}

/// Runs a copy whose import fails when its jobs are queued, and mends what made it fail.
async fn fail_at_the_end(brainly: &Binary, copy: &[&str], target: &Scratch) {
    operator(target).run(&["migrate"]).assert_code(0);
    let (no_end, mend) = no_end_of_an_import(target.db.engine());
    for statement in no_end {
        execute(&target.db, statement).await;
    }
    let failed = brainly.run(copy).assert_code(1);
    assert!(failed.stderr.contains("no end of it"), "{}", failed.stderr);
    execute(&target.db, mend).await;
}

/// What keeps the last transaction of an import from its end, as a full disk may, and what lets it be again.
fn no_end_of_an_import(engine: Engine) -> (&'static [&'static str], &'static str) {
    match engine {
        Engine::Sqlite => (
            &[
                "CREATE TRIGGER no_end BEFORE DELETE ON backfills WHEN OLD.name = 'archive_import' BEGIN SELECT RAISE(ABORT, 'no end of it'); END",
            ],
            "DROP TRIGGER no_end",
        ),
        Engine::Postgres => (
            &[
                "CREATE FUNCTION no_end() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''no end of it''; END'",
                "CREATE TRIGGER no_end BEFORE DELETE ON backfills FOR EACH ROW WHEN (OLD.name = 'archive_import') EXECUTE FUNCTION no_end()",
            ],
            "DROP FUNCTION no_end CASCADE",
        ),
    }
}

/// The archive with some text of its header replaced; the tar's own checksum does not cover it.
fn repacked(whole: &[u8], from: &str, to: &str) -> Vec<u8> {
    use std::io::{Read as _, Write as _};
    let mut plain = Vec::new();
    flate2::read::GzDecoder::new(whole).read_to_end(&mut plain).unwrap();
    let at = plain.windows(from.len()).position(|window| window == from.as_bytes()).unwrap();
    // What is longer takes the place of what follows.
    plain[at..at + to.len()].copy_from_slice(to.as_bytes());
    let mut zip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    zip.write_all(&plain).unwrap();
    zip.finish().unwrap()
}
