//! `brainly queue`: what an operator sees and does at a terminal.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use brainly::db::sql;
use serde_json::{Value, json};

use super::binary::Binary;
use crate::harness::{Scratch, TestApp, on_both_engines};

const NOBODY: &str = "019c0000-0000-7000-8000-000000000000";

/// Saves links and says which jobs will read them, the oldest first.
async fn save(app: &TestApp, name: &str, links: &[&str]) -> Vec<String> {
    let user = app.sign_up(name).await;
    for link in links {
        user.post("/api/v1/content", json!({ "title": "t", "link": link })).await.assert_status(201);
    }
    let jobs: Vec<(brainly::domain::JobId,)> =
        sql("SELECT id FROM jobs ORDER BY id").fetch_all(&app.app.db).await.unwrap();
    jobs.into_iter().map(|(id,)| id.to_string()).collect()
}

fn json_of(brainly: &Binary, arguments: &[&str]) -> Value {
    serde_json::from_str(&brainly.run(arguments).assert_code(0).stdout).unwrap()
}

fn states(brainly: &Binary) -> Value {
    json_of(brainly, &["queue", "stats", "--json"])["queues"][0]["states"].take()
}

on_both_engines! {
    async fn stats_are_a_table_for_people_and_the_same_as_json(scratch: Scratch) {
        let brainly = Binary::on(&scratch);
        assert_eq!(brainly.run(&["queue", "stats"]).assert_code(0).stdout, "no job was ever enqueued\n");
        let app = TestApp::new(scratch.db.clone()).await;
        save(&app, "ada", &["https://example.org/a", "https://example.org/b"]).await;
        brainly.run(&["queue", "pause", "enrich"]).assert_code(0);
        let mut tx = scratch.db.begin().await.unwrap();
        sql("INSERT INTO job_schedules (name, expression, next_at) VALUES ('purge', '0 0 * * * *', $1)")
            .bind(app.clock.now())
            .execute(&mut tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();

        let table = brainly.run(&["queue", "stats"]).assert_code(0).stdout;

        let lines: Vec<&str> = table.lines().collect();
        assert!(lines[0].starts_with("QUEUE ") && lines[0].contains("AVAILABLE") && lines[0].ends_with("AVERAGE"), "{table}");
        assert!(lines[1].starts_with("enrich (paused for ") && lines[2].starts_with("  enrich_content "), "{table}");
        assert!(lines[2].split_whitespace().nth(1) == Some("2"), "{table}");
        assert!(lines[4].starts_with("SCHEDULE") && lines[5].ends_with("-     2026-03-02T08:00:00.000Z"), "{table}");
        let shown = json_of(&brainly, &["queue", "stats", "--json"]);
        assert_eq!((&shown["queues"][0]["states"]["available"], &shown["schedules"][0]["name"]), (&json!(2), &json!("purge")));
        assert!(shown["queues"][0]["pausedAt"].is_string());
        brainly.run(&["queue", "resume", "enrich"]).assert_code(0);
        assert!(json_of(&brainly, &["queue", "stats", "--json"])["queues"][0]["pausedAt"].is_null());
    }

    async fn jobs_are_listed_shown_cancelled_and_retried_by_id(scratch: Scratch) {
        let brainly = Binary::on(&scratch);
        let app = TestApp::new(scratch.db.clone()).await;
        let jobs = save(&app, "ada", &["https://example.org/a", "https://example.org/b"]).await;

        let listed = json_of(&brainly, &["queue", "list", "--json", "--limit", "1"]);
        assert_eq!((&listed["jobs"][0]["id"], &listed["nextCursor"]), (&json!(jobs[1]), &json!(jobs[1])));
        let table = brainly.run(&["queue", "list", "--before", &jobs[1]]).assert_code(0).stdout;
        assert!(table.lines().count() == 2 && table.lines().nth(1).unwrap().starts_with(&format!("{}  available", jobs[0])), "{table}");

        let cancelled = brainly.run(&["queue", "cancel", &jobs[0], "--json"]).assert_code(0);
        assert_eq!(serde_json::from_str::<Value>(&cancelled.stdout).unwrap(), json!({ "jobs": [{ "id": jobs[0], "outcome": "cancelled" }] }));
        assert_eq!(json_of(&brainly, &["queue", "show", &jobs[0], "--json"])["state"], "cancelled");
        let refused = brainly.run(&["queue", "cancel", &jobs[0], NOBODY]).assert_code(1);
        assert!(refused.stderr.contains("it has ended already") && refused.stderr.contains("2 of 2 job(s)"), "{}", refused.stderr);

        brainly.run(&["queue", "retry", &jobs[0]]).assert_code(0);
        let shown = brainly.run(&["queue", "show", &jobs[0]]).assert_code(0).stdout;
        assert!(shown.contains("state        available") && shown.contains("contentId"), "{shown}");
        let refused = brainly.run(&["queue", "retry", NOBODY]).assert_code(1);
        assert!(refused.stderr.contains("there is no such job"), "{}", refused.stderr);
        let unknown = brainly.run(&["queue", "show", NOBODY]).assert_code(1);
        assert!(unknown.stderr.contains("there is no job") && unknown.stderr.contains("hint: "), "{}", unknown.stderr);
    }

    async fn many_are_cancelled_when_that_is_meant_and_retried_by_filter(scratch: Scratch) {
        let brainly = Binary::on(&scratch);
        let app = TestApp::new(scratch.db.clone()).await;
        save(&app, "ada", &["https://example.org/a", "https://example.org/b"]).await;
        save(&app, "bob", &["https://example.org/a"]).await;

        let asked = brainly.run(&["queue", "cancel", "--all"]).assert_code(1);
        assert!(asked.stderr.contains("Cancel 3 job(s)?") && asked.stderr.contains("hint: add --yes"), "{}", asked.stderr);
        assert_eq!(brainly.run(&["queue", "cancel", "--user", "ada", "--yes"]).assert_code(0).stdout, "2 cancelled\n");
        assert_eq!(json_of(&brainly, &["queue", "cancel", "--state", "available", "--yes", "--json"]), json!({ "cancelled": 1, "requested": 0 }));
        assert_eq!(states(&brainly)["cancelled"], 3);

        assert_eq!(brainly.run(&["queue", "retry", "--user", "BOB"]).assert_code(0).stdout, "1 available again\n");
        assert_eq!(json_of(&brainly, &["queue", "retry", "--all", "--json"]), json!({ "retried": 2, "same": 0 }));
        assert_eq!(states(&brainly)["available"], 3);
        brainly.run(&["queue", "retry", "--state", "completed"]).assert_code(1);
        brainly.run(&["queue", "cancel", "--state", "discarded"]).assert_code(1);
    }

    async fn a_job_tells_how_far_it_is_and_on_which_machine_it_was_done(scratch: Scratch) {
        let app = TestApp::new(scratch.db.clone()).await;
        let link = app.site.article("/kiln", "Kiln", &"Fired slowly until the witness cone bends.\n\n".repeat(9));
        let jobs = save(&app, "ada", &[&link]).await;
        let brainly = Binary::on(&scratch).env("FETCH_ALLOW_PRIVATE", &app.site.authority());
        let mut tx = scratch.db.begin().await.unwrap();
        let progress = json!({ "done": 3, "total": 7, "note": "saving" });
        sql("UPDATE jobs SET progress = $1").bind(progress).execute(&mut tx).await.unwrap();
        tx.commit().await.unwrap();

        let listed = brainly.run(&["queue", "list"]).assert_code(0).stdout;
        assert!(listed.contains("PROGRESS") && listed.contains("  3/7 saving  "), "{listed}");
        let shown = brainly.run(&["queue", "show", &jobs[0]]).assert_code(0).stdout;
        assert!(shown.contains("\nprogress     3/7 saving\n"), "{shown}");
        brainly.run(&["worker", "--once"]).assert_code(0);

        let machine = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap();
        let worker = json_of(&brainly, &["queue", "show", &jobs[0], "--json"])["worker"].take();
        assert!(worker.as_str().unwrap().starts_with(&format!("{}-", machine.trim_end())), "{worker}");
        assert!(!brainly.run(&["queue", "list"]).assert_code(0).stdout.contains("PROGRESS"));
    }

    async fn a_slip_of_the_pen_is_told_with_the_names_that_there_are(scratch: Scratch) {
        let brainly = Binary::on(&scratch);
        for slip in [
            &["queue", "pause", "enrihc"][..],
            &["queue", "resume", "enrihc"],
            &["queue", "list", "--queue", "enrihc"],
            &["queue", "retry", "--queue", "enrihc"],
            &["queue", "cancel", "--queue", "enrihc", "--yes"],
        ] {
            let refused = brainly.run(slip).assert_code(1);
            assert!(refused.stderr.contains("there is no queue \"enrihc\"\nhint: there are embed, enrich, "), "{}", refused.stderr);
        }
        let refused = brainly.run(&["queue", "list", "--kind", "enrich"]).assert_code(1);
        assert!(refused.stderr.contains("there is no kind of jobs \"enrich\"\nhint: there are backup, "), "{}", refused.stderr);
        let refused = brainly.run(&["worker", "--once", "--queues", "index,enrihc"]).assert_code(2);
        assert!(refused.stderr.contains("'enrihc'") && refused.stderr.contains("there are embed, enrich, "), "{}", refused.stderr);

        // All that a new instance knows is known, although nothing ever waited there.
        let none = brainly.run(&["queue", "list", "--queue", "index", "--kind", "backup"]).assert_code(0);
        assert_eq!((none.stdout.lines().count(), none.stderr.as_str()), (1, "nothing found\n"));
        assert_eq!(brainly.run(&["queue", "resume", "import"]).assert_code(0).stderr, "import was not paused\n");
        assert_eq!(brainly.run(&["queue", "pause", "import"]).assert_code(0).stderr, "import is paused; jobs that run go on\n");
        assert_eq!(brainly.run(&["queue", "resume", "import"]).assert_code(0).stderr, "import goes on\n");
        brainly.run(&["worker", "--once", "--queues", "index,"]).assert_code(0);
    }

    async fn a_worker_that_was_to_end_by_itself_hands_back_what_it_has_when_it_is_told_to_stop(scratch: Scratch) {
        let app = TestApp::new(scratch.db.clone()).await;
        let never = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let site = never.local_addr().unwrap().to_string();
        let jobs = save(&app, "ada", &[&format!("http://{site}/")]).await;
        let brainly = Binary::on(&scratch).env("FETCH_ALLOW_PRIVATE", &site).env("SHUTDOWN_GRACE", "0s");
        let working = brainly.command(&["worker", "--once"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let _asked = never.accept().unwrap();

        let sent = Command::new("kill").args(["-s", "TERM", &working.id().to_string()]).status().unwrap();

        assert!(sent.success());
        let ended = working.wait_with_output().unwrap();
        let told = String::from_utf8(ended.stderr).unwrap();
        assert_eq!((ended.status.code(), String::from_utf8(ended.stdout).unwrap().as_str()), (Some(1), "0 done, 0 failed\n"), "{told}");
        assert!(told.contains("error: interrupted") && !told.contains("panicked"), "{told}");
        let job = json_of(&brainly, &["queue", "show", &jobs[0], "--json"]);
        assert_eq!((&job["state"], &job["attempt"]), (&json!("available"), &json!(0)));
    }
}

#[test]
fn which_jobs_must_be_said() {
    let brainly = Binary::new();
    for usage in [
        &["queue"][..],
        &["queue", "retry"],
        &["queue", "cancel"],
        &["queue", "show"],
        &["queue", "pause"],
        &["queue", "retry", "--all", "--kind", "x"],
        &["queue", "retry", NOBODY, "--all"],
        &["queue", "list", "--state", "lost"],
    ] {
        brainly.run(usage).assert_code(2);
    }
    for (usage, words) in [
        (
            &["queue", "show", "123"][..],
            "invalid value '123' for '<ID>': a job's id is a UUID; `brainly queue list` shows them",
        ),
        (&["queue", "retry", "no-id"], "a job's id is a UUID"),
        (&["queue", "cancel", "123"], "a job's id is a UUID"),
        (&["queue", "list", "--before", "123"], "a job's id is a UUID"),
        (&["queue", "stats", "--watch", "0"], "invalid value '0' for '--watch [<SECONDS>]': 0 is not in 1..=86400"),
    ] {
        let refused = brainly.run(usage).assert_code(2);
        assert!(refused.stderr.contains(words), "{}", refused.stderr);
    }
    let unknown = brainly.run(&["queue", "resume", "nothing"]).assert_code(1);
    assert!(unknown.stderr.contains("there is no queue \"nothing\""), "{}", unknown.stderr);
}

#[test]
fn a_watch_repeats_plain_blocks_where_there_is_no_terminal_and_ends_well_on_a_signal() {
    let brainly = Binary::new();
    for arguments in [&["queue", "stats", "--watch", "1"][..], &["queue", "stats", "--watch", "1", "--json"]] {
        let mut child = brainly.command(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let shown: Vec<String> = lines.by_ref().take(if arguments.len() == 4 { 5 } else { 2 }).collect();

        let sent = Command::new("kill").args(["-s", "INT", &child.id().to_string()]).status().unwrap();

        assert!(sent.success());
        assert_eq!(child.wait().unwrap().code(), Some(0));
        if arguments.len() == 4 {
            assert_eq!(
                (shown[1].as_str(), shown[2].as_str(), shown[4].as_str()),
                ("no job was ever enqueued", "", "no job was ever enqueued")
            );
            assert!(!shown.concat().contains('\x1b'), "{shown:?}");
        } else {
            let first: Value = serde_json::from_str(&shown[0]).unwrap();
            assert_eq!(first, json!({ "queues": [], "schedules": [] }));
        }
    }
}
