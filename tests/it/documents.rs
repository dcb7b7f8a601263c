//! What the documents say is shown by tests is.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn sources(folder: &Path, text: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, text);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            text.push_str(&fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn every_test_that_the_security_document_names_is_there() {
    let document = fs::read_to_string(root().join("docs/SECURITY.md")).unwrap();
    let mut tests = String::new();
    sources(&root().join("tests"), &mut tests);
    let rows = document.lines().filter(|line| line.starts_with('|') && line.matches('|').count() == 4);
    let shown = rows.filter_map(|row| row.rsplit('|').nth(1)).flat_map(|cell| cell.split('`').skip(1).step_by(2));
    let mut names = 0;
    for name in shown {
        let there =
            if name.contains('/') { root().join(name).exists() } else { tests.contains(&format!("fn {name}(")) };
        assert!(there, "docs/SECURITY.md names {name}, which is not there");
        names += 1;
    }
    assert!(names > 30, "only {names} names were found");
}

/// What stands between backticks in a document.
fn quoted(document: &str) -> Vec<String> {
    let text = fs::read_to_string(root().join(document)).unwrap();
    // Blocks of code are for reading, not for names.
    let prose: Vec<&str> = text.split("```").step_by(2).collect();
    prose.join(" ").split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn metrics_settings_and_scripts_that_operators_are_told_of_are_there() {
    let settings: Vec<&str> =
        brainly::config::Config::sections().into_iter().flat_map(|section| section.settings).map(|s| s.name).collect();
    let is_setting = |word: &str| word.contains('_') && word.chars().all(|c| c.is_ascii_uppercase() || c == '_');
    let mut names = 0;
    for document in ["docs/SCALING.md", "docs/OPERATIONS.md"] {
        for word in quoted(document).iter().flat_map(|quote| quote.split_whitespace().map(str::to_owned)) {
            let word = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
            let there = if word.starts_with("brainly_") {
                brainly::domain::metric::METRICS.iter().any(|(name, ..)| *name == word)
            } else if word.starts_with("scripts/") || word.starts_with("deploy/") || word.starts_with("docs/") {
                root().join(word).exists()
            } else if is_setting(word) {
                settings.contains(&word)
            } else {
                continue;
            };
            assert!(there, "{document} names {word}, which is not there");
            names += 1;
        }
    }
    assert!(names > 30, "only {names} names were found");
}

#[test]
fn every_script_that_operators_are_told_of_says_what_it_does() {
    let mut scripts: Vec<String> = (quoted("docs/OPERATIONS.md").iter())
        .filter_map(|quote| quote.split_whitespace().next().filter(|word| word.starts_with("scripts/")))
        // It runs nextest, which has words of its own.
        .filter(|script| *script != "scripts/test")
        .map(str::to_owned)
        .collect();
    scripts.sort();
    scripts.dedup();
    for script in &scripts {
        let said = Command::new(root().join(script)).arg("--help").output().unwrap();
        let text = String::from_utf8_lossy(&said.stdout);
        assert!(said.status.success() && text.contains(script.as_str()), "{script} --help: {text}");
    }
    assert!(scripts.len() > 5, "only {scripts:?} were found");
}

#[test]
fn every_claim_of_the_operations_document_has_a_command_that_runs_something() {
    let (mut tests, mut claims) = (String::new(), 0);
    sources(&root().join("tests"), &mut tests);
    for quote in quoted("docs/OPERATIONS.md") {
        let Some(filter) = quote.strip_prefix("scripts/test ") else { continue };
        let there = filter.split("::").filter(|part| !part.is_empty()).all(|part| {
            tests.contains(&format!("mod {part};"))
                || tests.lines().any(|line| line.contains("fn ") && line.contains(part))
        });
        assert!(there, "docs/OPERATIONS.md says scripts/test {filter}, which finds no test");
        claims += 1;
    }
    assert!(claims > 5, "only {claims} commands were found");
}

/// The number that follows `key` in a text, in seconds; the longest where there are several.
fn seconds(text: &str, key: &str) -> u64 {
    let digits =
        |rest: &str| rest.trim_start().chars().take_while(char::is_ascii_digit).collect::<String>().parse().ok();
    text.split(key).skip(1).filter_map(digits).max().unwrap_or_default()
}

#[test]
fn what_stops_a_process_waits_until_it_has_taken_its_leave_and_sent_its_last_words() {
    let read = |file: &str| fs::read_to_string(root().join(file)).unwrap();
    let kubernetes = read("deploy/k8s/config.yaml");
    let units = ["deploy/systemd/brainly.service", "deploy/systemd/brainly-worker@.service"].map(read);
    let [api, worker] = ["deploy/k8s/api.yaml", "deploy/k8s/worker.yaml"].map(read);
    let compose = read("docker-compose.yml");
    // What telemetry may take at the end: docs/LOGGING.md says so.
    assert!(read("docs/LOGGING.md").contains("three seconds at most"));
    let leave = |drain: &str| seconds(drain, "SHUTDOWN_DRAIN:") + 30 + 3;

    for (told, waits, needs) in [
        ("docker-compose.yml", seconds(&compose, "stop_grace_period:"), leave(&compose)),
        (
            "api.yaml",
            seconds(&api, "terminationGracePeriodSeconds:"),
            leave(&kubernetes) + seconds(&api, "sleep: { seconds:"),
        ),
        ("worker.yaml", seconds(&worker, "terminationGracePeriodSeconds:"), leave("")),
        ("brainly.service", seconds(&units[0], "TimeoutStopSec="), leave("")),
        ("brainly-worker@.service", seconds(&units[1], "TimeoutStopSec="), leave("")),
    ] {
        assert!(needs >= 33 && waits > needs, "{told} waits for {waits} s, and {needs} s may pass");
    }
    assert_eq!(seconds(&compose, "SHUTDOWN_DRAIN:"), 5, "the drain is read");
}

#[test]
fn what_deploy_sets_are_settings_that_there_are() {
    let settings: Vec<&str> =
        brainly::config::Config::sections().into_iter().flat_map(|section| section.settings).map(|s| s.name).collect();
    // Of the programs beside Brainly, and of those that start it.
    let others =
        |name: &str| ["POSTGRES_", "GF_", "TLS_DIR", "AF_", "ON_FAILURE"].iter().any(|prefix| name.starts_with(prefix));
    let mut names = 0;
    for file in [
        "docker-compose.yml",
        "deploy/k8s/config.yaml",
        "deploy/k8s/api.yaml",
        "deploy/k8s/worker.yaml",
        "deploy/k8s/migrate.yaml",
        "deploy/k8s/backup.yaml",
        "deploy/systemd/brainly.service",
        "deploy/systemd/brainly-worker@.service",
        "deploy/systemd/brainly-backup.service",
        "deploy/railway.json",
        "deploy/render.yaml",
    ] {
        let text = fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        for word in text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_') {
            let is_name =
                word.contains('_') && word.len() > 4 && word.chars().all(|c| c.is_ascii_uppercase() || c == '_');
            if !is_name || others(word) {
                continue;
            }
            let name = word.strip_suffix("_FILE").unwrap_or(word);
            assert!(settings.contains(&name), "{file} sets {word}, which is no setting");
            names += 1;
        }
    }
    assert!(names > 25, "only {names} names were found");
}
