//! A backup that is not what it should be is refused with the reason, and the database is left alone.

use std::fs;
use std::path::{Path, PathBuf};

use brainly::db::sql;

use super::data::fill;
use super::{create, empty_like, operator, other, tables};
use crate::cli::binary::Binary;
use crate::harness::{Scratch, on_both_engines};

/// The files of a backup: the database and the manifest.
fn files(folder: &Path) -> (PathBuf, PathBuf) {
    let mut names: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    assert_eq!(names.len(), 2, "{names:?}");
    (names[0].clone(), names[1].clone())
}

fn refused(brainly: &Binary, arguments: &[&str], why: &str) {
    let ended = brainly.run(arguments).assert_code(1);
    assert!(
        ended.stderr.contains(why) && ended.stderr.contains("hint: "),
        "{arguments:?}: {why} is missing from {}",
        ended.stderr
    );
}

on_both_engines! {
    async fn damage_of_any_kind_is_told_and_nothing_is_restored(scratch: Scratch) {
        fill(&scratch).await;
        let brainly = operator(&scratch);
        let name = create(&brainly);
        let folder = brainly.folder().join("data/backups").join(&name);
        let (database, manifest) = files(&folder);
        let (whole, told) = (fs::read(&database).unwrap(), fs::read_to_string(&manifest).unwrap());
        let target = empty_like(&scratch).await;
        let restorer = operator(&target);
        let from = folder.to_str().unwrap();
        let untouched = async || {
            let there = brainly::db::table::catalogue(&target.db).await.unwrap();
            assert!(there.is_empty(), "{there:?}");
        };

        fs::write(&database, &whole[..whole.len() / 2]).unwrap();
        refused(&restorer, &["backup", "restore", "--from", from], "bytes instead of");
        untouched().await;

        for at in [20, whole.len() / 2, whole.len() - 5] {
            let mut flipped = whole.clone();
            flipped[at] ^= 0x10;
            fs::write(&database, &flipped).unwrap();
            refused(&brainly, &["backup", "verify", &name], "is damaged");
            refused(&restorer, &["backup", "restore", "--from", from], "is damaged");
            untouched().await;
        }
        fs::write(&database, &whole).unwrap();

        fs::write(&manifest, told.replacen("\"version\": 1", "\"version\": 99", 1)).unwrap();
        refused(&restorer, &["backup", "restore", "--from", from], "made by a newer Brainly");
        let schema = told.find("\"schema\": ").unwrap() + 10;
        fs::write(&manifest, format!("{}999{}", &told[..schema], &told[schema..])).unwrap();
        refused(&restorer, &["backup", "restore", "--from", from], "made by a newer Brainly");
        untouched().await;
        let rows = told.find("\"rows\": 2").unwrap();
        fs::write(&manifest, format!("{}7{}", &told[..rows + 8], &told[rows + 9..])).unwrap();
        refused(&brainly, &["backup", "verify", &name, "--restore"], "rows instead of 7");
        fs::remove_file(&manifest).unwrap();
        refused(&restorer, &["backup", "restore", "--from", from], "it was not finished");
        untouched().await;

        fs::write(&manifest, told).unwrap();
        restorer.run(&["backup", "restore", "--from", from]).assert_code(0);
        target.db.close().await;
        let again = target.reopened().await;
        assert_eq!(tables(&again.db).await, tables(&scratch.db).await);
        again.remove().await;
    }

    async fn an_older_backup_never_stands_in_for_a_damaged_one(scratch: Scratch) {
        fill(&scratch).await;
        let brainly = operator(&scratch);
        let older = create(&brainly);
        // Names that differ by less than a second are in no order.
        tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
        let newer = create(&brainly);
        let (database, _) = files(&brainly.folder().join("data/backups").join(&newer));
        fs::write(&database, "half").unwrap();

        refused(&brainly, &["backup", "verify"], &newer);
        refused(&brainly, &["backup", "restore", "--replace", "--yes"], &newer);
        brainly.run(&["backup", "verify", &older]).assert_code(0);
    }

    async fn a_backup_of_the_other_engine_is_refused(scratch: Scratch) {
        let brainly = operator(&scratch);
        let folder = brainly.folder().join("data/backups").join(create(&brainly));
        let target = Scratch::empty(other(scratch.db.engine())).await;

        refused(&operator(&target), &["backup", "restore", "--from", folder.to_str().unwrap()], "and the database is of");

        target.remove().await;
    }

    async fn what_is_not_there_is_told_with_the_mend(scratch: Scratch) {
        let brainly = operator(&scratch);

        refused(&brainly, &["backup", "verify"], "there is no backup");
        refused(&brainly, &["backup", "restore", "20260101T000000Z-abcdef"], "there is no backup");
        refused(&brainly, &["backup", "verify", "../../etc/passwd"], "there is no backup");
    }
}

