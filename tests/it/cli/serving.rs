//! `brainly serve`: starts with nothing configured, bears being killed, ends when asked, and tells the mend.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

use brainly::db::Engine;

use super::binary::Binary;
use crate::harness::{Scratch, run_on};

const SECRET: &str = "0123456789abcdef0123456789abcdef";

#[test]
fn without_any_setting_it_tells_where_it_listens_where_data_lie_and_how_to_sign_up() {
    let brainly = Binary::new();

    let serving = brainly.serve(&[]);

    assert_eq!(serving.get("/no-such-page"), 404);
    let line = &serving.listening;
    assert_eq!(line["url"], format!("http://localhost:{}", serving.address.port()));
    assert_eq!(line["data_dir"], brainly.folder().join("data").to_str().unwrap());
    assert!(line["sign_up"].as_str().unwrap().contains("/api/v1/signup"), "{line}");
}

#[test]
fn on_a_terminal_the_welcome_is_for_people() {
    let brainly = Binary::new().env("LOG_FORMAT", "pretty");
    let occupied = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = occupied.local_addr().unwrap().port();
    drop(occupied);
    let mut child =
        brainly.command(&["serve", "--port", &port.to_string()]).stderr(std::process::Stdio::piped()).spawn().unwrap();

    let mut welcome = String::new();
    let mut lines = std::io::BufReader::new(child.stderr.take().unwrap());
    while !welcome.contains("stop ") {
        let read = std::io::BufRead::read_line(&mut lines, &mut welcome).unwrap();
        assert_ne!(read, 0, "it ended: {welcome}");
    }
    child.kill().unwrap();
    child.wait().unwrap();

    for word in [
        format!("http://localhost:{port}"),
        brainly.folder().join("data").display().to_string(),
        "brainly user create NAME".into(),
    ] {
        assert!(welcome.contains(&word), "{word} is missing from {welcome}");
    }
}

#[test]
fn killed_at_any_moment_it_starts_again_with_the_same_secret_and_data() {
    let brainly = Binary::new();
    let serving = brainly.serve(&[]);
    let secret = fs::read_to_string(brainly.folder().join("data/jwt-secret")).unwrap();
    serving.signal("KILL");
    assert_eq!(serving.wait().0, None);

    let again = brainly.serve(&[]);

    assert_eq!(again.get("/no-such-page"), 404);
    assert_eq!(fs::read_to_string(brainly.folder().join("data/jwt-secret")).unwrap(), secret);
}

#[test]
fn sigterm_and_ctrl_c_end_it_gracefully_with_code_zero() {
    for signal in ["TERM", "INT"] {
        let serving = Binary::new().serve(&[]);

        serving.signal(signal);

        let (code, log) = serving.wait();
        assert_eq!(code, Some(0), "{signal}: {log}");
        assert!(log.contains("\"stopped\""), "{log}");
    }
}

#[test]
fn a_port_in_use_is_named_with_the_mend_and_no_data_are_touched() {
    let occupied = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = occupied.local_addr().unwrap().port().to_string();
    let brainly = Binary::new();

    let refused = brainly.run(&["serve", "--port", &port]).assert_code(1);

    assert!(refused.stderr.contains(&format!("port {port} of 127.0.0.1 is already in use")), "{}", refused.stderr);
    assert!(refused.stderr.contains("hint: ") && refused.stderr.contains("--port"), "{}", refused.stderr);
    assert!(!brainly.folder().join("data").exists());
}

#[test]
fn a_data_folder_that_cannot_be_written_is_named_with_the_mend() {
    let brainly = Binary::new();
    fs::write(brainly.folder().join("data"), "a file stands where the folder should").unwrap();

    let refused = brainly.run(&["serve", "--port", "0"]).assert_code(1);

    let folder = brainly.folder().join("data").display().to_string();
    assert!(refused.stderr.contains(&folder) && refused.stderr.contains("hint: "), "{}", refused.stderr);
    assert!(refused.stderr.contains("BRAINLY_DATA_DIR"), "{}", refused.stderr);
}

