//! `brainly doctor`: the checklist, run by the real binary.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use brainly::db::Engine;
use serde_json::Value;

use super::binary::Binary;
use crate::harness::{Scratch, run_on};

const SECRET: &str = "q8V1mZ0xJt5rYb2KpW9nLc4Hd7Gs3Fa6Ue+T/iOvRkXy";

fn findings(brainly: &Binary, flags: &[&str], code: i32) -> Value {
    let ended = brainly.run(&[&["doctor", "--offline", "--json"], flags].concat()).assert_code(code);
    serde_json::from_str(&ended.stdout).unwrap()
}

#[track_caller]
fn assert_found(findings: &Value, name: &str, verdict: &str, why: &str) {
    let check = findings["checks"].as_array().unwrap().iter().find(|check| check["name"] == name);
    let check = check.unwrap_or_else(|| panic!("no check is called {name}: {findings:#}"));
    assert!(check["verdict"] == verdict && check["why"].as_str().unwrap().contains(why), "{check:#}");
    assert_eq!(check["mend"].is_null(), verdict == "ok", "{check:#}");
}

#[test]
fn a_fresh_instance_on_a_laptop_fails_nothing() {
    let brainly = Binary::new();
    brainly.run(&["migrate"]).assert_code(0);

    let told = findings(&brainly, &[], 0);

    assert_found(&told, "environment", "warn", "development");
    assert_found(&told, "jwt_secret", "ok", "random");
    assert_found(&told, "database", "ok", "sqlite answers");
    assert_found(&told, "database_integrity", "ok", "whole");
    assert_found(&told, "schema", "ok", "up to date");
    assert_found(&told, "disk_space", "ok", "MiB");
    assert_found(&told, "backup", "warn", "never");
    brainly.run(&["backup"]).assert_code(0);
    brainly.run(&["backup", "verify"]).assert_code(0);
    assert_found(&findings(&brainly, &[], 0), "backup", "ok", "verified");
    let failing = brainly.env("BACKUP_DIR", "/dev/null/backups");
    failing.run(&["backup"]).assert_code(1);
    assert_found(
        &findings(&failing, &[], 0),
        "backup",
        "warn",
        "the last backup to /dev/null/backups failed 0 hours ago",
    );
    let text = failing.run(&["doctor", "--offline"]).assert_code(0);
    assert!(text.stdout.lines().any(|line| line.starts_with("ok    schema")), "{}", text.stdout);
    assert!(text.stdout.contains("mend: ") && text.stderr.contains("0 failed"), "{}", text.stderr);
}

#[test]
fn what_is_wrong_in_production_fails_with_its_mend_and_shows_no_secret() {
    let brainly = Binary::new()
        .env("BRAINLY_ENV", "production")
        .env("JWT_SECRET", &"weak".repeat(10))
        .env("DATABASE_URL", "postgres://brainly:changeme@127.0.0.1:1/brainly")
        .env("PUBLIC_URL", "http://brain.example.org")
        .env("CORS_ORIGIN", "http://app.example.org,https://app.example.org")
        .env("RATE_LIMIT_AUTH", "off")
        .env("TRUSTED_PROXIES", "0.0.0.0/0")
        .env("FETCH_ALLOW_PRIVATE", "nas.lan");

    let told = findings(&brainly, &[], 3);

    assert_eq!(told["verdict"], "fail");
    assert_found(&told, "jwt_secret", "fail", "guessed");
    assert_found(&told, "database_password", "fail", "everybody tries first");
    assert_found(&told, "public_url", "fail", "plain http");
    assert_found(&told, "cors", "fail", "http://app.example.org");
    assert_found(&told, "rate_limits", "fail", "RATE_LIMIT_AUTH");
    assert_found(&told, "trusted_proxies", "fail", "everybody");
    assert_found(&told, "database", "fail", "connection refused");
    assert_found(&told, "fetch_allow_private", "warn", "FETCH_ALLOW_PRIVATE");
    assert_found(&told, "metrics_token", "warn", "/metrics");
    let shown = told.to_string();
    assert!(!shown.contains("changeme") && !shown.contains("weakweak"), "{shown}");
}

