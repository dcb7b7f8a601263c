//! Links that strangers put where a reader will follow them: in pages, in services' answers, behind redirects. The same two
//! hundred are tried on every way out, and none is ever asked for anything.
//!
//! Images and icons are no such way: Brainly keeps their links and never fetches them.

use std::io;
use std::sync::{Arc, Mutex};

use brainly::db::Engine;
use brainly::domain::SourceUrl;
use brainly::extract::{self, Reach};
use brainly::fetch::{Fetcher, Resolve, Resolving, Visitor};
use serde_json::json;
use tracing::instrument::WithSubscriber as _;
use uuid::Uuid;

use super::PARAGRAPHS;
use crate::fetch::forms::all;
use crate::harness::{Scratch, TestApp, run};

/// A name server that nobody should ask, and that says `127.0.0.2` to who does.
#[derive(Clone, Default)]
struct Names(Arc<Mutex<Vec<String>>>);

impl Resolve for Names {
    fn resolve<'a>(&'a self, name: &'a str) -> Resolving<'a> {
        self.0.lock().unwrap().push(name.to_owned());
        Box::pin(std::future::ready(Ok(vec!["127.0.0.2".parse().unwrap()])))
    }
}

/// What was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A way by which a link of somebody else's reaches the fetcher.
#[derive(Clone, Copy)]
struct Way {
    name: &'static str,
    /// What is saved.
    link: &'static str,
    /// Puts the link where it is found.
    put: fn(&TestApp, &str),
    /// Links that lead elsewhere are not even tried.
    is_closed: bool,
}

const VIDEO: &str = "dQw4w9WgXcQ";
const WAYS: &[Way] = &[
    Way { name: "page", link: "", put: |_, _| {}, is_closed: false },
    Way {
        name: "oEmbed of a page",
        link: "{site}/post",
        put: |app, link| {
            let link = link.replace('&', "&amp;").replace('\'', "&#39;");
            let html = format!("<link rel=alternate type=application/json+oembed href='{link}'><p>{PARAGRAPHS}");
            app.site.page("/post", 200, &[("content-type", "text/html")], html);
        },
        is_closed: false,
    },
    Way {
        name: "page that sends its visitors on",
        link: "{site}/sent",
        put: |app, link| {
            let link = link.replace('&', "&amp;").replace('\'', "&#39;");
            let html = format!("<title>Sent</title><meta http-equiv=refresh content='0; url={link}'>");
            app.site.page("/sent", 200, &[("content-type", "text/html")], html);
        },
        is_closed: false,
    },
    Way {
        name: "article of a story",
        link: "https://news.ycombinator.com/item?id=4242",
        put: |app, link| {
            app.site.json(
                "/algolia/items/4242",
                &json!({ "author": "ada", "title": "Kilns", "url": link, "children": [] }),
            );
        },
        is_closed: false,
    },
    Way {
        name: "feed of a podcast",
        link: "https://podcasts.apple.com/gb/podcast/kilns-weekly/id1234567",
        put: |app, link| {
            app.site.json("/itunes/lookup", &json!({ "resultCount": 1, "results": [
                { "wrapperType": "track", "kind": "podcast", "collectionId": 1_234_567, "collectionName": "Kilns", "feedUrl": link }] }));
        },
        is_closed: false,
    },
    Way {
        name: "transcript of an episode",
        link: "https://podcasts.apple.com/gb/podcast/firing/id1234567?i=1000600001",
        put: |app, link| {
            let link = link.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
            let feed = app.site.page("/feed.xml", 200, &[("content-type", "application/rss+xml")], format!(
                "<rss version=\"2.0\" xmlns:p=\"https://podcastindex.org/namespace/1.0\"><channel><title>Kilns</title><item><title>Firing</title>\
                 <guid>guid-1</guid><p:transcript url=\"{link}\" type=\"text/vtt\"/></item></channel></rss>"));
            app.site.json("/itunes/lookup", &json!({ "resultCount": 2, "results": [
                { "wrapperType": "track", "kind": "podcast", "collectionId": 1_234_567, "trackId": 1_234_567, "collectionName": "Kilns", "feedUrl": feed },
                { "wrapperType": "podcastEpisode", "kind": "podcast-episode", "trackId": 1_000_600_001_u64, "trackName": "Firing",
                  "collectionName": "Kilns", "episodeGuid": "guid-1" }] }));
        },
        is_closed: false,
    },
    Way {
        name: "captions of a video",
        link: "https://youtu.be/dQw4w9WgXcQ",
        put: |app, link| {
            app.site.json("/yt/youtubei/v1/player", &json!({
                "playabilityStatus": { "status": "OK" }, "videoDetails": { "videoId": VIDEO, "title": "Firing", "lengthSeconds": "7", "author": "Ada" },
                "captions": { "playerCaptionsTracklistRenderer": { "captionTracks": [
                    { "baseUrl": link, "name": { "simpleText": "en" }, "vssId": ".en", "languageCode": "en", "isTranslatable": true }] } } }));
        },
        is_closed: true,
    },
    Way {
        name: "file of a gist",
        link: "https://gist.github.com/ada/abcdef0123456789",
        put: |app, link| {
            app.site.json(
                "/api/v3/gists/abcdef0123456789",
                &json!({ "owner": null, "files": {
                "a.py": { "truncated": true, "content": "the beginning", "raw_url": link } } }),
            );
        },
        is_closed: false,
    },
];

