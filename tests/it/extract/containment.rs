//! Pages are read in processes that can be lost: what becomes of a page whose process is killed, stuck, or none of ours.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use brainly::config;
use brainly::extract::{Extracted, ParseError, Parser, Raw};
use tokio::task::yield_now;

use super::LINK;

const HEAD: &str = "<html lang=en><head><title>A trap</title></head><body><p>Words before.</p>";

fn limits() -> config::Parse {
    config::Parse {
        memory: 1 << 30,
        timeout: Duration::from_secs(15),
        program: Some(env!("CARGO_BIN_EXE_brainly").into()),
    }
}

fn raw(body: impl Into<Vec<u8>>) -> Raw {
    Raw { body: body.into().into(), content_type: Some("text/html".into()), url: LINK.parse().unwrap() }
}

/// Keeps a process busy for seconds: each attribute is compared with all before it.
fn slow() -> Raw {
    let attributes = (0..150_000).map(|i| format!("a{i} ")).collect::<Vec<_>>().concat();
    raw(format!("{HEAD}<p {attributes}>Words after.</p>"))
}

#[track_caller]
fn assert_cheaply(found: Result<Extracted, ParseError>) {
    let found = found.expect("a page is never lost");
    assert_eq!(found.title.as_deref(), Some("A trap"));
    assert!(found.full_text.unwrap().starts_with("Words before."));
    assert!(found.shortfall.unwrap().contains("too complex"));
}

fn proc(id: u32, file: &str) -> PathBuf {
    Path::new("/proc").join(id.to_string()).join(file)
}

fn kill(id: u32) {
    assert!(Command::new("kill").args(["-9", &id.to_string()]).status().unwrap().success());
}

/// The one process of a parser that is at work.
async fn busy(parser: &Parser) -> u32 {
    loop {
        if let [id] = parser.processes()[..] {
            return id;
        }
        yield_now().await;
    }
}

#[tokio::test]
async fn pages_are_read_one_after_the_other_in_a_process_of_their_own() {
    let parser = Parser::new(&limits());
    assert!(parser.processes().is_empty(), "none is started before there is something to read");

    let mut ids = Vec::new();
    for title in ["Kilns", "Glazes"] {
        let found = parser.read(raw(format!("<title>{title}</title><p>Fire &amp; clay.</p>"))).await.unwrap();
        assert_eq!((found.title.as_deref(), found.full_text.as_deref()), (Some(title), Some("Fire & clay.")));
        ids.extend(parser.processes());
    }

    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0], ids[1]);
    assert_ne!(ids[0], std::process::id());
}

#[tokio::test]
async fn what_a_process_makes_of_a_page_is_what_the_parser_makes_of_it() {
    let page = format!(
        "{HEAD}<meta property='og:image' content='/kiln.png'><article><h1>Kilns</h1>{}</article>",
        "<p>Each of these \u{1F525} paragraphs says something else, \u{202E}or nearly so.</p>".repeat(20)
    );
    let here = super::read(&page);

    let there = Parser::new(&limits()).read(raw(page)).await.unwrap();

    assert_eq!(format!("{here:?}"), format!("{there:?}"));
}

#[tokio::test]
async fn a_page_that_can_not_be_read_says_the_same_from_a_process() {
    let parser = Parser::new(&limits());
    for (body, error) in
        [(&b""[..], ParseError::Unreadable), (b"OggS\0\x02", ParseError::UnsupportedType("a recording".into()))]
    {
        assert_eq!(parser.read(raw(body)).await.unwrap_err(), error);
    }
    assert_eq!(parser.processes().len(), 1);
}

#[tokio::test]
async fn a_page_whose_process_is_killed_keeps_its_head_and_first_words() {
    let parser = Parser::new(&limits());
    let reading = tokio::spawn({
        let parser = parser.clone();
        async move { parser.read(slow()).await }
    });
    let id = busy(&parser).await;

    kill(id);

    assert_cheaply(reading.await.unwrap());
    assert!(parser.processes().is_empty() && !proc(id, "").exists(), "not even a zombie is left");
    assert_eq!(parser.read(raw("<title>Next</title>")).await.unwrap().title.as_deref(), Some("Next"));
}

