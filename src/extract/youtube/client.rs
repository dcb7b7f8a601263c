//! The programs that YouTube's player is asked as. Their answers differ: some get captions without a proof of origin.
//!
//! Versions age: when YouTube refuses one, its row is what to renew (`yt-dlp` keeps a list of what works).

use serde_json::{Value, json};

use crate::config::YoutubeClient;

/// A client as YouTube sees it.
pub(super) struct Client {
    /// Its number in headers.
    pub(super) number: &'static str,
    pub(super) name: &'static str,
    pub(super) version: &'static str,
    pub(super) user_agent: &'static str,
    device: Option<(&'static str, &'static str)>,
    /// Name and version.
    system: Option<(&'static str, &'static str)>,
    android_sdk: Option<u32>,
}

const ANDROID: Client = Client {
    number: "3",
    name: "ANDROID",
    version: "21.26.364",
    user_agent: "com.google.android.youtube/21.26.364 (Linux; U; Android 11) gzip",
    device: None,
    system: Some(("Android", "11")),
    android_sdk: Some(30),
};

const IOS: Client = Client {
    number: "5",
    name: "IOS",
    version: "21.26.4",
    user_agent: "com.google.ios.youtube/21.26.4 (iPhone16,2; U; CPU iOS 18_3_2 like Mac OS X;)",
    device: Some(("Apple", "iPhone16,2")),
    system: Some(("iPhone", "18.3.2.22D82")),
    android_sdk: None,
};

const VISION_OS: Client = Client {
    number: "101",
    name: "VISIONOS",
    version: "1.02",
    user_agent: "Mozilla/5.0 (Macintosh; Intel Mac OS X 15_7_3) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                 Version/26.0 Safari/605.1.15",
    device: Some(("Apple", "RealityDevice17,1")),
    system: Some(("visionOS", "26.5.23O471")),
    android_sdk: None,
};

const WEB: Client = Client {
    number: "1",
    name: "WEB",
    version: "2.20260708.00.00",
    user_agent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/151.0.0.0 \
                 Safari/537.36",
    device: None,
    system: None,
    android_sdk: None,
};

/// The row of a configured client.
pub(super) const fn of(configured: YoutubeClient) -> &'static Client {
    match configured {
        YoutubeClient::Android => &ANDROID,
        YoutubeClient::Ios => &IOS,
        YoutubeClient::VisionOs => &VISION_OS,
        YoutubeClient::Web => &WEB,
    }
}

impl Client {
    /// What the player is asked for the video `id`. English, so that refusals can be understood; who the page took us for,
    /// since without that YouTube takes us for a robot more often.
    pub(super) fn question(&self, id: &str, visitor: Option<&str>) -> Value {
        let mut client = json!({
            "clientName": self.name, "clientVersion": self.version, "userAgent": self.user_agent,
            "hl": "en", "gl": "US", "timeZone": "UTC", "utcOffsetMinutes": 0,
        });
        if let Some(visitor) = visitor {
            client["visitorData"] = visitor.into();
        }
        if let Some((make, model)) = self.device {
            client["deviceMake"] = make.into();
            client["deviceModel"] = model.into();
        }
        if let Some((name, version)) = self.system {
            client["osName"] = name.into();
            client["osVersion"] = version.into();
        }
        if let Some(sdk) = self.android_sdk {
            client["androidSdkVersion"] = sdk.into();
        }
        json!({
            "context": { "client": client }, "videoId": id, "contentCheckOk": true, "racyCheckOk": true,
            "playbackContext": { "contentPlaybackContext": { "html5Preference": "HTML5_PREF_WANTS" } },
        })
    }
}
