//! What is set, and what had better be.

use std::collections::HashMap;

use percent_encoding::percent_decode_str;
use url::Url;

use super::Check;
use crate::config::{Config, Engine, Environment, LogFormat, Signups};

/// Bits that a secret must have at least, estimated from its own characters.
const MIN_ENTROPY: f64 = 100.0;
/// Characters in a row that come twice by chance too seldom to matter.
const SHORTEST_REPEAT: usize = 4;
/// Passwords that everybody tries first, lower case.
const COMMON: [&str; 12] = [
    "admin",
    "brainly",
    "changeme",
    "change-me",
    "example",
    "pass",
    "password",
    "postgres",
    "postgresql",
    "root",
    "secret",
    "test",
];

/// Words of a secret that was copied from somewhere, or never changed. By chance one of them stands in one secret of a million.
const TELLING: [&str; 6] = ["brainly", "change", "default", "example", "password", "secret"];

pub(super) fn checks(config: &Config) -> Vec<Check> {
    vec![
        environment(config),
        secret(config),
        database_password(config),
        cors(config),
        public_url(config),
        proxies(config),
        rate_limits(config),
        sign_ups(config),
        metrics(config),
        log_format(config),
        reports(config),
        traces(config),
        private_places(config),
    ]
}

fn environment(config: &Config) -> Check {
    let name = "environment";
    match config.environment {
        Environment::Production => Check::ok(name, "BRAINLY_ENV is production"),
        other => Check::warn(
            name,
            format!("BRAINLY_ENV is {}", format!("{other:?}").to_lowercase()),
            "set BRAINLY_ENV=production where people's data are kept",
        ),
    }
}

fn secret(config: &Config) -> Check {
    let name = "jwt_secret";
    let Some(secret) = &config.auth.jwt_secret else {
        return Check::ok(name, "made at random and kept in the data directory");
    };
    if let Some(weakness) = weakness(secret.expose()) {
        return Check::wrong_in_production(
            config,
            name,
            format!("JWT_SECRET could be guessed: {weakness}"),
            "make one with `openssl rand -base64 48`; people sign in again",
        );
    }
    let Some(previous) = &config.auth.jwt_secret_previous else {
        return Check::ok(name, "long enough, and not guessable by its characters");
    };
    if let Some(weakness) = weakness(previous.expose()) {
        return Check::wrong_in_production(
            config,
            name,
            format!("JWT_SECRET_PREVIOUS could be guessed, and its tokens are good: {weakness}"),
            "remove JWT_SECRET_PREVIOUS; people sign in again",
        );
    }
    if previous.expose() == secret.expose() {
        return Check::warn(
            name,
            "JWT_SECRET_PREVIOUS is the same as JWT_SECRET",
            "remove JWT_SECRET_PREVIOUS, or give JWT_SECRET a new value",
        );
    }
    Check::ok(name, "long enough; an older one still verifies (remove JWT_SECRET_PREVIOUS after JWT_TTL)")
}

/// Why a secret is not one.
fn weakness(secret: &str) -> Option<String> {
    let small = secret.to_lowercase();
    if let Some(word) = TELLING.into_iter().find(|word| small.contains(word)) {
        return Some(format!("the word \"{word}\" is in it"));
    }
    let bits = entropy(secret);
    (bits < MIN_ENTROPY).then(|| format!("about {bits:.0} bits, where {MIN_ENTROPY:.0} are wanted"))
}

/// Bits of `text` if each character were drawn by the frequencies that it shows itself: Shannon's entropy times the length.
/// Of a run of characters that repeats an earlier one, only the first counts. An upper bound, and a low one for `abcdabcd…`.
fn entropy(text: &str) -> f64 {
    let chars: Vec<char> = text.chars().collect();
    let mut counts: HashMap<char, f64> = HashMap::new();
    let mut at = 0;
    while let Some(here) = chars.get(at) {
        *counts.entry(*here).or_default() += 1.0;
        let alike =
            |from: usize| chars[from..].iter().zip(&chars[at..]).take_while(|(one, other)| one == other).count();
        let repeated = (0..at).map(alike).max().unwrap_or_default();
        at += if repeated < SHORTEST_REPEAT { 1 } else { repeated };
    }
    let length: f64 = counts.values().sum();
    counts.values().map(|count| count * (length / count).log2()).sum()
}

