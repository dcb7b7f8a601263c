//! What an operator may set, and what Brainly says when it can't work.

mod secrets;
mod values;

use std::fs;
use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;

use brainly::config::{
    Config, DefaultValue, Effective, Engine, Environment, Inline, Level, LogFormat, PrivateException, Problems,
    RateLimit, Setting, Signups, Source, Sources, Values, generate, secret_file,
};

const SECRET: &str = "correct-horse-battery-staple-and-more";
const OTHER_SECRET: &str = "an-older-secret-that-still-verifies-tokens";

/// An operator with a home directory who has set nothing else.
fn nothing_set() -> Sources {
    Sources::default().env("HOME", "/home/ada")
}

fn with(settings: &[(&str, &str)]) -> Result<Config, Problems> {
    let sources = settings.iter().fold(nothing_set(), |sources, (name, value)| sources.env(*name, *value));
    Config::from_sources(&sources)
}

fn read(settings: &[(&str, &str)]) -> Config {
    with(settings).unwrap_or_else(|problems| panic!("{settings:?}: {problems}"))
}

/// The one problem that `name` set to `value` leads to.
fn refused(name: &str, value: &str) -> String {
    let problems = with(&[(name, value)]).err().unwrap_or_else(|| panic!("{name}={value:?} was accepted"));
    let [problem] = problems.as_slice() else { panic!("one problem expected: {problems}") };
    assert_eq!(problem.name, name);
    problem.message.clone()
}

fn settings() -> Vec<&'static Setting> {
    Config::sections().into_iter().flat_map(|section| section.settings).collect()
}

fn effective<'a>(config: &'a Config, name: &str) -> &'a Effective {
    config.effective().iter().find(|setting| setting.name == name).expect("a setting of that name")
}

#[test]
fn nothing_needs_to_be_set() {
    let config = read(&[]);
    assert_eq!(config.environment, Environment::Development);
    assert_eq!(config.data_dir, Path::new("/home/ada/.local/share/brainly"));
    assert_eq!(config.database.engine, Engine::Sqlite);
    assert_eq!(config.database.url.expose(), "sqlite:///home/ada/.local/share/brainly/brainly.db");
    assert_eq!(config.database.pool_max.get(), 20);
    assert_eq!((config.http.host, config.http.port), (IpAddr::from([127, 0, 0, 1]), 5000));
    assert_eq!(config.http.cors_origins, ["http://localhost:5173"]);
    assert!(config.http.public_url.is_none() && config.http.trusted_proxies.is_empty());
    assert!(config.auth.jwt_secret.is_none() && config.auth.jwt_secret_previous.is_none());
    assert_eq!(config.auth.jwt_ttl, Duration::from_hours(7 * 24));
    assert_eq!(config.auth.signups, Signups::Open);
    assert_eq!(config.auth.google_certs_url.as_str(), "https://www.googleapis.com/oauth2/v3/certs");
    let quarter = |max| Some(RateLimit { max, window: Duration::from_mins(15) });
    let limits = &config.limits;
    assert_eq!((limits.auth, limits.content, limits.global), (quarter(10), quarter(300), quarter(1000)));
    assert_eq!((config.log.level, config.log.format), (Level::Info, LogFormat::Json));
    assert_eq!((config.worker.inline, config.worker.concurrency.get()), (Inline::Auto, 8));
    assert_eq!((config.worker.shutdown_grace, config.worker.max_attempts.get()), (Duration::from_secs(30), 5));
    assert_eq!((config.fetch.timeout, config.fetch.max_bytes), (Duration::from_secs(15), 10 << 20));
    assert_eq!((config.fetch.host_concurrency.get(), config.fetch.host_spacing), (2, Duration::from_secs(1)));
    assert_eq!(config.fetch.user_agent, concat!("Brainly/", env!("CARGO_PKG_VERSION")));
    assert_eq!((config.retention.trash_days.get(), config.retention.job_retention_days.get()), (30, 14));
    assert!(config.warnings.is_empty(), "{:?}", config.warnings);
}

#[test]
fn a_flag_wins_over_the_environment_over_dotenv_over_the_default() {
    let mut sources = nothing_set();
    let port = |sources: &Sources| {
        let config = Config::from_sources(sources).unwrap();
        (config.http.port, effective(&config, "PORT").source.clone())
    };
    assert_eq!(port(&sources), (5000, Source::Default));
    sources = sources.dotenv("# the port\nexport PORT=1\nHOST='::1'\n");
    assert_eq!(port(&sources), (1, Source::DotEnv));
    sources = sources.env("PORT", "2");
    assert_eq!(port(&sources), (2, Source::Environment));
    sources = sources.flag("PORT", "3");
    assert_eq!(port(&sources), (3, Source::Flag));
}

#[test]
fn an_empty_variable_counts_as_unset() {
    assert_eq!(read(&[("PORT", ""), ("PUBLIC_URL", " ")]).http.port, 5000);
    let sources = nothing_set().env("PORT", "").dotenv("PORT=81");
    assert_eq!(Config::from_sources(&sources).unwrap().http.port, 81);
}

