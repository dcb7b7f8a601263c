//! Who may see what goes on, and who is told.

use std::time::Duration;

use url::Url;

use super::reader::Reader;
use super::secret::Secret;
use super::setting::{DefaultValue, Setting, Values};
use super::value::{self, Parsed};

/// Metrics, traces, reports of errors.
#[derive(Clone, Debug)]
pub struct Observability {
    /// Whether anything is counted, and `/metrics` tells of it.
    pub metrics: bool,
    /// What `/metrics` wants as bearer; anybody may read them without.
    pub metrics_token: Option<Secret<String>>,
    /// Where errors are reported; nowhere without.
    pub sentry_dsn: Option<Secret<String>>,
    /// Where traces go, and what they say; there are none without.
    pub traces: Option<Traces>,
}

/// Traces, by the names that OpenTelemetry gave these settings.
#[derive(Clone, Debug)]
pub struct Traces {
    /// The collector; spans go to `v1/traces` below it.
    pub endpoint: Url,
    /// Headers that it wants, such as a key.
    pub headers: Vec<(String, Secret<String>)>,
    /// What this service is called.
    pub service_name: String,
    /// What else is said of it.
    pub attributes: Vec<(String, String)>,
    /// Which traces are kept.
    pub sampler: Sampler,
    /// How long spans wait for more to be sent with them.
    pub delay: Duration,
    /// How many spans may wait.
    pub queue: usize,
}

/// Which traces are kept.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sampler {
    /// Whether a request that belongs to a trace already is kept as that is.
    pub parent_based: bool,
    /// How many of the others are kept: 0 to 1.
    pub ratio: f64,
}

const METRICS: Setting = Setting {
    name: "METRICS",
    default: DefaultValue::Fixed("on"),
    values: Values::OneOf(&["on", "off"]),
    about: "Whether anything is counted. With `off` there is no `/metrics`.",
    secret: false,
};

const METRICS_TOKEN: Setting = Setting {
    name: "METRICS_TOKEN",
    default: DefaultValue::Unset,
    values: Values::Like("at least 16 characters without spaces"),
    about: "What `/metrics` wants as `Authorization: Bearer …`. Without it anybody who reaches Brainly may read the metrics.",
    secret: true,
};

const SENTRY_DSN: Setting = Setting {
    name: "SENTRY_DSN",
    default: DefaultValue::Unset,
    values: Values::Like("a DSN as Sentry shows it: `https://key@host/project`"),
    about: "Where errors are reported: answers with 5xx, panics, jobs that are given up for a reason of ours. Bodies, tokens, links' queries and addresses stay here.",
    secret: true,
};

const ENDPOINT: Setting = Setting {
    name: "OTEL_EXPORTER_OTLP_ENDPOINT",
    default: DefaultValue::Unset,
    values: Values::Like("a URL"),
    about: "A collector that takes traces by OTLP over HTTP (protobuf): they go to `v1/traces` below it. Without it there are none.",
    secret: false,
};

const HEADERS: Setting = Setting {
    name: "OTEL_EXPORTER_OTLP_HEADERS",
    default: DefaultValue::Unset,
    values: Values::Like("`name=value`, comma-separated"),
    about: "Headers that the collector wants, such as a key.",
    secret: true,
};

const SERVICE_NAME: Setting = Setting {
    name: "OTEL_SERVICE_NAME",
    default: DefaultValue::Fixed("brainly"),
    values: Values::Like("a name"),
    about: "What this service is called in traces.",
    secret: false,
};

const ATTRIBUTES: Setting = Setting {
    name: "OTEL_RESOURCE_ATTRIBUTES",
    default: DefaultValue::Unset,
    values: Values::Like("`name=value`, comma-separated"),
    about: "What else traces say of this service, such as `deployment.environment.name=eu`.",
    secret: false,
};

const SAMPLERS: &[&str] = &[
    "parentbased_always_on",
    "parentbased_traceidratio",
    "parentbased_always_off",
    "always_on",
    "traceidratio",
    "always_off",
];