#[test]
fn a_damaged_or_lost_sqlite_file_is_restored_over_and_its_log_with_it() {
    crate::harness::run(brainly::db::Engine::Sqlite, async |scratch| {
        fill(&scratch).await;
        let brainly = operator(&scratch);
        create(&brainly);
        let before = tables(&scratch.db).await;
        scratch.db.close().await;
        let file = brainly::db::Db::file(&scratch.url).unwrap();
        let log = file.with_file_name(format!("{}-wal", file.file_name().unwrap().to_str().unwrap()));
        for damage in ["garbage", "lost"] {
            match damage {
                "lost" => fs::remove_file(&file).unwrap(),
                _ => fs::write(&file, damage.repeat(5000)).unwrap(),
            }
            fs::write(&log, "of another file").unwrap();
            let flags: &[&str] = if damage == "lost" { &[] } else { &["--replace", "--yes"] };

            brainly.run(&[&["backup", "restore"], flags].concat()).assert_code(0);

            assert!(!log.exists());
            let db = brainly::db::Db::open(&scratch.url, std::num::NonZeroU32::MIN).await.unwrap();
            assert_eq!(tables(&db).await, before, "{damage}");
            db.close().await;
        }
    });
}

#[test]
fn a_role_that_may_make_no_database_is_told_with_the_mend() {
    crate::harness::run(brainly::db::Engine::Postgres, async |scratch| {
        fill(&scratch).await;
        let brainly = operator(&scratch);
        create(&brainly);
        let role = format!("poor_{}", uuid::Uuid::new_v4().simple());
        let as_owner = async |statement: String| {
            let mut tx = scratch.db.begin().await.unwrap();
            sql(&statement).execute(&mut tx).await.unwrap();
            tx.commit().await.unwrap();
        };
        as_owner(format!("CREATE ROLE {role}")).await;
        let mut url = url::Url::parse(&scratch.url).unwrap();
        url.query_pairs_mut().append_pair("options[role]", &role);

        let poor = brainly.env("DATABASE_URL", url.as_str());
        refused(&poor, &["backup", "verify", "--restore"], "permission denied to create database");

        as_owner(format!("DROP ROLE {role}")).await;
    });
}

#[test]
fn a_restored_sqlite_file_belongs_to_whom_the_old_one_did() {
    use std::os::unix::fs::{MetadataExt as _, chown};
    crate::harness::run(brainly::db::Engine::Sqlite, async |scratch| {
        fill(&scratch).await;
        let brainly = operator(&scratch);
        create(&brainly);
        scratch.db.close().await;
        let file = brainly::db::Db::file(&scratch.url).unwrap();
        // Only root may; to anybody else it is his own before and after.
        drop(chown(&file, Some(65534), Some(65534)));
        let owner = |file: &Path| fs::metadata(file).map(|file| (file.uid(), file.gid())).unwrap();
        let before = owner(&file);

        brainly.run(&["backup", "restore", "--replace", "--yes"]).assert_code(0);

        assert_eq!(owner(&file), before);
    });
}

#[test]
fn a_pg_dump_that_is_missing_or_too_old_is_told_with_the_mend() {
    crate::harness::run(brainly::db::Engine::Postgres, async |scratch| {
        refused(
            &operator(&scratch).env("BACKUP_PG_DUMP", "/nowhere/pg_dump"),
            &["backup"],
            "/nowhere/pg_dump can't be started",
        );
        let old = operator(&scratch);
        let program = old.folder().join("pg_dump");
        fs::write(&program, "#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.24'\n").unwrap();
        std::os::unix::fs::PermissionsExt::set_mode(&mut fs::metadata(&program).unwrap().permissions(), 0o755);
        fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();

        let told = old.env("BACKUP_PG_DUMP", program.to_str().unwrap());
        refused(&told, &["backup"], "pg_dump is of version 9");

        fs::write(&program, "#!/bin/sh\n[ \"$1\" = --version ] && echo 'pg_dump (PostgreSQL) 99.0' && exit\necho 'out of luck' >&2; exit 1\n").unwrap();
        let ended = told.run(&["backup"]).assert_code(1);
        assert!(ended.stderr.contains("pg_dump failed: out of luck"), "{}", ended.stderr);
        let left = fs::read_dir(told.folder().join("data/backups")).unwrap().count();
        assert_eq!(left, 0, "folders of backups that failed");
    });
}
