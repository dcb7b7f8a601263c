//! JSON bodies whose every field holds.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, OptionalFromRequest, Request};
use axum::http::header;
use http_body_util::LengthLimitError;
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::api::{Error, Result};

/// The most bytes of a body that we read, after decompression.
pub const MAX_BODY_BYTES: usize = 1024 * 1024;
/// How long a body may take to arrive; a slow phone sends the largest in that time.
const PATIENCE: Duration = Duration::from_mins(1);

/// A body read as JSON into `T`, whose field types carry their own rules. The first that is broken is told.
#[derive(Debug)]
pub struct ValidJson<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for ValidJson<T> {
    type Rejection = Error;

    async fn from_request(request: Request, _: &S) -> Result<Self> {
        parse(&read_json(request).await?).map(Self)
    }
}

/// No body at all is none; one that is there must hold.
impl<T: DeserializeOwned, S: Send + Sync> OptionalFromRequest<S> for ValidJson<T> {
    type Rejection = Error;

    async fn from_request(request: Request, _: &S) -> Result<Option<Self>> {
        let bytes = read_json(request).await?;
        if bytes.is_empty() { Ok(None) } else { parse(&bytes).map(Self).map(Some) }
    }
}

/// The bytes of a body that says it is JSON; an empty one may say anything.
async fn read_json(request: Request) -> Result<Bytes> {
    let typed = is_json(request.headers());
    let bytes = read(request.into_body()).await?;
    if typed || bytes.is_empty() { Ok(bytes) } else { Err(Error::UnsupportedMediaType) }
}

fn is_json(headers: &axum::http::HeaderMap) -> bool {
    let Some(value) = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()) else { return false };
    let essence = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

async fn read(body: Body) -> Result<Bytes> {
    let whole = tokio::time::timeout(PATIENCE, axum::body::to_bytes(body, MAX_BODY_BYTES));
    whole.await.map_err(|_| Error::TooSlow)?.map_err(|error| {
        let mut cause: Option<&dyn std::error::Error> = Some(&error);
        while let Some(error) = cause {
            if error.is::<LengthLimitError>() {
                return Error::TooLarge;
            }
            cause = error.source();
        }
        Error::Malformed("The body can't be read: it breaks off, or its compression is broken".into())
    })
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    if bytes.is_empty() {
        return Err(Error::Malformed("The body is empty; it must be JSON".into()));
    }
    if has_nul(bytes) {
        return Err(Error::Invalid("Text must not contain the NUL character".into()));
    }
    // Serde would take a list of the fields' values, too.
    if !bytes.trim_ascii_start().starts_with(b"{") && serde_json::from_slice::<IgnoredAny>(bytes).is_ok() {
        return Err(Error::Invalid("The body must be a JSON object".into()));
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        let inner = error.into_inner();
        if inner.is_data() {
            Error::Invalid(for_people(&path, &inner.to_string()))
        } else {
            Error::Malformed(format!("The body is not valid JSON: {inner}"))
        }
    })?;
    reader.end().map_err(|error| Error::Malformed(format!("The body is not valid JSON: {error}")))?;
    Ok(value)
}

/// Does a string in this JSON text escape U+0000? (Unescaped, it is no JSON at all.)
fn has_nul(bytes: &[u8]) -> bool {
    let mut at = 0;
    while let Some(found) = bytes[at..].iter().position(|byte| *byte == b'\\') {
        let rest = &bytes[at + found + 1..];
        if rest.starts_with(b"u0000") {
            return true;
        }
        at += found + 2;
        if at >= bytes.len() {
            break;
        }
    }
    false
}

/// Serde's words, turned to those who filled in the form.
pub(super) fn for_people(path: &str, message: &str) -> String {
    let message = message.split(" at line ").next().unwrap_or(message);
    if let Some(field) = message.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`')) {
        let place = if path.is_empty() || path == "." { String::new() } else { format!("{path}.") };
        return format!("{place}{field} is required");
    }
    // Our own types speak in whole sentences; serde's don't.
    let ours = message.starts_with(|c: char| c.is_uppercase());
    if ours || path.is_empty() || path == "." { message.to_owned() } else { format!("{path}: {message}") }
}

#[cfg(test)]
mod tests {
    use super::{for_people, has_nul};

    #[test]
    fn an_escaped_nul_is_seen_and_an_escaped_backslash_before_u0000_is_not_one() {
        assert!(has_nul(br#"{"a":"x\u0000"}"#));
        assert!(has_nul(br#"{"a":"\\\u0000"}"#));
        assert!(!has_nul(br#"{"a":"\\u0000"}"#));
        assert!(!has_nul(br#"{"a":"\"#));
    }

    #[test]
    fn a_missing_field_is_named() {
        assert_eq!(for_people(".", "missing field `title` at line 1 column 2"), "title is required");
        assert_eq!(
            for_people("tags[1]", "invalid type: integer `3`, expected a string"),
            "tags[1]: invalid type: integer `3`, expected a string"
        );
    }
}