fn database_password(config: &Config) -> Check {
    let name = "database_password";
    if config.database.engine == Engine::Sqlite {
        return Check::ok(name, "SQLite has none");
    }
    let url = Url::parse(config.database.url.expose()).ok();
    // Both may stand before the host, or among the parameters.
    let decoded = |part: &str| percent_decode_str(part).decode_utf8_lossy().to_lowercase();
    let given = |key| url.as_ref()?.query_pairs().find(|(name, _)| name == key).map(|(_, value)| value.to_lowercase());
    let password = url.as_ref().and_then(Url::password).map(decoded).or_else(|| given("password"));
    let Some(password) = password else {
        return Check::ok(name, "none in DATABASE_URL: the server knows this user by other means");
    };
    let user = given("user").or_else(|| url.as_ref().map(|url| decoded(url.username())));
    if COMMON.contains(&password.as_str()) || user.is_some_and(|user| user == password) {
        return Check::wrong_in_production(
            config,
            name,
            "the password in DATABASE_URL is one that everybody tries first",
            "give the role a random one: ALTER ROLE … PASSWORD '…', and set DATABASE_URL (or DATABASE_URL_FILE) anew",
        );
    }
    Check::ok(name, "not one of those that everybody tries first")
}

fn cors(config: &Config) -> Check {
    let name = "cors";
    let plain: Vec<&str> =
        config.http.cors_origins.iter().map(String::as_str).filter(|origin| origin.starts_with("http://")).collect();
    match (plain.is_empty(), config.http.cors_origins.is_empty()) {
        (_, true) => Check::ok(name, "no other site may call the API"),
        (true, false) => Check::ok(name, format!("only {}", config.http.cors_origins.join(", "))),
        (false, _) => Check::wrong_in_production(
            config,
            name,
            format!("{} may call the API over plain http", plain.join(", ")),
            "name https origins in CORS_ORIGIN",
        ),
    }
}

fn public_url(config: &Config) -> Check {
    let name = "public_url";
    match &config.http.public_url {
        None => Check::wrong_in_production(
            config,
            name,
            "PUBLIC_URL is not set",
            "set it to the https address by which people reach Brainly",
        ),
        Some(url) if url.scheme() == "https" => Check::ok(name, "people come by https"),
        Some(_) => Check::wrong_in_production(
            config,
            name,
            "PUBLIC_URL is plain http: passwords and tokens can be read on the way",
            "put a reverse proxy with TLS in front (deploy/ has Caddy and nginx), and set PUBLIC_URL to https",
        ),
    }
}

fn proxies(config: &Config) -> Check {
    let name = "trusted_proxies";
    let behind_proxy = config.http.public_url.as_ref().is_some_and(|url| url.scheme() == "https");
    if config.http.trusted_proxies.iter().any(|network| network.prefix_len() == 0) {
        return Check::fail(
            name,
            "TRUSTED_PROXIES trusts everybody: any client can claim any address",
            "name the networks of your reverse proxies only",
        );
    }
    if behind_proxy && config.http.trusted_proxies.is_empty() {
        return Check::warn(
            name,
            "PUBLIC_URL is https, so a proxy is in front, but none is trusted: all people share one rate limit",
            "set TRUSTED_PROXIES to the proxy's address or network",
        );
    }
    Check::ok(name, format!("{} trusted", config.http.trusted_proxies.len()))
}

fn rate_limits(config: &Config) -> Check {
    let name = "rate_limits";
    let limits = [
        ("RATE_LIMIT_AUTH", config.limits.auth),
        ("RATE_LIMIT_CONTENT", config.limits.content),
        ("RATE_LIMIT_GLOBAL", config.limits.global),
    ];
    let off: Vec<&str> = limits.iter().filter(|(_, limit)| limit.is_none()).map(|(name, _)| *name).collect();
    if off.is_empty() {
        return Check::ok(name, "all three are on");
    }
    Check::wrong_in_production(config, name, format!("{} is off", off.join(", ")), "leave it unset, or give it a limit")
}