#[test]
fn all_problems_are_told_at_once() {
    let problems = with(&[
        ("PORT", "80800"),
        ("JWT_TTL", "7"),
        ("SIGNUPS", "maybe"),
        ("DATABASE_URL", "mysql://localhost/brainly"),
        ("RATE_LIMIT_AUTH", "10"),
    ])
    .unwrap_err();
    let names: Vec<_> = problems.as_slice().iter().map(|problem| problem.name.as_str()).collect();
    assert_eq!(names, ["DATABASE_URL", "PORT", "JWT_TTL", "SIGNUPS", "RATE_LIMIT_AUTH"]);
    let text = problems.to_string();
    assert!(
        text.contains("\n  PORT: must be a whole number, from 0 to 65535 (set to \"80800\" in the environment)"),
        "{text}"
    );
    assert_eq!(text.lines().count(), 6);
}

#[test]
fn every_range_and_word_that_is_documented_holds() {
    for setting in settings() {
        match setting.values {
            Values::Between(low, high) => {
                read(&[(setting.name, low)]);
                read(&[(setting.name, high)]);
                assert!(refused(setting.name, &format!("9{high}")).contains(&format!("from {low} to {high}")));
            }
            Values::OneOf(words) => {
                for word in words {
                    read(&[(setting.name, word)]);
                }
                assert!(refused(setting.name, "perhaps").contains(words[0]));
            }
            Values::Like(_) => {}
        }
    }
}

#[test]
fn every_setting_is_declared_once_and_documented_everywhere() {
    let (example, markdown, config) = (generate::env_example(), generate::markdown(), read(&[]));
    let settings = settings();
    assert_eq!(settings.len(), 93);
    for (at, setting) in settings.iter().enumerate() {
        let name = setting.name;
        assert!(settings[at + 1..].iter().all(|other| other.name != name), "{name} twice");
        assert!(example.contains(&format!("\n#{name}=")), "{name} in .env.example");
        assert!(markdown.contains(&format!("\n| `{name}` | ")), "{name} in configuration.md");
        assert_eq!(config.effective()[at].name, name);
        assert!(setting.about.ends_with('.') && !setting.about.contains('|'), "{name}: {}", setting.about);
        assert!(
            !setting.secret || !matches!(setting.default, DefaultValue::Fixed(_)),
            "{name} has a well-known secret"
        );
    }
}

#[test]
fn the_example_file_with_every_line_taken_in_changes_nothing() {
    let example: String = generate::env_example().lines().fold(String::new(), |text, line| {
        let setting = line.strip_prefix('#').filter(|line| !line.starts_with(' '));
        text + setting.unwrap_or(line) + "\n"
    });
    let config = Config::from_sources(&nothing_set().dotenv(&example)).unwrap();
    let values = |config: &Config| config.effective().iter().map(|e| (e.name, e.value.clone())).collect::<Vec<_>>();
    assert_eq!(values(&config), values(&read(&[])));
    assert_eq!(effective(&config, "PORT").source, Source::DotEnv);
}

#[test]
fn a_misspelt_name_of_ours_draws_a_warning() {
    let config = read(&[("BRAINLY_DATADIR", "/srv"), ("BRAINLY_ENV", "staging"), ("SOMETHING_ELSE", "1")]);
    assert_eq!(config.warnings.len(), 1);
    assert!(config.warnings[0].starts_with("BRAINLY_DATADIR "), "{:?}", config.warnings);
}

#[test]
fn a_dollar_that_dotenv_would_replace_draws_a_warning() {
    let text = format!("# $HOME\nFETCH_USER_AGENT=a$b\nJWT_SECRET='{SECRET}$x'\nSIGNUPS=open # for $5\n");
    let config = Config::from_sources(&nothing_set().dotenv(&text)).unwrap();
    assert!(config.auth.jwt_secret.unwrap().expose().ends_with("$x"));
    assert!(config.warnings[0].starts_with(".env, line 2:"), "{:?}", config.warnings);
    assert_eq!(config.warnings.len(), 1, "{:?}", config.warnings);
}

#[test]
fn the_process_environment_is_gathered_and_its_values_are_not_shown() {
    let sources = Sources::from_process([("PORT", "4711")]);
    let shown = format!("{sources:?}");
    assert!(shown.contains("\"PATH\"") && shown.contains("\"PORT\""), "{shown}");
    assert!(!shown.contains("4711") && !shown.contains("/bin"), "{shown}");
}

#[test]
fn dotenv_is_a_file_that_may_be_missing_but_not_garbled() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(".env");
    let port = |path: &Path| Config::from_sources(&nothing_set().dotenv_file(path)).map(|config| config.http.port);
    assert_eq!((port(&path), port(dir.path())), (Ok(5000), Ok(5000)));
    fs::write(&path, "\u{feff}PORT=81\r\n").unwrap();
    assert_eq!(port(&path), Ok(81));
    fs::write(&path, b"PORT=\xff").unwrap();
    assert!(port(&path).unwrap_err().to_string().contains(".env: can't be read"));
    fs::write(&path, "PORT=81\nHOST\nLOG_LEVEL=a b\n").unwrap();
    let problems = port(&path).unwrap_err().to_string();
    assert!(problems.contains("line 2 can't") && problems.contains("line 3 can't"), "{problems}");
}

#[cfg(unix)]
#[test]
fn a_value_that_is_no_text_is_a_problem() {
    use std::os::unix::ffi::OsStringExt as _;
    let garbled = || std::ffi::OsString::from_vec(vec![0xff]);
    let sources =
        nothing_set().env("PORT", garbled()).env("JWT_SECRET_FILE", garbled()).env("SOMETHING_ELSE", garbled());
    let problems = Config::from_sources(&sources).unwrap_err();
    assert_eq!(problems.as_slice().len(), 2, "{problems}");
    assert!(problems.to_string().contains("PORT: is not UTF-8 text"));
}