#[test]
fn a_database_server_that_does_not_answer_is_named_without_the_password() {
    let brainly =
        Binary::new().env("DATABASE_URL", "postgres://ada:pa55word@127.0.0.1:1/brain").env("JWT_SECRET", SECRET);

    let refused = brainly.run(&["serve", "--port", "0"]).assert_code(1);

    assert!(refused.stderr.contains("127.0.0.1:1") && refused.stderr.contains("pg_isready"), "{}", refused.stderr);
    assert!(!refused.stderr.contains("pa55word"), "{}", refused.stderr);
}

#[test]
fn on_postgres_an_old_schema_is_refused_until_it_is_migrated() {
    run_on(Scratch::empty(Engine::Postgres), async |scratch| {
        let brainly = Binary::new().env("DATABASE_URL", &scratch.url).env("JWT_SECRET", SECRET);

        let refused = brainly.run(&["serve", "--port", "0"]).assert_code(1);
        assert!(refused.stderr.contains("hint: run `brainly migrate`"), "{}", refused.stderr);
        let serving = brainly.serve(&["--migrate"]);
        assert_eq!(serving.get("/no-such-page"), 404);
    });
}

#[test]
fn a_database_that_is_not_there_is_named_with_the_mend() {
    run_on(Scratch::empty(Engine::Postgres), async |scratch| {
        let missing = scratch.url.replace("/test_", "/no_such_");
        let brainly = Binary::new().env("DATABASE_URL", &missing).env("JWT_SECRET", SECRET);

        let refused = brainly.run(&["migrate"]).assert_code(1);

        assert!(refused.stderr.contains("no_such_") && refused.stderr.contains("createdb"), "{}", refused.stderr);
        let socket = url::Url::parse(&scratch.url)
            .unwrap()
            .query_pairs()
            .find(|(name, _)| name == "host")
            .map(|(_, at)| at.into_owned());
        assert!(socket.is_none_or(|socket| refused.stderr.contains(&socket)), "{}", refused.stderr);
    });
}

#[test]
fn a_user_whom_postgres_turns_away_is_told_without_the_password() {
    run_on(Scratch::empty(Engine::Postgres), async |scratch| {
        let mut url = url::Url::parse(&scratch.url).unwrap();
        let others =
            url.query_pairs().filter(|(name, _)| name != "user").map(|(name, value)| format!("{name}={value}"));
        let query: Vec<String> = others.chain(["user=no_such_role".into(), "password=pa55word".into()]).collect();
        url.set_query(Some(&query.join("&")));
        let brainly = Binary::new().env("DATABASE_URL", url.as_str()).env("JWT_SECRET", SECRET);

        let refused = brainly.run(&["migrate"]).assert_code(1);

        assert!(refused.stderr.contains("refused the user name or password"), "{}", refused.stderr);
        assert!(refused.stderr.contains("hint: check both"), "{}", refused.stderr);
        assert!(!refused.stderr.contains("pa55word"), "{}", refused.stderr);
    });
}

#[test]
fn a_second_signal_right_after_the_first_ends_it_at_once() {
    let serving = Binary::new().serve(&[]);
    let mut request = TcpStream::connect(serving.address).unwrap();
    // A handler waits for this body, which never comes: gracefully it would be given its time.
    let head = "POST /api/v1/signin HTTP/1.1\r\nHost: brainly.test\r\nContent-Type: application/json\r\n\
                Content-Length: 100\r\nExpect: 100-continue\r\n\r\n";
    request.write_all(head.as_bytes()).unwrap();
    let mut answer = [0; 12];
    request.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 100");

    serving.signals(&["INT", "TERM"]);

    let (code, log) = serving.wait();
    assert_eq!(code, Some(1), "{log}");
    assert!(log.contains("stopped at once"), "{log}");
}

#[test]
fn a_worker_answers_monitors_on_its_health_port_and_nothing_else() {
    let brainly = Binary::new();

    let working = brainly.listening(&["worker", "--health-port", "0"], "answering /health and /metrics");

    assert_eq!((working.get("/health"), working.get("/health/live"), working.get("/metrics")), (200, 200, 200));
    assert_eq!(working.get("/api/v1/me"), 404);
    working.signal("TERM");
    let (code, log) = working.wait();
    assert_eq!(code, Some(0), "{log}");
}
