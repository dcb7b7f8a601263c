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
        "https://notarxiv.org/abs/2301.00001",
        "https://wikipedia.org.evil.example/wiki/Kiln",
        "https://en.wikipedia.example/wiki/Kiln",
        "https://notbsky.app/profile/ada.example/post/3kabc",
        "https://notmastodon.social/@ada/1098",
        "https://music.apple.com/us/podcast/x/id1234567",
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
        "https://arxiv.org/list/cs.LG/recent",
        "https://arxiv.org/abs/2301",
        "https://arxiv.org/abs/math.GT/03091366",
        "https://www.wikipedia.org/",
        "https://en.wikipedia.org/wiki/Special:Random",
        "https://en.wikipedia.org/w/index.php?title=Kiln&action=history",
        "https://en.wikipedia.org/wiki/",
        "https://bsky.app/profile/ada.example",
        "https://bsky.app/profile/nobody/post/3kabc",
        "https://mastodon.social/@ada",
        "https://mastodon.social/@ada/followers",
        "https://mastodon.social/about",
        "https://podcasts.apple.com/us/browse",
        "https://podcasts.apple.com/us/podcast/kilns-weekly/idx",
        "https://overcast.fm/+abcdef",
        "https://pca.st/episode/0d2a2b1c-0000-4000-8000-000000000000",
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
        ("https://arxiv.org/abs/2301.00001v3", Kind::Arxiv, "2301.00001"),
        ("http://www.arxiv.org/pdf/2301.00001v12.pdf", Kind::Arxiv, "2301.00001"),
        ("https://export.arxiv.org/html/0704.0001/", Kind::Arxiv, "0704.0001"),
        ("https://arxiv.org/abs/math.GT/0309136", Kind::Arxiv, "math.GT/0309136"),
        ("https://arxiv.org/pdf/hep-th/9901001v2", Kind::Arxiv, "hep-th/9901001"),
        ("https://ar5iv.labs.arxiv.org/html/2301.00001", Kind::Arxiv, "2301.00001"),
        ("https://en.wikipedia.org/wiki/Kiln#History", Kind::Wikipedia, "en/Kiln"),
        ("https://en.m.wikipedia.org/wiki/Anagama%20kiln", Kind::Wikipedia, "en/Anagama_kiln"),
        ("https://de.wikipedia.org/wiki/T%C3%B6pferscheibe", Kind::Wikipedia, "de/Töpferscheibe"),
        ("https://de.wikipedia.org/w/index.php?title=Brennofen&oldid=1", Kind::Wikipedia, "de/Brennofen"),
        ("https://en.wikipedia.org/wiki/AC/DC", Kind::Wikipedia, "en/AC/DC"),
        ("https://zh.wikipedia.org/zh-tw/窯", Kind::Wikipedia, "zh/窯"),
        ("https://bsky.app/profile/Ada.Example/post/3kabc", Kind::Bluesky, "ada.example/3kabc"),
        (
            "https://bsky.app/profile/did%3Aplc%3Az72i7hdynmk6r22z27h6tvur/post/3kabc?ref=x",
            Kind::Bluesky,
            "did:plc:z72i7hdynmk6r22z27h6tvur/3kabc",
        ),
        ("https://mastodon.social/@ada/109876543210/", Kind::Mastodon, "mastodon.social/109876543210"),
        ("https://fosstodon.org/@ada@other.example/1098/embed", Kind::Mastodon, "fosstodon.org/1098"),
        ("https://mas.to/users/ada/statuses/1098", Kind::Mastodon, "mas.to/1098"),
        ("https://hachyderm.io/deck/@ada/1098", Kind::Mastodon, "hachyderm.io/1098"),
        (
            "https://podcasts.apple.com/gb/podcast/kilns-weekly/id1234567?i=1000600001",
            Kind::Podcast,
            "1234567/1000600001",
        ),
        ("https://itunes.apple.com/us/podcast/id1234567?mt=2", Kind::Podcast, "1234567"),
        ("https://overcast.fm/itunes1234567/kilns-weekly", Kind::Podcast, "1234567"),
        ("https://pca.st/itunes/1234567", Kind::Podcast, "1234567"),
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
    assert_eq!(embedding, ["Bluesky", "Instagram", "Mastodon", "Twitter", "YouTube"]);
}
