//! What each setting may be, and what it means when nobody sets it.

use super::*;

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
    assert!(read(&[("FETCH_ALLOW_PRIVATE", "::/0")]).warnings[0].starts_with("FETCH_ALLOW_PRIVATE "));
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
fn parts_of_the_program_may_have_a_level_of_their_own() {
    let log = read(&[("LOG_LEVEL", "warn, brainly::fetch=debug,sqlx=trace")]).log;
    let parts: Vec<String> = log.targets.iter().map(|(target, level)| format!("{target}={level}")).collect();
    assert_eq!((log.level.to_string(), parts.join(" ")), ("warn".into(), "brainly::fetch=debug sqlx=trace".into()));
    assert_eq!(read(&[("LOG_LEVEL", "brainly::fetch=debug")]).log.level.to_string(), "info");
    for wrong in ["loud", "info,warn", "info,", "brainly=", "=debug", "brainly::fetch=loud", "bra inly=info"] {
        assert!(Config::from_sources(&nothing_set().env("LOG_LEVEL", wrong)).is_err(), "{wrong}");
    }
}

#[test]
fn serve_works_the_queue_by_itself_on_sqlite_only() {
    assert!(Inline::Auto.on(Engine::Sqlite) && !Inline::Auto.on(Engine::Postgres));
    assert!(Inline::On.on(Engine::Postgres) && !Inline::Off.on(Engine::Sqlite));
}