fn sign_ups(config: &Config) -> Check {
    let name = "sign_ups";
    match config.auth.signups {
        Signups::Closed => Check::ok(name, "closed"),
        Signups::Open => Check::warn(
            name,
            "anybody who reaches Brainly can make an account",
            "set SIGNUPS=closed once everybody has theirs; `brainly user create` makes more",
        ),
    }
}

fn metrics(config: &Config) -> Check {
    let name = "metrics_token";
    if !config.observability.metrics {
        return Check::ok(name, "METRICS is off: there are none to read");
    }
    match &config.observability.metrics_token {
        Some(_) => Check::ok(name, "metrics are for who has the token"),
        None => Check::warn(
            name,
            "anybody who reaches Brainly can read /metrics",
            "set METRICS_TOKEN, or keep /metrics from the outside at the proxy",
        ),
    }
}

fn log_format(config: &Config) -> Check {
    let name = "log_format";
    match (config.environment, config.log.format) {
        (Environment::Production, LogFormat::Pretty) => {
            Check::warn(name, "lines are for people: a collector of logs can't read them", "set LOG_FORMAT=json")
        }
        _ => Check::ok(name, "fits"),
    }
}

fn reports(config: &Config) -> Check {
    let name = "error_reports";
    match (&config.observability.sentry_dsn, config.environment) {
        (Some(_), _) => Check::ok(name, "errors are reported to Sentry"),
        (None, Environment::Production) => Check::warn(
            name,
            "nobody is told of errors: they are in the log alone",
            "set SENTRY_DSN, or watch the log and the alerts of deploy/prometheus",
        ),
        (None, _) => Check::ok(name, "errors are in the log alone"),
    }
}

fn traces(config: &Config) -> Check {
    let name = "traces";
    let Some(traces) = &config.observability.traces else {
        return match config.environment {
            Environment::Production => Check::warn(
                name,
                "there are no traces: what a slow request waited for can't be seen",
                "set OTEL_EXPORTER_OTLP_ENDPOINT to a collector",
            ),
            _ => Check::ok(name, "there are none"),
        };
    };
    let host = traces.endpoint.host_str().unwrap_or_default();
    let is_plain = traces.endpoint.scheme() == "http";
    // A collector beside us needs no encryption; a key must not travel without.
    if is_plain && !traces.headers.is_empty() {
        return Check::wrong_in_production(
            config,
            name,
            format!("the key of OTEL_EXPORTER_OTLP_HEADERS goes to {host} without encryption"),
            "begin OTEL_EXPORTER_OTLP_ENDPOINT with https://",
        );
    }
    if traces.endpoint.port() == Some(4317) {
        return Check::warn(
            name,
            "port 4317 is where collectors take gRPC; Brainly speaks HTTP",
            "collectors take OTLP over HTTP on port 4318",
        );
    }
    Check::ok(name, format!("they go to {host}"))
}

fn private_places(config: &Config) -> Check {
    let name = "fetch_allow_private";
    match config.fetch.allow_private.len() {
        0 => Check::ok(name, "no private address is ever fetched"),
        _ => Check::warn(
            name,
            "FETCH_ALLOW_PRIVATE lets everybody with an account have those places fetched",
            "name only hosts that all of them may see",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::entropy;

    #[test]
    fn a_secret_that_repeats_itself_has_little_entropy_and_a_random_one_has_much() {
        assert!(entropy(&"a".repeat(64)) < 1.0);
        assert!(entropy(&"secret".repeat(6)) < 100.0);
        assert!(entropy("q8V1mZ0xJt5rYb2KpW9nLc4Hd7Gs3Fa6Ue+T/iOvRkXy") > 200.0);
        assert!(entropy("") < 1.0);
        assert!(entropy("0123456789abcdef0123456789abcdef") < 100.0);
        assert!(entropy("kiln-clay-wheel-kiln-clay-wheel-kiln-clay-wheel") < 100.0);
    }
}
