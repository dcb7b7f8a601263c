//! YouTube: the video's page, its player, its captions, and what stands in for them.

mod captions;
mod details;
mod refusals;
mod walls;

use brainly::db::Db;
use serde_json::{Value, json};

use super::{assert_enriched, assert_told, read};
use crate::harness::{Asked, TestApp, on_both_engines};

const ID: &str = "dQw4w9WgXcQ";
const LINK: &str = "https://youtu.be/dQw4w9WgXcQ?si=abc";
const WATCH: &str = "/yt/watch";
const PLAYER: &str = "/yt/youtubei/v1/player";
const CAPTIONS: &str = "/yt/api/timedtext";
const OEMBED: &str = "/yt/oembed";

async fn app(db: Db) -> TestApp {
    with(db, &[]).await
}

async fn with(db: Db, more: &[(&str, &str)]) -> TestApp {
    let services = [("YOUTUBE_BASE_URL", "{site}/yt"), ("YOUTUBE_API_URL", "{site}/api")];
    TestApp::with(db, &[&services[..], more].concat()).await
}

/// A track whose captions are at [`CAPTIONS`].
fn track(language: &str, kind: &str, more: &str) -> Value {
    let mut track = json!({
        "baseUrl": format!("https://www.youtube.com/api/timedtext?v={ID}&lang={language}&fmt=srv3{more}"),
        "name": { "simpleText": language }, "vssId": format!(".{language}"), "languageCode": language, "isTranslatable": true,
    });
    if !kind.is_empty() {
        track["kind"] = kind.into();
    }
    track
}

/// What the player answers for a video that plays.
fn plays(tracks: &[Value]) -> Value {
    let mut answer = json!({
        "playabilityStatus": { "status": "OK" },
        "responseContext": { "visitorData": "CgtWaXNpdG9y" },
        "videoDetails": {
            "videoId": ID, "title": "Firing a kiln", "lengthSeconds": "754", "keywords": ["kiln", "Kiln", "clay"],
            "channelId": "UCabc-_1", "author": "A. Potter", "viewCount": "1234", "isLiveContent": false,
            "shortDescription": "Slowly.\n0:00 Intro\n(1:30) - Candling\n12:00 Cone 6\n99:00 Never",
            "thumbnail": { "thumbnails": [
                { "url": "https://i.ytimg.com/small.jpg", "width": 120, "height": 90 },
                { "url": "https://i.ytimg.com/large.jpg", "width": 1280, "height": 720 },
                { "url": "https://i.ytimg.com/medium.jpg", "width": 320, "height": 180 },
            ] },
        },
    });
    if !tracks.is_empty() {
        answer["captions"] = json!({ "playerCaptionsTracklistRenderer": {
            "captionTracks": tracks, "translationLanguages": [{ "languageCode": "de" }],
        } });
    }
    answer
}

/// What the player answers for one that doesn't, and knows nothing else.
fn refuses(status: &str, reason: &str) -> Value {
    json!({ "playabilityStatus": { "status": status, "reason": reason } })
}

fn json3(words: &str) -> Value {
    json!({ "events": [
        { "tStartMs": 0, "dDurationMs": 1540, "segs": [{ "utf8": words }] },
        { "tStartMs": 1540, "dDurationMs": 2000, "segs": [{ "utf8": "the water " }, { "utf8": "leaves", "tOffsetMs": 200 }] },
    ] })
}

fn oembed(app: &TestApp) {
    app.site.json(
        OEMBED,
        &json!({
            "title": "Firing a kiln", "author_name": "A. Potter", "author_url": "https://www.youtube.com/@potter",
            "thumbnail_url": "https://i.ytimg.com/hq.jpg", "type": "video", "html": "<iframe>",
        }),
    );
}

fn header<'a>(asked: &'a Asked, name: &str) -> &'a str {
    asked.headers[name].to_str().unwrap()
}
