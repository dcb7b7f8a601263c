//! What an operator may set, and what Brainly says when it can't work.

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
    assert_eq!(settings.len(), 30);
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
fn a_bare_number_is_no_duration() {
    assert_eq!(
        refused("FETCH_TIMEOUT", "15"),
        "lacks a unit: write 15s for seconds or 15m for minutes, from 100ms to 10m (set to \"15\" in the environment)"
    );
    for wrong in ["s", "-1s", "1.5h", "15 parsecs", "99999999999999999999s", "18446744073709551615d"] {
        refused("FETCH_TIMEOUT", wrong);
    }
    let timeout = |text| read(&[("FETCH_TIMEOUT", text)]).fetch.timeout.as_millis();
    assert_eq!((timeout("500ms"), timeout("2 s"), timeout("10m")), (500, 2000, 600_000));
    let ttl = |text| read(&[("JWT_TTL", text)]).auth.jwt_ttl;
    assert_eq!((ttl("48h"), ttl("2d")), (Duration::from_hours(48), Duration::from_hours(48)));
}

#[test]
fn sizes_come_in_bytes_or_with_a_unit() {
    let bytes = |text| read(&[("FETCH_MAX_BYTES", text)]).fetch.max_bytes;
    assert_eq!((bytes("2048"), bytes("500kB"), bytes("10MiB")), (2048, 500_000, 10 << 20));
    assert_eq!((bytes("1GB"), bytes("1gib"), bytes("64 KiB")), (1_000_000_000, 1 << 30, 65_536));
    for wrong in ["10M", "ten", "1KB", "2GiB", "1e6"] {
        refused("FETCH_MAX_BYTES", wrong);
    }
}

#[test]
fn a_rate_limit_is_requests_over_a_duration_or_off() {
    let limit = |text| read(&[("RATE_LIMIT_GLOBAL", text)]).limits.global;
    assert_eq!(limit("5/1s"), Some(RateLimit { max: 5, window: Duration::from_secs(1) }));
    assert_eq!(limit("off"), None);
    assert!(refused("RATE_LIMIT_AUTH", "0/15m").contains("off"));
    for wrong in ["10", "10/15", "10/0s", "10/2d", "/15m", "-1/15m", "none"] {
        refused("RATE_LIMIT_AUTH", wrong);
    }
}

#[test]
fn a_cors_origin_is_exact() {
    let origins = |text| read(&[("CORS_ORIGIN", text)]).http.cors_origins;
    assert_eq!(origins("https://a.example, http://LOCALHOST:3000,"), ["http://localhost:3000", "https://a.example"]);
    assert_eq!(origins("https://a.example:443"), ["https://a.example"]);
    assert!(refused("CORS_ORIGIN", "*").contains("credentials"));
    assert!(refused("CORS_ORIGIN", "https://a.example/").contains("write https://a.example ("));
    for wrong in
        ["https://*.example", "https://a.example/app", "https://a.example?x", "a.example", "null", "file:///tmp"]
    {
        refused("CORS_ORIGIN", wrong);
    }
}

#[test]
fn outside_development_no_other_origin_is_let_in_by_default() {
    for environment in ["staging", "production"] {
        assert!(read(&[("BRAINLY_ENV", environment)]).http.cors_origins.is_empty());
    }
}

#[test]
fn public_url_is_a_plain_web_address_and_told_to_the_sites_we_fetch() {
    let config = read(&[("PUBLIC_URL", "https://brain.example.org/")]);
    assert_eq!(config.http.public_url.unwrap().as_str(), "https://brain.example.org/");
    assert!(config.fetch.user_agent.ends_with(" (+https://brain.example.org)"));
    for wrong in
        ["brain.example.org", "ftp://brain.example.org", "https://x.example/?a=b", "https://x.example/#a", "https://"]
    {
        refused("PUBLIC_URL", wrong);
    }
    let message = refused("PUBLIC_URL", "https://ada:hunter2@brain.example.org");
    assert!(!message.contains("hunter2"), "{message}");
}