#[test]
fn settings_with_which_nothing_starts_fail_the_checklist_and_are_told_in_json() {
    let brainly = Binary::new().env("JWT_SECRET", "short").env("CORS_ORIGIN", "*").env("DATABASE_URL", "mysql://a/b");

    let told = findings(&brainly, &[], 3);

    assert_eq!(told["verdict"], "fail");
    let whys: Vec<_> = told["checks"].as_array().unwrap().iter().map(|check| check["why"].as_str().unwrap()).collect();
    for (name, why) in [("JWT_SECRET", "at least 32"), ("CORS_ORIGIN", "each origin"), ("DATABASE_URL", "sqlite")] {
        assert!(whys.iter().any(|said| said.starts_with(&format!("{name}: ")) && said.contains(why)), "{told:#}");
    }
    assert_found(&told, "configuration", "fail", "");
    assert_found(&told, "dotenv", "ok", "no .env");
    assert!(!told.to_string().contains("short"), "{told:#}");
}

#[test]
fn a_secret_that_was_copied_or_repeats_itself_fails_and_so_does_the_one_before_it() {
    let said = |secret: &str, previous: &str, verdict: &str, why: &str| {
        let brainly = Binary::new().env("BRAINLY_ENV", "production").env("JWT_SECRET", secret);
        let brainly = brainly.env("JWT_SECRET_PREVIOUS", previous);
        assert_found(&findings(&brainly, &[], 3), "jwt_secret", verdict, why);
    };

    said("your-super-SECRET-jwt-key-for-the-server-1234", "", "fail", "the word \"secret\"");
    said("change_me-q8V1mZ0xJt5rYb2KpW9nLc4Hd7Gs3Fa6Ue", "", "fail", "the word \"change\"");
    said(&"kiln-clay-wheel-".repeat(4), "", "fail", "bits");
    said(SECRET, &"kiln-clay-wheel-".repeat(4), "fail", "JWT_SECRET_PREVIOUS could be guessed");
    said(SECRET, SECRET, "warn", "the same");
    said(SECRET, "vQ2mYb7Kt9LxWn4Rc6Hd1Gs8Fa3Ue5Zp0JiOoTrEwBvNm", "ok", "an older one still verifies");
}

#[test]
fn a_default_password_is_found_however_it_is_written() {
    run_on(Scratch::new(Engine::Postgres), async |scratch| {
        // The tests' server asks for none.
        let parameter = if scratch.url.contains('?') { "&password=postgres" } else { "?password=postgres" };
        for url in [format!("{}{parameter}", scratch.url), "postgres://Ada:%61da@127.0.0.1:1/brainly".to_owned()] {
            let brainly = Binary::new().env("JWT_SECRET", SECRET).env("DATABASE_URL", &url);
            let told = brainly.run(&["doctor", "--offline", "--json"]);
            let told = serde_json::from_str(&told.stdout).unwrap();
            assert_found(&told, "database_password", "warn", "everybody tries first");
        }
    });
}

#[test]
fn what_is_not_there_is_not_warned_of_and_what_should_be_is_named() {
    let brainly = Binary::new().env("METRICS", "off").env("BRAINLY_ENV", "production");

    let told = findings(&brainly, &[], 3);

    assert_found(&told, "metrics_token", "ok", "METRICS is off");
    assert_found(&told, "database", "fail", brainly.folder().to_str().unwrap());
}

#[test]
fn data_that_others_may_read_or_change_are_found_and_the_mend_mends() {
    let brainly = Binary::new();
    let elsewhere = brainly.folder().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    let database = elsewhere.join("brain.db");
    let brainly = brainly.env("DATABASE_URL", &format!("sqlite://{}", database.display()));
    brainly.run(&["migrate"]).assert_code(0);
    let mode = |path: &std::path::Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    let mend = |told: &Value| {
        let check = told["checks"].as_array().unwrap().iter().find(|check| check["name"] == "file_modes").unwrap();
        assert!(Command::new("sh").args(["-c", check["mend"].as_str().unwrap()]).status().unwrap().success());
        assert_found(&findings(&brainly, &[], 0), "file_modes", "ok", "nobody else");
    };

    // Whoever may enter a folder needs no list of it to open a file whose name is known.
    mode(&database, 0o644);
    mode(&elsewhere, 0o711);
    let told = findings(&brainly, &[], 0);
    assert_found(&told, "file_modes", "warn", "brain.db (0644)");
    mend(&told);
    mode(&database, 0o644);
    mode(&elsewhere, 0o700);
    assert_found(&findings(&brainly, &[], 0), "file_modes", "ok", "nobody else");
    mode(&elsewhere, 0o777);
    mode(&database, 0o600);
    let told = findings(&brainly, &[], 0);
    assert_found(&told, "file_modes", "warn", "elsewhere (0777)");
    mend(&told);
}

