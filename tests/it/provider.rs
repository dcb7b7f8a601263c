//! Which site is it? Every answer of the old server, held against ours, and what we mean to answer better.

use brainly::domain::{InvalidLink, Kind, SourceUrl};
use brainly::provider::{all, recognize};
use serde_json::{Value, json};

/// One line a link: `{"url", "result"}`, as the old server answered; `null` is a refusal.
const CASES: &str = include_str!("../fixtures/providers.jsonl");

/// Links that the old server took although they can't be fetched over the web: only http and https are accepted.
const REFUSED_NOW: [&str; 4] = [
    "ftp://youtube.com/watch?v=dQw4w9WgXcQ",
    "ftp://x.com/u/status/20",
    "ssh://git@github.com/rust-lang/rust.git",
    "git://github.com/rust-lang/rust.git",
];

/// Links that were plain ones to the old server: this is YouTube's own host for players without cookies.
const RECOGNIZED_NOW: [&str; 1] = ["https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"];

fn link(text: &str) -> SourceUrl {
    SourceUrl::parse(text).unwrap_or_else(|error| panic!("{text:?} is refused: {error}"))
}

fn answer(text: &str) -> Value {
    serde_json::to_value(recognize(&link(text))).expect("an answer is plain data")
}

#[test]
fn every_case_of_the_old_server_is_answered_alike_but_for_the_deviations_named_above() {
    let (mut cases, mut deviations) = (0, 0);
    for line in CASES.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let text = case["url"].as_str().unwrap();
        let mut expected = case["result"].clone();
        cases += 1;
        if expected.is_null() {
            assert!(SourceUrl::parse(text).is_err(), "{text:?} was refused");
            continue;
        }
        if REFUSED_NOW.contains(&text) {
            assert_eq!(SourceUrl::parse(text), Err(InvalidLink::UnsupportedScheme), "{text:?}");
            deviations += 1;
            continue;
        }
        if RECOGNIZED_NOW.contains(&text) {
            assert_eq!(expected["type"], "link");
            assert_ne!(answer(text)["type"], "link", "{text:?}");
            deviations += 1;
            continue;
        }
        // The server adds the original itself, and a plain link's canonical form is no longer its id.
        expected.as_object_mut().unwrap().remove("originalUrl");
        if expected["type"] == "link" {
            expected["canonicalUrl"] = json!(link(text).canonical());
        }
        assert_eq!(answer(text), expected, "{text:?}");
    }
    assert_eq!(cases, 145, "the fixture is whole");
    assert_eq!(deviations, REFUSED_NOW.len() + RECOGNIZED_NOW.len(), "each deviation is still in the fixture");
}

#[test]
fn a_host_that_only_looks_like_a_site_is_a_plain_link() {
    for text in [
        "https://notyoutube.com/watch?v=dQw4w9WgXcQ",
        "https://youtube.com.evil.example/watch?v=dQw4w9WgXcQ",
        "https://evil.example/youtube.com/watch?v=dQw4w9WgXcQ",
        "https://youtube.com@evil.example/watch?v=dQw4w9WgXcQ",
        "https://netflix.com/u/status/20",
        "https://api.github.com/repos/rust-lang/rust",
        "https://rust-lang.github.io/rust/index",
        "https://notmedium.com/some-title-abcdef012345",
        "https://xnotion.site/0123456789abcdef0123456789abcdef",
        "https://notreddit.com/r/pottery/comments/1abc2d/kilns/",
        "https://i.redd.it/1abc2d.png",
        "https://notstackoverflow.com/questions/11227809/why",
        "https://stackexchange.com/questions/11227809",
        "https://127.0.0.1/watch?v=dQw4w9WgXcQ",
        "https://[::1]/watch?v=dQw4w9WgXcQ",
    ] {
        assert_eq!(recognize(&link(text)).kind, Kind::Link, "{text}");
    }
}

#[test]
fn a_part_of_a_site_that_is_no_item_is_a_plain_link() {
    for text in [
        "https://www.youtube.com/results?search_query=kiln",
        "https://www.youtube.com/watch?v=dQw4w9WgXcQx",
        "https://www.youtube.com/watch?V=dQw4w9WgXcQ",
        "https://youtu.be/",
        "https://x.com/u/status/",
        "https://x.com/search?q=status",
        "https://www.instagram.com/p/",
        "https://github.com/rust-lang",
        "https://github.com/settings/profile",
        "https://gist.github.com/",
        "https://medium.com/",
        "https://www.notion.so/product",
        "https://www.reddit.com/r/pottery/",
        "https://www.reddit.com/r/pottery/s/AbCdEfGhIj",
        "https://www.reddit.com/user/potter/comments/",
        "https://redd.it/",
        "https://stackoverflow.com/questions/tagged/rust",
        "https://stackoverflow.com/users/22656/jon-skeet",
    ] {
        assert_eq!(recognize(&link(text)).kind, Kind::Link, "{text}");
    }
}