#[test]
fn trusted_proxies_are_networks_or_addresses() {
    let config = read(&[("TRUSTED_PROXIES", "10.1.2.3/8, 192.0.2.7,fd00::/8")]);
    let networks: Vec<_> = config.http.trusted_proxies.iter().map(ToString::to_string).collect();
    assert_eq!(networks, ["10.0.0.0/8", "192.0.2.7/32", "fd00::/8"]);
    refused("TRUSTED_PROXIES", "nginx");
    refused("TRUSTED_PROXIES", "10.0.0.0/33");
    let everybody = read(&[("TRUSTED_PROXIES", "0.0.0.0/0")]);
    assert!(everybody.warnings[0].contains("TRUSTED_PROXIES"));
}

#[test]
fn private_exceptions_are_hosts_addresses_and_networks() {
    let host = |name: &str, port| PrivateException::Host { name: name.to_owned(), port };
    let network = |text: &str| PrivateException::Network(text.parse().unwrap());
    let config = read(&[(
        "FETCH_ALLOW_PRIVATE",
        "NAS.lan., nas.lan:8080,127.0.0.1:80,[FD00::5]:443, 10.0.0.7,::1,192.168.1.9/24",
    )]);
    assert_eq!(
        config.fetch.allow_private,
        [
            host("nas.lan", None),
            host("nas.lan", Some(8080)),
            host("127.0.0.1", Some(80)),
            host("[fd00::5]", Some(443)),
            network("10.0.0.7/32"),
            network("::1/128"),
            network("192.168.1.0/24"),
        ]
    );
    for wrong in ["http://nas.lan", "nas.lan:0", "nas.lan:http", "nas.lan:99999", "*.lan", "10.0.0.0/33", "a b", ":80"]
    {
        refused("FETCH_ALLOW_PRIVATE", wrong);
    }
}

#[test]
fn a_user_agent_must_fit_in_a_header() {
    assert_eq!(read(&[("FETCH_USER_AGENT", "Kiln/2 (me)")]).fetch.user_agent, "Kiln/2 (me)");
    refused("FETCH_USER_AGENT", "Bräinly");
    refused("FETCH_USER_AGENT", "a\r\nX-Evil: 1");
}

#[test]
fn host_is_an_address_and_port_zero_is_any() {
    assert_eq!(read(&[("HOST", "localhost"), ("PORT", "0")]).http.port, 0);
    assert!(read(&[("HOST", "::")]).http.host.is_unspecified());
    refused("HOST", "brain.example.org");
    refused("PORT", "-1");
}

#[test]
fn a_database_url_names_a_file_or_a_server() {
    let engine = |url| read(&[("DATABASE_URL", url), ("JWT_SECRET", SECRET)]).database.engine;
    assert_eq!(engine("sqlite:///srv/brainly.db?mode=rwc"), Engine::Sqlite);
    assert_eq!(engine(" postgres://ada:p%23w@db/brainly\n"), Engine::Postgres);
    assert_eq!(engine("postgresql:///brainly?host=/run/postgresql"), Engine::Postgres);
    for wrong in [
        "sqlite://",
        "sqlite:///srv/",
        "sqlite://:memory:",
        "sqlite://x?mode=memory",
        "brainly.db",
        "mysql://db/brainly",
    ] {
        refused("DATABASE_URL", wrong);
    }
    for unencoded in ["postgres://ada:hunter2#x@db/brainly", "postgres://ada:hunter2/x@db/brainly"] {
        let message = with(&[("DATABASE_URL", unencoded), ("JWT_SECRET", SECRET)]).unwrap_err().to_string();
        assert!(message.contains("percent-encoded") && !message.contains("hunter2"), "{message}");
    }
}

#[test]
fn the_default_database_stands_in_the_data_directory_whatever_its_name() {
    let config = read(&[("BRAINLY_DATA_DIR", "/srv/50% off? #1")]);
    assert_eq!(config.database.url.expose(), "sqlite:///srv/50%25 off%3F %231/brainly.db");
}