const SAMPLER: Setting = Setting {
    name: "OTEL_TRACES_SAMPLER",
    default: DefaultValue::Fixed("parentbased_always_on"),
    values: Values::OneOf(SAMPLERS),
    about: "Which traces are kept: all, none, or the share that `OTEL_TRACES_SAMPLER_ARG` says. With `parentbased_` a request that belongs to a trace already is kept as that is.",
    secret: false,
};

const SAMPLER_ARG: Setting = Setting {
    name: "OTEL_TRACES_SAMPLER_ARG",
    default: DefaultValue::Fixed("1"),
    values: Values::Between("0", "1"),
    about: "The share of traces that `traceidratio` keeps.",
    secret: false,
};

const DELAY: Setting = Setting {
    name: "OTEL_BSP_SCHEDULE_DELAY",
    default: DefaultValue::Fixed("5000"),
    values: Values::Between("1", "3600000"),
    about: "Milliseconds that spans wait for more to be sent with them. 512 of them don't wait.",
    secret: false,
};

const QUEUE: Setting = Setting {
    name: "OTEL_BSP_MAX_QUEUE_SIZE",
    default: DefaultValue::Fixed("2048"),
    values: Values::Between("1", "1000000"),
    about: "How many spans may wait; what comes while there are so many is dropped.",
    secret: false,
};

impl Observability {
    pub(super) fn read(from: &mut Reader<'_>) -> Self {
        from.section("Observability");
        Self {
            metrics: from.value(&METRICS, value::choice(&METRICS, &[true, false])),
            metrics_token: from.optional(&METRICS_TOKEN, token),
            sentry_dsn: from.optional(&SENTRY_DSN, dsn),
            traces: Traces::read(from),
        }
    }
}

impl Traces {
    fn read(from: &mut Reader<'_>) -> Option<Self> {
        let endpoint = from.optional(&ENDPOINT, value::http_url);
        let headers = from.optional(&HEADERS, pairs).unwrap_or_default();
        let service_name = from.value(&SERVICE_NAME, value::text);
        let attributes = from.optional(&ATTRIBUTES, pairs).unwrap_or_default();
        let meanings = [(true, 1), (true, 2), (true, 0), (false, 1), (false, 2), (false, 0)];
        let (parent_based, share) = from.value(&SAMPLER, value::choice(&SAMPLER, &meanings));
        let argument = from.value(&SAMPLER_ARG, value::within(&SAMPLER_ARG, value::fraction));
        let ratio = [0.0, 1.0, argument][share];
        let delay = from.value(&DELAY, value::within(&DELAY, value::number));
        let queue = from.value(&QUEUE, value::within(&QUEUE, value::number));
        Some(Self {
            endpoint: endpoint?,
            headers: headers.into_iter().map(|(name, value)| (name, Secret::new(value))).collect(),
            service_name,
            attributes,
            sampler: Sampler { parent_based, ratio },
            delay: Duration::from_millis(delay),
            queue,
        })
    }
}

fn dsn(text: &str) -> Parsed<Secret<String>> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let is_whole = url.is_some_and(|url| {
        let project = url.path_segments().and_then(|mut parts| parts.next_back());
        url.has_host() && !url.username().is_empty() && project.is_some_and(|project| !project.is_empty())
    });
    if !is_whole {
        return Err("must be a DSN as Sentry shows it: https://key@host/project".to_owned());
    }
    Ok(Secret::new(text.to_owned()))
}

/// `name=value,name=value`, values percent-encoded where they have to be (W3C Baggage).
fn pairs(text: &str) -> Parsed<Vec<(String, String)>> {
    value::list(text, |pair| {
        let (name, value) = pair
            .split_once('=')
            .filter(|(name, _)| !name.trim().is_empty())
            .ok_or("must be name=value, comma-separated")?;
        let value = percent_encoding::percent_decode_str(value.trim())
            .decode_utf8()
            .map_err(|_| "holds a value that is not UTF-8")?;
        Ok((name.trim().to_owned(), value.into_owned()))
    })
}

fn token(text: &str) -> Parsed<Secret<String>> {
    if text.len() < 16 || text.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err("must have at least 16 characters and no spaces".to_owned());
    }
    Ok(Secret::new(text.to_owned()))
}
