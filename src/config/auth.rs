//! Who may sign in, and with which keys tokens are signed.

use std::time::Duration;

use url::Url;

use super::database::Engine;
use super::reader::Reader;
use super::secret::Secret;
use super::setting::{DefaultValue, Setting, Values};
use super::value::{self, Parsed};

/// The shortest secret that signs tokens, in characters.
pub(super) const JWT_SECRET_MIN: usize = 32;

/// Accounts and tokens.
#[derive(Clone, Debug)]
pub struct Auth {
    /// Signs tokens. `None` only on SQLite: then [`super::secret_file::load_or_create`] has it.
    pub jwt_secret: Option<Secret<String>>,
    /// Still verifies tokens while a secret is rotated.
    pub jwt_secret_previous: Option<Secret<String>>,
    /// How long a token is good for.
    pub jwt_ttl: Duration,
    /// Whether strangers may make accounts.
    pub signups: Signups,
    /// The client id of Google sign-in, which is off without it.
    pub google_client_id: Option<String>,
    /// Where Google publishes the keys of its ID tokens, as a JWK set.
    pub google_certs_url: Url,
}

/// Whether strangers may make accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signups {
    /// Everybody may.
    Open,
    /// Nobody may, once there is an account.
    Closed,
}

const JWT_SECRET: Setting = Setting {
    name: "JWT_SECRET",
    default: DefaultValue::Derived("on SQLite made once and kept in the data directory; on PostgreSQL required"),
    values: Values::Like("at least 32 characters"),
    about: "Signs the tokens that people sign in with; the same for all instances. Make one with `openssl rand -base64 48`.",
    secret: true,
};

const JWT_SECRET_PREVIOUS: Setting = Setting {
    name: "JWT_SECRET_PREVIOUS",
    default: DefaultValue::Unset,
    values: Values::Like("at least 32 characters"),
    about: "The former `JWT_SECRET`: tokens that it signed stay good until they expire. Remove it after `JWT_TTL`.",
    secret: true,
};

const JWT_TTL: Setting = Setting {
    name: "JWT_TTL",
    default: DefaultValue::Fixed("7d"),
    values: Values::Between("1m", "365d"),
    about: "How long people stay signed in.",
    secret: false,
};

const SIGNUPS: Setting = Setting {
    name: "SIGNUPS",
    default: DefaultValue::Fixed("open"),
    values: Values::OneOf(&["open", "closed"]),
    about: "Whether strangers may make accounts. The first account may always be made; it becomes the admin.",
    secret: false,
};

const GOOGLE_CLIENT_ID: Setting = Setting {
    name: "GOOGLE_CLIENT_ID",
    default: DefaultValue::Unset,
    values: Values::Like("a client id: `….apps.googleusercontent.com`"),
    about: "Turns Google sign-in on.",
    secret: false,
};

const GOOGLE_CERTS_URL: Setting = Setting {
    name: "GOOGLE_CERTS_URL",
    default: DefaultValue::Fixed("https://www.googleapis.com/oauth2/v3/certs"),
    values: Values::Like("a URL"),
    about: "Where the keys are that Google signs ID tokens with. Whoever answers there can sign in as anybody: change it for tests only.",
    secret: false,
};

impl Auth {
    pub(super) fn read(from: &mut Reader<'_>, engine: Engine) -> Self {
        from.section("Accounts and sign-in");
        let jwt_secret = from.optional(&JWT_SECRET, signing_secret);
        if jwt_secret.is_none() && engine == Engine::Postgres {
            let message =
                "must be set on PostgreSQL, the same for all instances; make one with `openssl rand -base64 48`";
            from.refuse(JWT_SECRET.name, message);
        }
        Self {
            jwt_secret,
            jwt_secret_previous: from.optional(&JWT_SECRET_PREVIOUS, signing_secret),
            jwt_ttl: from.value(&JWT_TTL, value::within(&JWT_TTL, value::duration)),
            signups: from.value(&SIGNUPS, value::choice(&SIGNUPS, &[Signups::Open, Signups::Closed])),
            google_client_id: from.optional(&GOOGLE_CLIENT_ID, value::text),
            google_certs_url: from.value(&GOOGLE_CERTS_URL, value::http_url),
        }
    }
}

fn signing_secret(text: &str) -> Parsed<Secret<String>> {
    if text.chars().count() < JWT_SECRET_MIN {
        let least = format!("must have at least {JWT_SECRET_MIN} characters; make one with `openssl rand -base64 48`");
        return Err(least);
    }
    Ok(Secret::new(text.to_owned()))
}
