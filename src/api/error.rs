//! Every error that HTTP can answer with: a status, a stable code, a text for people.
//!
//! `From<actions::Error>` is the only mapping from what went wrong below. A cause is logged here, once, and never sent;
//! the layer of request ids adds `requestId` to what is our own fault.

use std::time::Duration;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::v1::tags::TagBody;
use crate::domain::fault;
use crate::{actions, telemetry};

/// The result of a handler.
pub type Result<T> = std::result::Result<T, Error>;

/// What a client is told.
#[derive(Debug)]
pub enum Error {
    /// A field is not what it must be; the text names the first one.
    Invalid(String),
    /// The body is not JSON, or not text in UTF-8.
    Malformed(String),
    /// The body says that it is something other than JSON.
    UnsupportedMediaType,
    /// The body is packed in a way that we don't unpack.
    UnsupportedEncoding,
    /// The body is larger than we read.
    TooLarge,
    /// The body did not arrive in time.
    TooSlow,
    /// The address is longer than any of ours.
    UriTooLong,
    /// No token came along.
    NoToken,
    /// The token does not hold.
    InvalidToken,
    /// The token holds but does not reach that far.
    Forbidden(&'static str),
    /// Wrong name or password.
    IncorrectCredentials,
    /// New accounts are not wanted.
    SignUpsClosed,
    /// Nothing of that kind and id is the caller's.
    NotFound(String),
    /// No such path.
    NoSuchRoute,
    /// The path has other methods.
    MethodNotAllowed,
    /// The name is taken.
    UsernameTaken,
    /// The tag is there already: this one.
    TagExists(TagBody),
    /// The job is being done at this moment.
    JobRuns,
    /// The job is over.
    JobEnded,
    /// Too many requests; the text says of what, the time when to come back.
    TooMany(&'static str, Duration),
    /// The Google credential does not hold.
    GoogleFailed,
    /// Sign-in with Google is off.
    GoogleNotConfigured,
    /// Google's keys can't be had now.
    GoogleUnavailable,
    /// We have too much to do.
    Busy,
    /// The database does not answer.
    DatabaseUnavailable,
    /// This server is about to stop; another one may answer.
    ShuttingDown,
    /// Our fault.
    Internal,
}

impl Error {
    /// The status that goes with it.
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::Invalid(_) | Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::UnsupportedMediaType | Self::UnsupportedEncoding => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::UriTooLong => StatusCode::URI_TOO_LONG,
            Self::NoToken | Self::InvalidToken | Self::GoogleFailed => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) | Self::IncorrectCredentials | Self::SignUpsClosed => StatusCode::FORBIDDEN,
            Self::NotFound(_) | Self::NoSuchRoute => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::UsernameTaken | Self::TagExists(_) | Self::JobRuns | Self::JobEnded => StatusCode::CONFLICT,
            Self::TooMany(..) => StatusCode::TOO_MANY_REQUESTS,
            Self::GoogleNotConfigured
            | Self::GoogleUnavailable
            | Self::Busy
            | Self::DatabaseUnavailable
            | Self::ShuttingDown => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The code that programs may rely on.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "invalid",
            Self::Malformed(_) => "malformed_body",
            Self::UnsupportedMediaType => "unsupported_media_type",
            Self::UnsupportedEncoding => "unsupported_content_encoding",
            Self::TooLarge => "body_too_large",
            Self::TooSlow => "body_too_slow",
            Self::UriTooLong => "uri_too_long",
            Self::NoToken => "no_token",
            Self::InvalidToken => "invalid_token",
            Self::Forbidden(_) => "forbidden",
            Self::IncorrectCredentials => "incorrect_credentials",
            Self::SignUpsClosed => "sign_ups_closed",
            Self::NotFound(_) => "not_found",
            Self::NoSuchRoute => "no_such_route",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::UsernameTaken => "username_taken",
            Self::TagExists(_) => "tag_exists",
            Self::JobRuns => "job_running",
            Self::JobEnded => "job_ended",
            Self::TooMany(..) => "too_many_requests",
            Self::GoogleFailed => "google_failed",
            Self::GoogleNotConfigured => "google_not_configured",
            Self::GoogleUnavailable => "google_unavailable",
            Self::Busy => "busy",
            Self::DatabaseUnavailable => "database_unavailable",
            Self::ShuttingDown => "shutting_down",
            Self::Internal => "internal",
        }
    }

    /// The text for people.
    pub fn message(&self) -> &str {
        match self {
            Self::Invalid(message) | Self::Malformed(message) | Self::NotFound(message) => message,
            Self::Forbidden(message) | Self::TooMany(message, _) => message,
            Self::UnsupportedMediaType => "The body must be JSON, with Content-Type: application/json",
            Self::UnsupportedEncoding => "The body may be compressed with gzip only",
            Self::TooLarge => "The body is larger than 1 MiB",
            Self::TooSlow => "The body did not arrive in time",
            Self::UriTooLong => "The address is too long",
            Self::NoToken => "Authorization header missing or in incorrect format",
            Self::InvalidToken => "Invalid or expired token",
            Self::IncorrectCredentials => "Incorrect credentials",
            Self::SignUpsClosed => "Sign-ups are closed on this server",
            Self::NoSuchRoute => "There is nothing at this address",
            Self::MethodNotAllowed => "This address does not take that method",
            Self::UsernameTaken => "Username already exists",
            Self::TagExists(_) => "Tag already exists",
            Self::JobRuns => "The job is running; cancel it first",
            Self::JobEnded => "The job has ended",
            Self::GoogleFailed => "Google authentication failed",
            Self::GoogleNotConfigured => "Google authentication is not configured",
            Self::GoogleUnavailable => "Google authentication is not available at the moment, please try again",
            Self::Busy => "The server is busy, please try again in a moment",
            Self::DatabaseUnavailable => "Database unavailable",
            Self::ShuttingDown => "This server is shutting down",
            Self::Internal => "Something went wrong on our side",
        }
    }
}