#[test]
fn the_data_directory_follows_xdg_then_home_and_the_volume_of_a_container() {
    let dir = |sources: Sources| Config::from_sources(&sources).map(|config| config.data_dir.display().to_string());
    assert_eq!(dir(nothing_set().env("XDG_DATA_HOME", "/xdg")).unwrap(), "/xdg/brainly");
    assert_eq!(dir(nothing_set().env("XDG_DATA_HOME", "relative")).unwrap(), "/home/ada/.local/share/brainly");
    assert_eq!(dir(nothing_set().data_volume("/data")).unwrap(), "/data");
    assert_eq!(dir(nothing_set().data_volume("/data").env("BRAINLY_DATA_DIR", "./here")).unwrap(), "./here");
    for homeless in [Sources::default(), Sources::default().env("HOME", "~")] {
        assert!(dir(homeless).unwrap_err().to_string().contains("BRAINLY_DATA_DIR: must be set"));
    }
    refused("BRAINLY_DATA_DIR", "~/brainly");
}

#[test]
fn a_log_is_pretty_on_a_terminal_only_unless_told() {
    let format = |sources: Sources| Config::from_sources(&sources).unwrap().log.format;
    assert_eq!(format(nothing_set().terminal(true)), LogFormat::Pretty);
    assert_eq!(format(nothing_set().terminal(true).env("LOG_FORMAT", "json")), LogFormat::Json);
    assert_eq!(read(&[("LOG_LEVEL", "trace")]).log.level.to_string(), "trace");
}

#[test]
fn serve_works_the_queue_by_itself_on_sqlite_only() {
    assert!(Inline::Auto.on(Engine::Sqlite) && !Inline::Auto.on(Engine::Postgres));
    assert!(Inline::On.on(Engine::Postgres) && !Inline::Off.on(Engine::Sqlite));
}

#[test]
fn postgresql_needs_a_secret_and_a_short_one_is_told_once() {
    let url = ("DATABASE_URL", "postgres://db/brainly");
    let message = with(&[url]).unwrap_err().to_string();
    assert!(message.contains("JWT_SECRET: must be set on PostgreSQL"), "{message}");
    let problems = with(&[url, ("JWT_SECRET", "too short"), ("JWT_SECRET_PREVIOUS", "short too")]).unwrap_err();
    assert_eq!(problems.as_slice().len(), 2);
    assert!(problems.as_slice().iter().all(|problem| problem.message.contains("at least 32 characters")));
}