#[tokio::test]
async fn a_process_that_is_killed_between_two_pages_costs_neither() {
    let parser = Parser::new(&limits());
    parser.read(raw("<title>One</title>")).await.unwrap();
    kill(busy(&parser).await);

    let found = parser.read(raw("<title>Two</title><p>Words.</p>")).await.unwrap();

    assert_eq!((found.title.as_deref(), found.shortfall), (Some("Two"), None));
}

#[tokio::test]
async fn a_page_that_takes_too_long_is_given_up_and_its_process_with_it() {
    let parser = Parser::new(&config::Parse { timeout: Duration::from_secs(1), ..limits() });

    let found = parser.read(slow()).await;

    assert_cheaply(found);
    assert!(parser.processes().is_empty());
}

#[tokio::test]
async fn whoever_gives_up_waiting_leaves_no_process_behind() {
    let parser = Parser::new(&limits());
    let reading = tokio::spawn({
        let parser = parser.clone();
        async move { parser.read(slow()).await }
    });
    let id = busy(&parser).await;

    reading.abort();
    assert!(reading.await.unwrap_err().is_cancelled());

    while proc(id, "").exists() {
        yield_now().await;
    }
    assert!(parser.processes().is_empty());
}

#[tokio::test]
async fn processes_end_with_their_parser() {
    let parser = Parser::new(&limits());
    parser.read(raw("<title>One</title>")).await.unwrap();
    let id = busy(&parser).await;

    drop(parser);

    while proc(id, "").exists() {
        yield_now().await;
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_process_has_limits_and_no_secrets() {
    let parser = Parser::new(&config::Parse { memory: 512 << 20, ..limits() });
    parser.read(raw("<title>One</title>")).await.unwrap();
    let id = busy(&parser).await;

    assert_eq!(std::fs::read(proc(id, "environ")).unwrap(), b"");
    let limits = std::fs::read_to_string(proc(id, "limits")).unwrap();
    let limit = |name: &str| {
        let line = limits.lines().find(|line| line.starts_with(name)).unwrap();
        line[name.len()..].split_whitespace().next().unwrap().to_owned()
    };
    assert_eq!(limit("Max address space"), (512 << 20).to_string());
    assert_eq!((limit("Max core file size"), limit("Max file size")), ("0".to_owned(), "0".to_owned()));
    assert!((16..=20).contains(&limit("Max cpu time").parse::<u32>().unwrap()));
}

#[tokio::test]
async fn without_processes_pages_are_read_and_documents_are_not() {
    for program in ["/nowhere/brainly", "/bin/false", "/bin/echo"] {
        let parser = Parser::new(&config::Parse { program: Some(program.into()), ..limits() });

        let page = parser.read(raw("<title>Kilns</title><p>Words.</p>")).await.unwrap();
        assert_eq!(page.title.as_deref(), Some("Kilns"), "{program}");
        for document in ["%PDF-1.7\n", "PK\u{3}\u{4}"] {
            let error = parser.read(raw(document)).await.unwrap_err();
            assert_eq!(error, ParseError::Uncontained, "{program}");
            assert_eq!(error.for_people(), "This server can't read documents");
        }
        assert!(parser.processes().is_empty());
    }
}

#[tokio::test]
async fn there_are_no_more_processes_than_processors() {
    let parser = Parser::new(&limits());
    let most = std::thread::available_parallelism().unwrap().get();

    let pages = (0..most * 4).map(|i| parser.read(raw(format!("<title>Page {i}</title>"))));
    let titles: Vec<_> =
        futures::future::join_all(pages).await.into_iter().map(|page| page.unwrap().title.unwrap()).collect();

    assert_eq!(titles[most * 4 - 1], format!("Page {}", most * 4 - 1));
    assert!(parser.processes().len() <= most);
}
