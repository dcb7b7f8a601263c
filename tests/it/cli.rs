//! The real binary: what it prints, how it ends, what it bears.

pub(crate) mod binary;
mod doctor;
mod embed;
mod eval;
mod queue;
mod reading;
mod serving;
mod users;

use std::fs;
use std::io::Read as _;
use std::process::Stdio;

use binary::Binary;
use brainly::cli;
use serde_json::Value;

#[test]
fn the_command_line_is_sound() {
    cli::command().debug_assert();
}

#[test]
fn every_command_and_flag_says_what_it_is_for() {
    let mut command = cli::command();
    command.build();
    let mut commands = vec![command];
    while let Some(command) = commands.pop() {
        assert!(command.get_about().is_some(), "{} lacks words", command.get_name());
        for argument in command.get_arguments() {
            assert!(argument.get_help().is_some(), "{} {} lacks words", command.get_name(), argument.get_id());
        }
        commands.extend(command.get_subcommands().filter(|sub| sub.get_name() != "help").cloned());
    }
}

#[test]
fn version_and_help_go_to_standard_output_and_wrong_usage_is_exit_code_two() {
    let brainly = Binary::new();

    let version = brainly.run(&["--version"]).assert_code(0);
    assert_eq!(version.stdout, format!("brainly {}\n", env!("CARGO_PKG_VERSION")));
    let help = brainly.run(&["--help"]).assert_code(0);
    for command in [
        "serve",
        "worker",
        "migrate",
        "enrich-now",
        "queue",
        "search",
        "user",
        "doctor",
        "config",
        "completions",
        "man",
    ] {
        assert!(help.stdout.contains(command), "{command} is missing from {}", help.stdout);
    }
    for usage in [&["no-such-command"][..], &[], &["serve", "--no-such-flag"], &["enrich-now"], &["search"]] {
        let wrong = brainly.run(usage).assert_code(2);
        assert!(wrong.stdout.is_empty() && wrong.stderr.contains("Usage"), "{usage:?}: {}", wrong.stderr);
    }
}

#[test]
fn config_shows_values_with_their_source_and_no_secret() {
    let brainly = Binary::new().env("JWT_SECRET", "s3cret-s3cret-s3cret-s3cret-s3cret").env("PORT", "7171");

    let text = brainly.run(&["config"]).assert_code(0);
    assert!(
        text.stdout.lines().any(|line| line.starts_with("PORT ") && line.ends_with("7171  (environment)")),
        "{}",
        text.stdout
    );
    let json: Value = serde_json::from_str(&brainly.run(&["config", "--json"]).assert_code(0).stdout).unwrap();
    let settings = json["settings"].as_array().unwrap();
    assert!(
        settings.iter().any(|setting| setting["name"] == "JWT_SECRET" && setting["value"] == "set, hidden"),
        "{json}"
    );
    assert!(!text.stdout.contains("s3cret") && !json.to_string().contains("s3cret"));
}

#[test]
fn everything_wrong_with_the_configuration_is_told_at_once() {
    let brainly = Binary::new().env("PORT", "seventy").env("SIGNUPS", "maybe").env("JWT_SECRET", "too-short-secret");

    let refused = brainly.run(&["serve"]).assert_code(1);

    for word in ["PORT", "SIGNUPS", "JWT_SECRET", "hint: "] {
        assert!(refused.stderr.contains(word), "{word} is missing from {}", refused.stderr);
    }
    assert!(!refused.stderr.contains("too-short-secret"), "{}", refused.stderr);
}

#[test]
fn a_flag_wins_over_the_environment_and_is_checked_by_the_same_rules() {
    let brainly = Binary::new().env("LOG_LEVEL", "warn");

    let shown = brainly.run(&["config", "--log-level", "debug"]).assert_code(0);
    assert!(
        shown.stdout.lines().any(|line| line.starts_with("LOG_LEVEL ") && line.ends_with("debug  (flag)")),
        "{}",
        shown.stdout
    );
    let refused = brainly.run(&["config", "--log-level", "loud"]).assert_code(1);
    assert!(refused.stderr.contains("LOG_LEVEL"), "{}", refused.stderr);
}

#[test]
fn completions_are_printed_for_each_shell_and_man_pages_written_for_each_command() {
    let brainly = Binary::new();

    for shell in ["bash", "zsh", "fish"] {
        assert!(brainly.run(&["completions", shell]).assert_code(0).stdout.contains("enrich-now"), "{shell}");
    }
    assert!(brainly.run(&["man"]).assert_code(0).stdout.contains(".TH brainly 1"));
    let folder = brainly.folder().join("man");
    brainly.run(&["man", "--dir", folder.to_str().unwrap()]).assert_code(0);
    assert!(
        fs::read_to_string(folder.join("brainly-enrich-now.1")).unwrap().contains("progress")
            || folder.join("brainly.1").exists()
    );
}

#[test]
fn a_reader_that_goes_away_early_is_no_error() {
    let brainly = Binary::new();
    // Longer than a pipe holds, so that the writer meets the closed end.
    let mut child =
        brainly.command(&["completions", "bash"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());

    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();

    assert_eq!((child.wait().unwrap().code(), stderr.as_str()), (Some(0), ""));
}

#[test]
fn migrate_tells_what_is_missing_then_does_it_once() {
    let brainly = Binary::new();

    assert!(brainly.run(&["migrate", "--dry-run"]).assert_code(0).stdout.contains("would run 0001"));
    let status: Value =
        serde_json::from_str(&brainly.run(&["migrate", "status", "--json"]).assert_code(0).stdout).unwrap();
    assert!(status.as_array().unwrap().iter().all(|step| step["appliedAt"].is_null()), "{status}");
    assert!(!brainly.folder().join("data").exists(), "looking makes nothing");
    assert!(brainly.run(&["migrate"]).assert_code(0).stdout.contains("ran 0001"));
    assert_eq!(brainly.run(&["migrate", "up"]).assert_code(0).stdout, "nothing to do\n");
    assert!(!brainly.run(&["migrate", "status"]).assert_code(0).stdout.contains("missing"));
}

#[test]
fn commands_on_an_empty_brain_say_so_and_how_to_go_on() {
    let brainly = Binary::new();

    let search = brainly.run(&["search", "kiln"]).assert_code(1);
    assert!(search.stderr.contains("there is no user yet"), "{}", search.stderr);
    let unknown = brainly.run(&["enrich-now", "--user", "nobody"]).assert_code(1);
    assert!(unknown.stderr.contains("there is no user \"nobody\""), "{}", unknown.stderr);
    assert_eq!(brainly.run(&["enrich-now", "--all"]).assert_code(0).stdout, "0 enriched, 0 failed\n");
    assert_eq!(brainly.run(&["worker", "--once"]).assert_code(0).stdout, "0 done, 0 failed\n");
}

#[test]
fn looking_at_the_migrations_makes_no_database() {
    let brainly = Binary::new();
    let plan = brainly.run(&["migrate", "--dry-run"]).assert_code(0);
    assert!(plan.stdout.contains("would run 0001"), "{}", plan.stdout);
    brainly.run(&["migrate", "status"]).assert_code(0);
    assert!(!brainly.folder().join("data/brainly.db").exists());
}