#[test]
fn an_item_is_known_however_its_link_is_written() {
    for (text, kind, id) in [
        ("https://www.youtube.com./watch?list=PLx&v=dQw4w9WgXcQ#t=3", Kind::Youtube, "dQw4w9WgXcQ"),
        ("https://youtu.be/shorts/dQw4w9WgXcQ", Kind::Youtube, "dQw4w9WgXcQ"),
        ("http://m.twitter.com/u/status/20/", Kind::Twitter, "20"),
        ("https://www.instagram.com/tv/CxYz12AbCdE/?igsh=x", Kind::Instagram, "CxYz12AbCdE"),
        ("https://www.instagram.com/p/fA9uwTtkSN/", Kind::Instagram, "fA9uwTtkSN"),
        ("https://github.com/rust-lang/rust/issues/1#issuecomment-2", Kind::Github, "rust-lang/rust/issues/1"),
        ("https://github.com/rust-lang/rust/issues/new", Kind::Github, "rust-lang/rust"),
        ("https://github.com/rust-lang/rust/blob/master/README.md", Kind::Github, "rust-lang/rust"),
        ("https://gist.github.com/dtolnay/abcdef0123456789", Kind::Github, "gist/dtolnay/abcdef0123456789"),
        ("https://medium.com/publication/title-of-it-a1b2c3d4e5f?x=1", Kind::Medium, "a1b2c3d4e5f"),
        ("https://old.reddit.com/r/pottery/comments/1aBc2d/which_kiln/kx1/?context=3", Kind::Reddit, "1abc2d"),
        ("https://www.reddit.com/comments/1abc2d", Kind::Reddit, "1abc2d"),
        ("https://redd.it/1abc2d", Kind::Reddit, "1abc2d"),
        ("https://m.reddit.com/user/potter/comments/1abc2d/mine/", Kind::Reddit, "1abc2d"),
        ("https://www.stackoverflow.com/q/11227809/22656", Kind::Stackexchange, "stackoverflow.com/questions/11227809"),
        (
            "https://unix.stackexchange.com/questions/1/a-title/2#2",
            Kind::Stackexchange,
            "unix.stackexchange.com/questions/1",
        ),
        ("https://askubuntu.com/a/42", Kind::Stackexchange, "askubuntu.com/a/42"),
        ("https://ru.stackoverflow.com/questions/7", Kind::Stackexchange, "ru.stackoverflow.com/questions/7"),
        ("https://w.notion.site/Ü-0123456789ABCDEF0123456789ABCDEF", Kind::Notion, "0123456789abcdef0123456789abcdef"),
    ] {
        let found = recognize(&link(text));
        assert_eq!((found.kind, found.content_id.as_str()), (kind, id), "{text}");
    }
}

#[test]
fn a_redirectors_link_is_judged_by_its_target() {
    let wrapped = link("https://www.google.com/url?sa=t&q=https%3A%2F%2Fyoutu.be%2FdQw4w9WgXcQ&usg=x");
    let found = recognize(&wrapped);
    assert_eq!((found.kind, found.content_id.as_str()), (Kind::Youtube, "dQw4w9WgXcQ"));
}

#[test]
fn the_table_is_sorted_and_no_host_is_claimed_twice() {
    assert!(all().is_sorted_by_key(|provider| provider.kind.as_str()));
    let mut hosts: Vec<&str> = all().iter().flat_map(|provider| provider.hostnames).copied().collect();
    let count = hosts.len();
    hosts.sort_unstable();
    hosts.dedup();
    assert_eq!(hosts.len(), count);
    assert!(hosts.iter().all(|host| *host == host.to_ascii_lowercase()));
}

#[test]
fn providers_are_shown_with_their_names_hosts_and_embedding() {
    let shown = serde_json::to_value(all()).unwrap();
    let notion = shown.as_array().unwrap().iter().find(|provider| provider["type"] == "notion");
    assert_eq!(
        notion.unwrap(),
        &json!({
            "type": "notion", "displayName": "Notion", "supportsEmbed": false, "embedType": "card",
            "hostnames": ["notion.so", "www.notion.so", "notion.site", "*.notion.site"],
        })
    );
    let embedding: Vec<&str> =
        all().iter().filter(|provider| provider.supports_embed()).map(|provider| provider.display_name).collect();
    assert_eq!(embedding, ["Instagram", "Twitter", "YouTube"]);
}