/// Reads what is at the end of `way` when every one of the forbidden links stands where `stand` puts it, and fails if anybody
/// was asked but the test's own site. Returns how often a link was refused.
async fn try_all(scratch: Scratch, way: Way, stand: fn(&TestApp, Way, &str) -> String) -> usize {
    let settings = [
        ("HN_API_URL", "{site}/algolia"),
        ("ITUNES_API_URL", "{site}/itunes"),
        ("YOUTUBE_BASE_URL", "{site}/yt"),
        ("GITHUB_API_URL", "{site}/api/v3"),
    ];
    let app = TestApp::with(scratch.into(), &settings).await;
    let (names, log) = (Names::default(), Log::default());
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_max_level(tracing::Level::DEBUG)
        .with_writer(move || writer.clone())
        .finish();
    let fetcher = Fetcher::with_resolver(&app.app.config.fetch, app.clock.clone(), names.clone()).unwrap();
    let reach = Reach {
        fetcher: &fetcher,
        services: &app.app.config.services,
        parser: &app.app.parser,
        visitor: Visitor::new(Uuid::nil(), Uuid::nil(), 0),
        languages: Vec::new(),
        now: app.clock.now(),
        seen: None,
    };
    let reading = async {
        for form in all() {
            let saved = stand(&app, way, form.as_str());
            // A link that can't even be saved is never followed.
            if let Ok(source) = SourceUrl::parse(&saved) {
                let _ = extract::read(&reach, &source).await;
            }
        }
    };
    reading.with_subscriber(subscriber).await;

    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let failed: Vec<&str> = log.lines().filter(|line| line.contains("error=") && line.contains("fetch.get")).collect();
    let unexpected = |line: &&&str| !line.contains(" is refused: ") && !line.contains("answered with status 404");
    assert_eq!(failed.iter().filter(unexpected).collect::<Vec<_>>(), Vec::<&&str>::new(), "{}", way.name);
    let mut asked = names.0.lock().unwrap().clone();
    // The saved link's own host is honest, though nobody finds it here.
    asked.retain(|name| !way.link.contains(name.as_str()));
    assert_eq!(asked, Vec::<String>::new(), "{}: a name server was asked", way.name);
    failed.iter().filter(|line| line.contains(" is refused: ")).count()
}

/// In place of an honest link.
fn directly(app: &TestApp, way: Way, form: &str) -> String {
    (way.put)(app, form);
    if way.link.is_empty() { form.to_owned() } else { way.link.replace("{site}", &app.site.url("")) }
}

/// Behind an honest link, at the first hop.
fn behind_a_redirect(app: &TestApp, way: Way, form: &str) -> String {
    let go = app.site.page("/yt/api/timedtext", 302, &[("location", form)], "");
    // Captions are fetched from YouTube alone.
    let go = if way.is_closed { format!("{go}?v={VIDEO}") } else { go };
    if way.link.is_empty() { go } else { directly(app, way, &go) }
}

/// Behind an honest link, at the third hop.
fn behind_three(app: &TestApp, way: Way, form: &str) -> String {
    let (second, third) = (app.site.url("/second"), app.site.url("/third"));
    app.site.page("/third", 308, &[("location", form)], "");
    app.site.page("/second", 307, &[("location", &third)], "");
    behind_a_redirect(app, way, &second)
}

fn on_way(way: usize, stand: fn(&TestApp, Way, &str) -> String, is_direct: bool) {
    let way = WAYS[way];
    run(Engine::Sqlite, |scratch| async move {
        let refused = try_all(scratch, way, stand).await;
        // Some are no links to begin with, where they are written; all are when a redirect names them.
        let expected = match (is_direct, way.is_closed) {
            (true, true) => 0,
            (true, false) => 100,
            (false, _) => all().len(),
        };
        assert!(refused >= expected, "{}: only {refused} of {} links were refused", way.name, all().len());
    });
}

/// One test a way, so that they run side by side.
macro_rules! ways {
    ($($name:ident: $way:literal;)*) => { $(
        mod $name {
            use super::{behind_a_redirect, behind_three, directly, on_way};

            #[test]
            fn a_forbidden_link_is_never_followed_where_an_honest_one_would_stand() {
                on_way($way, directly, true);
            }

            #[test]
            fn a_forbidden_link_is_never_followed_behind_a_redirect() {
                on_way($way, behind_a_redirect, false);
            }

            #[test]
            fn a_forbidden_link_is_never_followed_at_a_later_hop() {
                on_way($way, behind_three, false);
            }
        }
    )* };
}

ways! {
    page: 0;
    oembed: 1;
    page_that_sends_on: 2;
    article_of_a_story: 3;
    feed: 4;
    transcript: 5;
    captions: 6;
    file_of_a_gist: 7;
}