#[test]
fn an_index_that_is_gone_is_made_again_by_the_mend_on_both_engines() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        run_on(Scratch::new(engine), async |scratch| {
            let brainly = Binary::on(&scratch).env("JWT_SECRET", SECRET);
            assert_found(&findings(&brainly, &[], 0), "indexes", "ok", "indexes are there");
            let mut tx = scratch.db.begin().await.unwrap();
            brainly::db::sql("DROP INDEX contents_live").execute(&mut tx).await.unwrap();
            brainly::db::sql("DROP INDEX jobs_unique").execute(&mut tx).await.unwrap();
            tx.commit().await.unwrap();

            let told = findings(&brainly, &[], 3);

            assert_found(&told, "indexes", "fail", "contents_live");
            let check = told["checks"].as_array().unwrap().iter().find(|check| check["name"] == "indexes").unwrap();
            let statements = check["mend"].as_str().unwrap().strip_prefix("run in the database: ").unwrap();
            let mut tx = scratch.db.begin().await.unwrap();
            for statement in statements.split_terminator(';') {
                brainly::db::sql(statement).execute(&mut tx).await.unwrap();
            }
            tx.commit().await.unwrap();
            assert_found(&findings(&brainly, &[], 0), "indexes", "ok", "indexes are there");
        });
    }
}

#[test]
fn a_dotenv_that_others_may_read_or_that_git_tracks_fails() {
    let brainly = Binary::new();
    let file = brainly.folder().join(".env");
    fs::write(&file, "LOG_LEVEL=warn\n").unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    assert_found(&findings(&brainly, &[], 3), "dotenv", "fail", "0644");

    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    assert_found(&findings(&brainly, &[], 0), "dotenv", "ok", "not tracked");

    let git = |arguments: &[&str]| {
        assert!(Command::new("git").args(arguments).current_dir(brainly.folder()).output().unwrap().status.success());
    };
    git(&["init", "-q"]);
    git(&["add", "-f", ".env"]);
    // The checkout of somebody else, in which git does nothing unless it is told to trust it.
    assert_found(&with_path(brainly.env("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")), "dotenv", "fail", "tracked by git");
}

/// The findings where the binary finds `git`.
fn with_path(brainly: Binary) -> Value {
    let path =
        String::from_utf8(Command::new("sh").args(["-c", "printf %s \"$PATH\""]).output().unwrap().stdout).unwrap();
    findings(&brainly.env("PATH", &path), &[], 3)
}

#[test]
fn an_old_schema_a_stalled_queue_and_too_many_connections_are_found_on_postgres() {
    run_on(Scratch::empty(Engine::Postgres), async |scratch| {
        let brainly = Binary::new().env("DATABASE_URL", &scratch.url).env("JWT_SECRET", SECRET);
        assert_found(&findings(&brainly, &[], 3), "schema", "fail", "lacks");

        brainly.run(&["migrate"]).assert_code(0);

        let told = findings(&brainly, &[], 0);
        assert_found(&told, "postgresql_version", "ok", "PostgreSQL");
        assert_found(&told, "pgvector", "ok", "pgvector");
        assert_found(&told, "indexes", "ok", "indexes are there");
        assert_found(&told, "clock", "ok", "agrees");
        assert_found(
            &findings(&brainly, &["--instances", "1000"], 3),
            "connections",
            "fail",
            "1000 × (DB_POOL_MAX + 3) = 23000",
        );

        let mut tx = scratch.db.begin().await.unwrap();
        brainly::db::sql("DROP INDEX contents_live").execute(&mut tx).await.unwrap();
        brainly::db::sql(
            "INSERT INTO jobs (id, queue, kind, state, priority, arguments, max_attempts, run_at, created_at) VALUES \
             ($1, 'enrich', 'enrich_content', 'available', 10, $2, 5, $3, $3)",
        )
        .bind(uuid::Uuid::now_v7())
        .bind(serde_json::json!({}))
        .bind("2026-01-01T00:00:00Z".parse::<brainly::domain::Timestamp>().unwrap())
        .execute(&mut tx)
        .await
        .unwrap();
        tx.commit().await.unwrap();
        let told = findings(&brainly, &[], 3);
        assert_found(&told, "indexes", "fail", "contents_live");
        assert_found(&told, "queue_age", "fail", "enrich");
    });
}

#[test]
fn the_outside_is_looked_for_by_the_fetcher_s_own_rules() {
    let refused = Binary::new().run(&["doctor", "--outside", "http://127.0.0.1:1/", "--json"]).assert_code(3);

    assert_found(&serde_json::from_str(&refused.stdout).unwrap(), "outgoing_network", "fail", "refused");
}
