//! How much one client may ask.

use std::time::Duration;

use super::reader::Reader;
use super::setting::{DefaultValue, Setting, Values};
use super::value::{self, Parsed};

/// The three rate limits; `None` means no limit.
#[derive(Clone, Debug)]
pub struct RateLimits {
    /// Signing up and in, per address.
    pub auth: Option<RateLimit>,
    /// Creating content.
    pub content: Option<RateLimit>,
    /// Everything else.
    pub global: Option<RateLimit>,
}

/// At most `max` requests in each `window`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    /// Requests; never 0.
    pub max: u32,
    /// 1 second to 1 day.
    pub window: Duration,
}

const FORMAT: Values = Values::Like("`<requests>/<duration>`, such as `10/15m`, or `off`");

const AUTH: Setting = Setting {
    name: "RATE_LIMIT_AUTH",
    default: DefaultValue::Fixed("10/15m"),
    values: FORMAT,
    about: "Attempts to sign up or in, per address.",
    secret: false,
};

const CONTENT: Setting = Setting {
    name: "RATE_LIMIT_CONTENT",
    default: DefaultValue::Fixed("300/15m"),
    values: FORMAT,
    about: "Items that one user may save.",
    secret: false,
};

const GLOBAL: Setting = Setting {
    name: "RATE_LIMIT_GLOBAL",
    default: DefaultValue::Fixed("1000/15m"),
    values: FORMAT,
    about: "All other requests, per user, or per address when nobody is signed in.",
    secret: false,
};

impl RateLimits {
    pub(super) fn read(from: &mut Reader<'_>) -> Self {
        from.section("Rate limits");
        Self {
            auth: from.value(&AUTH, rate_limit),
            content: from.value(&CONTENT, rate_limit),
            global: from.value(&GLOBAL, rate_limit),
        }
    }
}

fn rate_limit(text: &str) -> Parsed<Option<RateLimit>> {
    if text == "off" {
        return Ok(None);
    }
    let format = "must be a number of requests and a duration, such as 10/15m, or off";
    let (max, window) = text.split_once('/').ok_or(format)?;
    let max: u32 = max.trim().parse().map_err(|_| format)?;
    let window = value::duration(window.trim()).map_err(|why| format!("{format}; the duration {why}"))?;
    if max == 0 {
        return Err("must allow at least one request; to lift the limit write off".to_owned());
    }
    if window < Duration::from_secs(1) || window > Duration::from_hours(24) {
        return Err("must count over a duration from 1s to 1d".to_owned());
    }
    Ok(Some(RateLimit { max, window }))
}