/// The body of an error, kept beside the response so that a layer can complete it.
#[derive(Debug, Clone)]
pub(super) struct ErrorBody(pub(super) serde_json::Value);

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut body = json!({ "message": self.message(), "code": self.code() });
        if let Self::TagExists(tag) = &self {
            body["tag"] = json!(tag);
        }
        let mut response = (self.status(), Json(&body)).into_response();
        if self.status().is_server_error() {
            response.extensions_mut().insert(ErrorBody(body));
        }
        let wait = match self {
            Self::TooMany(_, wait) => wait.as_secs().max(1),
            Self::GoogleUnavailable => 5,
            Self::Busy | Self::DatabaseUnavailable | Self::ShuttingDown => 1,
            Self::NoToken | Self::InvalidToken => {
                response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
                return response;
            }
            _ => return response,
        };
        response.headers_mut().insert(header::RETRY_AFTER, wait.into());
        response
    }
}

impl From<actions::Error> for Error {
    fn from(error: actions::Error) -> Self {
        use actions::Error as E;
        match error {
            E::Invalid(message) | E::Refused(message) | E::Unreadable(message) => Self::Invalid(message),
            E::NotFound(what) => Self::NotFound(format!("{what} not found")),
            E::NoSuchContent(_) => Self::NotFound("Content not found".into()),
            E::UsernameTaken => Self::UsernameTaken,
            E::TagExists(tag) => Self::TagExists(tag.into()),
            E::JobRuns => Self::JobRuns,
            E::JobEnded => Self::JobEnded,
            E::SignUpsClosed => Self::SignUpsClosed,
            E::IncorrectCredentials => Self::IncorrectCredentials,
            E::InvalidToken => Self::InvalidToken,
            E::Forbidden => Self::Forbidden("This token may not do that"),
            E::GoogleNotConfigured => Self::GoogleNotConfigured,
            E::GoogleFailed => Self::GoogleFailed,
            E::GoogleUnavailable => Self::GoogleUnavailable,
            E::Busy | E::Throttled { .. } => Self::Busy,
            E::Embedding(cause) => {
                failed(&cause, "a text could not be embedded");
                Self::Busy
            }
            E::Database(cause) if cause.is_transient() => {
                failed(&cause, "the database is away");
                Self::DatabaseUnavailable
            }
            error @ (E::Database(_) | E::Internal(..)) => {
                failed(&error, "a request failed");
                Self::Internal
            }
        }
    }
}

/// Logs why a request fails, and keeps it for whoever is told of the answer.
fn failed(cause: &(dyn std::error::Error + 'static), what: &str) {
    let cause = fault::chain(cause);
    tracing::error!(error = cause, "{what}");
    telemetry::note(|| cause);
}