#[test]
fn secrets_are_shown_nowhere() {
    let url = "postgres://ada:hunter2@db/brainly";
    let sources = [("DATABASE_URL", url), ("JWT_SECRET", SECRET), ("JWT_SECRET_PREVIOUS", OTHER_SECRET)]
        .into_iter()
        .fold(nothing_set(), |sources, (name, value)| sources.env(name, value));
    let config = Config::from_sources(&sources).unwrap();
    assert_eq!(config.auth.jwt_secret.as_ref().unwrap().expose(), SECRET);
    assert_eq!(effective(&config, "DATABASE_URL").value, "set, hidden");
    assert_eq!(effective(&read(&[]), "JWT_SECRET").value, "not set");

    let broken = sources.clone().env("PORT", "x").env("JWT_SECRET_FILE", "/nowhere");
    let short = sources.clone().flag("JWT_SECRET", "tr0ub4dor").flag("DATABASE_URL", "hunter2");
    let bad_dotenv = nothing_set().dotenv("PORT=5001\nJWT_SECRET=tr0ub4dor &3 hunter2\n");
    let problems = [&broken, &short, &bad_dotenv].map(|sources| Config::from_sources(sources).unwrap_err());
    let seen = [
        format!("{config:?} {:?} {sources:?}", config.effective()),
        serde_json::to_string(config.effective()).unwrap(),
        format!("{problems:?} {} {} {}", problems[0], problems[1], problems[2]),
    ];
    for text in seen {
        for secret in ["hunter2", SECRET, OTHER_SECRET, "tr0ub4dor"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
    assert!(problems[2].to_string().contains(".env: line 2 can't be read"), "{}", problems[2]);
}

#[test]
fn a_secret_may_come_from_a_file_but_not_from_both() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("secret");
    let path = path.to_str().unwrap();
    let from_file = || with(&[("JWT_SECRET_FILE", path)]);
    for (written, kept) in
        [(format!("{SECRET}\n"), SECRET.to_owned()), (format!(" {SECRET}\r\n\n"), format!(" {SECRET}\r\n"))]
    {
        fs::write(path, written).unwrap();
        assert_eq!(*from_file().unwrap().auth.jwt_secret.unwrap().expose(), kept);
    }
    let config = from_file().unwrap();
    let shown = effective(&config, "JWT_SECRET");
    assert_eq!((shown.value.as_str(), shown.source.to_string()), ("set, hidden", format!("file {path}")));

    let both = nothing_set().env("JWT_SECRET_FILE", path).dotenv(&format!("JWT_SECRET={SECRET}"));
    let message = Config::from_sources(&both).unwrap_err().to_string();
    assert!(message.contains("JWT_SECRET: JWT_SECRET_FILE is set too"), "{message}");
    let flag = nothing_set().env("JWT_SECRET_FILE", path).flag("JWT_SECRET", OTHER_SECRET);
    assert_eq!(Config::from_sources(&flag).unwrap().auth.jwt_secret.unwrap().expose(), OTHER_SECRET);

    fs::write(path, "\n").unwrap();
    assert!(from_file().unwrap_err().to_string().contains("is empty"));
    fs::write(path, "x".repeat(70_000)).unwrap();
    assert!(from_file().unwrap_err().to_string().contains("too long"));
    fs::remove_file(path).unwrap();
    assert!(from_file().unwrap_err().to_string().contains("can't be read"));
}

#[test]
fn a_database_url_may_come_from_a_file() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("url");
    fs::write(&path, "postgres://db/brainly\n").unwrap();
    let config = read(&[("DATABASE_URL_FILE", path.to_str().unwrap()), ("JWT_SECRET", SECRET)]);
    assert_eq!(config.database.url.expose(), "postgres://db/brainly");
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
fn the_generated_secret_is_made_once_and_private() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("new/data");
    let first = secret_file::load_or_create(&data).unwrap();
    assert_eq!(first.expose().len(), 64);
    assert_eq!(secret_file::load_or_create(&data).unwrap().expose(), first.expose());
    assert_eq!(fs::read_dir(&data).unwrap().count(), 1, "nothing is left lying about");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&data.join(secret_file::FILE_NAME)), mode(&data)), (0o600, 0o700));
    }
}

#[test]
fn processes_that_start_at_once_agree_on_one_secret() {
    let dir = tempfile::tempdir().unwrap();
    for round in 0..20 {
        let data = dir.path().join(round.to_string());
        let start = std::sync::Barrier::new(8);
        let secrets: Vec<String> = std::thread::scope(|scope| {
            let load = || {
                start.wait();
                secret_file::load_or_create(&data).unwrap().expose().clone()
            };
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(load)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(secrets.iter().all(|secret| *secret == secrets[0]));
    }
}

#[test]
fn a_broken_secret_file_is_never_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(secret_file::FILE_NAME);
    for broken in ["", "\n", "0123456789"] {
        fs::write(&path, broken).unwrap();
        let message = secret_file::load_or_create(dir.path()).unwrap_err().to_string();
        assert!(message.contains("is broken") && message.contains("backup"), "{message}");
        assert_eq!(fs::read_to_string(&path).unwrap(), broken);
    }
    let message = secret_file::load_or_create(&path).unwrap_err().to_string();
    assert!(message.contains("JWT_SECRET"), "{message}");
}
