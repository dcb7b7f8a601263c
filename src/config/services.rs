//! The services that extractors ask, each by an address that may be changed: a mirror, an instance of one's own, a test.
//!
//! To add one: a row in `services!`. Its setting's name ends in `_URL`.

use url::Url;

use super::reader::Reader;
use super::secret::Secret;
use super::setting::{DefaultValue, Setting, Values};
use super::value::{self, Parsed};

macro_rules! services {
    ($($(#[doc = $about:literal])+ $field:ident: $name:literal = $default:literal;)*) => {
        /// Where services are, and the keys to them. Its `Debug` shows no key.
        #[derive(Clone, Debug)]
        pub struct Services {
            $($(#[doc = $about])+ pub $field: Url,)*
            /// A mirror of Wikipedia; each article's own host without one.
            pub wikipedia: Option<Url>,
            /// A server that is asked for all posts on Mastodon; each post's own host without one.
            pub mastodon: Option<Url>,
            /// The clients that YouTube is asked as, in turn.
            pub youtube_clients: Vec<YoutubeClient>,
            /// The key to YouTube's Data API.
            pub youtube_api_key: Option<Secret<String>>,
            /// A token for GitHub's API: more requests an hour.
            pub github_token: Option<Secret<String>>,
            /// A token for X's API.
            pub twitter_bearer_token: Option<Secret<String>>,
            /// A token for Instagram's oEmbed, as `app id|client token`.
            pub instagram_app_id: Option<Secret<String>>,
        }

        impl Services {
            pub(super) fn read(from: &mut Reader<'_>) -> Self {
                from.section("Services");
                $(let $field = {
                    const ROW: Setting = Setting {
                        name: $name,
                        default: DefaultValue::Fixed($default),
                        values: Values::Like("a URL"),
                        about: concat!($($about),+).trim_ascii(),
                        secret: false,
                    };
                    from.value(&ROW, base)
                };)*
                Self {
                    $($field,)*
                    wikipedia: from.optional(&WIKIPEDIA, base),
                    mastodon: from.optional(&MASTODON, base),
                    youtube_clients: from.value(&YOUTUBE_CLIENTS, |text| value::list(text, YoutubeClient::parse)),
                    youtube_api_key: from.optional(&YOUTUBE_API_KEY, key),
                    github_token: from.optional(&GITHUB_TOKEN, key),
                    twitter_bearer_token: from.optional(&TWITTER_BEARER_TOKEN, key),
                    instagram_app_id: from.optional(&INSTAGRAM_APP_ID, key),
                }
            }
        }
    };
}

services! {
    /// YouTube's pages and player.
    youtube: "YOUTUBE_BASE_URL" = "https://www.youtube.com";
    /// YouTube's Data API, which wants `YOUTUBE_API_KEY`.
    youtube_api: "YOUTUBE_API_URL" = "https://www.googleapis.com/youtube/v3";
    /// GitHub's REST API; `https://<host>/api/v3` for GitHub Enterprise.
    github_api: "GITHUB_API_URL" = "https://api.github.com";
    /// Where X's posts can be read without a key.
    twitter_syndication: "TWITTER_SYNDICATION_URL" = "https://cdn.syndication.twimg.com";
    /// X's oEmbed endpoint.
    twitter_oembed: "TWITTER_OEMBED_URL" = "https://publish.twitter.com/oembed";
    /// X's API, which wants `TWITTER_BEARER_TOKEN`.
    twitter_api: "TWITTER_API_URL" = "https://api.x.com/2";
    /// Instagram's pages.
    instagram: "INSTAGRAM_BASE_URL" = "https://www.instagram.com";
    /// Instagram's oEmbed endpoint, which wants `INSTAGRAM_APP_ID`.
    instagram_oembed: "INSTAGRAM_OEMBED_URL" = "https://graph.facebook.com/v21.0/instagram_oembed";
    /// Medium's feeds and pages.
    medium: "MEDIUM_BASE_URL" = "https://medium.com";
    /// The API behind Notion's public pages.
    notion_api: "NOTION_API_URL" = "https://www.notion.so/api/v3";
    /// Reddit's feeds.
    reddit: "REDDIT_BASE_URL" = "https://www.reddit.com";
    /// Hacker News by way of its search service: a whole discussion in one answer.
    hn_api: "HN_API_URL" = "https://hn.algolia.com/api/v1";
    /// Hacker News's own API, item by item.
    hn_firebase: "HN_FIREBASE_URL" = "https://hacker-news.firebaseio.com/v0";
    /// Stack Exchange's API.
    stackexchange_api: "STACKEXCHANGE_API_URL" = "https://api.stackexchange.com/2.3";
    /// arXiv's API and papers.
    arxiv: "ARXIV_BASE_URL" = "https://export.arxiv.org";
    /// Bluesky's public API.
    bluesky_api: "BLUESKY_API_URL" = "https://public.api.bsky.app";
    /// Bluesky's oEmbed endpoint.
    bluesky_oembed: "BLUESKY_OEMBED_URL" = "https://embed.bsky.app/oembed";
    /// Apple's directory of podcasts.
    itunes: "ITUNES_API_URL" = "https://itunes.apple.com";
}

/// A program that YouTube knows, whose answers differ: some need no proof of origin for captions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum YoutubeClient {
    /// The Android app.
    Android,
    /// The iPhone app.
    Ios,
    /// The Vision Pro app.
    VisionOs,
    /// The web site.
    Web,
}

impl YoutubeClient {
    fn parse(text: &str) -> Parsed<Self> {
        match text.to_ascii_uppercase().as_str() {
            "ANDROID" => Ok(Self::Android),
            "IOS" => Ok(Self::Ios),
            "VISIONOS" => Ok(Self::VisionOs),
            "WEB" => Ok(Self::Web),
            _ => Err("must be clients out of ANDROID, IOS, VISIONOS and WEB, comma-separated".to_owned()),
        }
    }
}

const WIKIPEDIA: Setting = Setting {
    name: "WIKIPEDIA_BASE_URL",
    default: DefaultValue::Derived("each article's own host"),
    values: Values::Like("a URL"),
    about: "A mirror that is asked for all articles of Wikipedia.",
    secret: false,
};

const MASTODON: Setting = Setting {
    name: "MASTODON_BASE_URL",
    default: DefaultValue::Derived("each post's own host"),
    values: Values::Like("a URL"),
    about: "A server that is asked for all posts on Mastodon.",
    secret: false,
};

const YOUTUBE_CLIENTS: Setting = Setting {
    name: "YOUTUBE_CLIENTS",
    default: DefaultValue::Fixed("ANDROID,IOS,VISIONOS"),
    values: Values::Like("clients out of `ANDROID`, `IOS`, `VISIONOS`, `WEB`, comma-separated"),
    about: "As what YouTube is asked for captions, one after the other, until one gets them.",
    secret: false,
};

const YOUTUBE_API_KEY: Setting = Setting {
    name: "YOUTUBE_API_KEY",
    default: DefaultValue::Unset,
    values: Values::Like("a key of the YouTube Data API"),
    about: "Details of videos where the player does not tell them. Nothing needs it.",
    secret: true,
};

const GITHUB_TOKEN: Setting = Setting {
    name: "GITHUB_TOKEN",
    default: DefaultValue::Unset,
    values: Values::Like("a token without any scope"),
    about: "Raises GitHub's limit from 60 to 5,000 requests an hour. Discussions can be read only with it.",
    secret: true,
};

const TWITTER_BEARER_TOKEN: Setting = Setting {
    name: "TWITTER_BEARER_TOKEN",
    default: DefaultValue::Unset,
    values: Values::Like("an app-only bearer token"),
    about: "Reads posts on X by its API where they can't be read without. Nothing needs it.",
    secret: true,
};

const INSTAGRAM_APP_ID: Setting = Setting {
    name: "INSTAGRAM_APP_ID",
    default: DefaultValue::Unset,
    values: Values::Like("`app id|client token`"),
    about: "Reads Instagram's posts by its oEmbed where their pages want a login. Nothing needs it.",
    secret: true,
};

/// A base that paths are added to: no query, no fragment.
fn base(text: &str) -> Parsed<Url> {
    let url = value::http_url(text)?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err("must end before any ? or #".to_owned());
    }
    Ok(url)
}

fn key(text: &str) -> Parsed<Secret<String>> {
    let text = text.trim();
    if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err("must not contain spaces".to_owned());
    }
    Ok(Secret::new(text.to_owned()))
}
