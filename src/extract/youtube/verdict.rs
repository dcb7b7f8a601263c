//! Does the video play, and if not, why? In YouTube's words, which are asked for in English, and in ours.

use std::time::Duration;

use chrono::TimeDelta;
use serde::Deserialize;

use crate::domain::Timestamp;
use crate::text::clean;

/// The longest reason of YouTube's own that is passed on, in characters.
const MAX_REASON: usize = 200;
/// A stream that begins later than this is not waited for.
const MAX_WAIT: TimeDelta = TimeDelta::days(14);

/// What YouTube says of playing.
#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Playability {
    status: String,
    reason: Option<String>,
    reason_title: Option<String>,
    error_screen: ErrorScreen,
    live_streamability: Streamability,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct ErrorScreen {
    player_error_message_renderer: Message,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Message {
    subreason: Words,
    reason: Words,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Words {
    simple_text: Option<String>,
    runs: Vec<Run>,
}

#[derive(Deserialize)]
struct Run {
    #[serde(default)]
    text: String,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Streamability {
    live_streamability_renderer: Streaming,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Streaming {
    offline_slate: Slate,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Slate {
    live_stream_offline_slate_renderer: Scheduled,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Scheduled {
    /// Seconds since 1970, as text.
    scheduled_start_time: Option<String>,
}

/// Whether a video plays.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Plays,
    /// YouTube takes us for a robot.
    Blocked,
    AgeRestricted,
    Private,
    SignIn,
    Gone,
    /// A stream or a first showing that begins then.
    NotYet(Option<Timestamp>),
    /// Not in the country that we ask from.
    Abroad,
    /// YouTube's own reason, where it gives one.
    Unplayable(Option<String>),
}

impl Playability {
    pub(super) fn verdict(&self) -> Verdict {
        let own = &self.error_screen.player_error_message_renderer;
        let (subreason, reason) = (own.subreason.text(), own.reason.text());
        let all = [self.reason.as_deref(), self.reason_title.as_deref(), Some(&subreason), Some(&reason)];
        let said = all.into_iter().flatten().collect::<Vec<_>>().join("\n").to_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| said.contains(word));
        match self.status.as_str() {
            "OK" => Verdict::Plays,
            _ if says(&["not a bot"]) => Verdict::Blocked,
            "LIVE_STREAM_OFFLINE" => Verdict::NotYet(self.start()),
            "ERROR" => Verdict::Gone,
            status if status.starts_with("AGE_") || says(&["inappropriate", "confirm your age", "age-restricted"]) => {
                Verdict::AgeRestricted
            }
            _ if says(&["private"]) => Verdict::Private,
            "LOGIN_REQUIRED" => Verdict::SignIn,
            _ if says(&["country", "your location"]) => Verdict::Abroad,
            _ => {
                let given = [Some(subreason.as_str()), self.reason.as_deref()];
                Verdict::Unplayable(given.into_iter().flatten().find_map(|text| clean::line(text, MAX_REASON)))
            }
        }
    }

    fn start(&self) -> Option<Timestamp> {
        let slate = &self.live_streamability.live_streamability_renderer.offline_slate;
        let start = slate.live_stream_offline_slate_renderer.scheduled_start_time.as_deref()?;
        Timestamp::from_timestamp(start.parse().ok()?, 0)
    }
}

impl Words {
    fn text(&self) -> String {
        let runs: String = self.runs.iter().map(|run| run.text.as_str()).collect();
        self.simple_text.clone().unwrap_or(runs)
    }
}

impl Verdict {
    pub(super) const fn plays(&self) -> bool {
        matches!(self, Self::Plays)
    }

    /// May another client be told otherwise?
    pub(super) const fn may_differ(&self) -> bool {
        matches!(self, Self::Abroad | Self::Unplayable(_))
    }

    /// When another look is worth it.
    pub(super) fn again_after(&self, now: Timestamp) -> Option<Duration> {
        let Self::NotYet(Some(start)) = self else { return None };
        let wait = *start - now;
        if wait > MAX_WAIT { None } else { wait.to_std().ok().filter(|wait| !wait.is_zero()) }
    }

    /// What the link's owner is shown.
    pub(super) fn for_people(&self) -> String {
        match self {
            Self::Plays => "This video plays",
            Self::Blocked => "YouTube checks for robots and did not let Brainly see the video",
            Self::AgeRestricted => {
                "YouTube shows this video only to adults who have signed in, so its words can't be read"
            }
            Self::Private => "This video is private",
            Self::SignIn => "YouTube shows this video only to people who have signed in, so its words can't be read",
            Self::Gone => "YouTube says that this video is not available",
            Self::NotYet(_) => "This stream has not begun, so there are no words yet",
            Self::Abroad => "This video is not shown in the country that Brainly reads from",
            Self::Unplayable(None) => "YouTube does not play this video",
            Self::Unplayable(Some(reason)) => {
                return format!("YouTube does not play this video: {}", reason.trim_end_matches('.'));
            }
        }
        .into()
    }
}
