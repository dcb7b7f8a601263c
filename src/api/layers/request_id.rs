//! The name of a request: in its answer, in its log lines, in the body of what is our own fault.

use axum::Json;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use crate::api::error::ErrorBody;

pub(super) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Longer names are not kept.
const LONGEST: usize = 128;

/// The id of one request.
#[derive(Debug)]
pub(super) struct RequestId(HeaderValue);

impl RequestId {
    /// The id that came along, if it is sane; else a new one.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        match headers.get(X_REQUEST_ID) {
            Some(value) if is_sane(value.as_bytes()) => Self(value.clone()),
            _ => {
                let mut buffer = Uuid::encode_buffer();
                let text = Uuid::new_v4().hyphenated().encode_lower(&mut buffer);
                Self(HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static("unknown")))
            }
        }
    }

    /// The id as text.
    pub(super) fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }

    /// Puts it into the answer's header, and into the body when the fault is ours.
    pub(super) fn mark(&self, mut response: Response) -> Response {
        if let Some(ErrorBody(mut body)) = response.extensions_mut().remove::<ErrorBody>() {
            body["requestId"] = self.as_str().into();
            let (_, body) = Json(body).into_response().into_parts();
            *response.body_mut() = body;
        }
        response.headers_mut().insert(X_REQUEST_ID, self.0.clone());
        response
    }
}

fn is_sane(id: &[u8]) -> bool {
    (1..=LONGEST).contains(&id.len())
        && id.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
}
