//! Secrets: shown nowhere, read from files, made once.

use super::*;

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
