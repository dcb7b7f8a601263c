//! The log, traces and reports, in processes of their own: they are set up once, and a panic's hook is the whole process's.

mod receiver;
mod reports;
mod traces;

use std::process::Command;
use std::time::Duration;

use brainly::config::{Config, Sources};
use brainly::{fetch, telemetry};
use serde_json::Value;

#[test]
#[ignore = "it panics; another test starts it in a process of its own"]
fn panics_with_a_message_made_at_run_time() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().to_string_lossy().into_owned();
    let sources = Sources::from_process([("BRAINLY_DATA_DIR", folder), ("LOG_FORMAT", "json".to_owned())]);
    let _telemetry = telemetry::init(&Config::from_sources(&sources).unwrap(), || fetch::tls().ok());
    let secret = format!("token-{}", Duration::from_secs(42).as_secs());
    panic!("there was {secret}");
}

#[test]
fn a_panic_is_one_line_of_the_json_log_and_its_message_is_not_shown() {
    let this = std::env::current_exe().unwrap();
    let name = "telemetry::panics_with_a_message_made_at_run_time";

    let ended = Command::new(this).args(["--exact", name, "--ignored", "--nocapture"]).output().unwrap();

    let log = String::from_utf8(ended.stderr).unwrap();
    let lines: Vec<Value> = log.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    assert_eq!(lines.len(), 1, "{log}");
    assert_eq!((&lines[0]["level"], &lines[0]["message"]), (&"ERROR".into(), &"panicked".into()), "{log}");
    assert!(lines[0]["panic.location"].as_str().unwrap().starts_with("tests/it/telemetry.rs:"), "{log}");
    assert!(!log.contains("token-42"), "{log}");
}
