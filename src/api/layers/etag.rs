//! `ETag` and `If-None-Match` (RFC 9110, section 13): an answer that the client already has is not sent again.
//!
//! The tag is weak, over the body before compression, so that it holds for every encoding. Answers are private and must
//! be asked for anew each time; only then is a tag of use.

use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use crate::api::Error;

const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
const REVALIDATE: HeaderValue = HeaderValue::from_static("private, no-cache");
const ENCODING: HeaderValue = HeaderValue::from_static("accept-encoding");

/// Tags JSON that a GET or HEAD yields, and answers 304 when the client has it. Everything else is not to be stored.
pub(super) async fn etag(request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let known = if reads { request.headers().get_all(header::IF_NONE_MATCH).iter().cloned().collect() } else { vec![] };
    let mut response = next.run(request).await;
    if response.headers().contains_key(header::CACHE_CONTROL) {
        return response;
    }
    if !(reads && is_taggable(&response)) {
        response.headers_mut().insert(header::CACHE_CONTROL, NO_STORE);
        return response;
    }
    match tag(response, &known).await {
        Ok(response) => response,
        Err(_) => Error::Internal.into_response(),
    }
}

/// Whole JSON bodies only: a stream is not held up to be hashed.
fn is_taggable(response: &Response) -> bool {
    let json = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    json && response.status() == StatusCode::OK && response.body().size_hint().exact().is_some()
}

async fn tag(response: Response, known: &[HeaderValue]) -> Result<Response, axum::Error> {
    let (mut parts, body) = response.into_parts();
    // The body is there already, in one piece: nothing is copied.
    let bytes = axum::body::to_bytes(body, usize::MAX).await?;
    let tag = format!("W/\"{}\"", hex::encode(&Sha256::digest(&bytes)[..16]));
    let matches = known.iter().any(|list| lists(list, &tag));
    parts.headers.insert(header::CACHE_CONTROL, REVALIDATE);
    // Compression says so only where it compresses; a 304 must vary as its 200 would.
    parts.headers.append(header::VARY, ENCODING);
    if let Ok(tag) = tag.try_into() {
        parts.headers.insert(header::ETAG, tag);
    }
    if matches {
        parts.status = StatusCode::NOT_MODIFIED;
        remove_representation(&mut parts.headers);
        return Ok(Response::from_parts(parts, Body::empty()));
    }
    Ok(Response::from_parts(parts, Body::from(bytes)))
}

fn remove_representation(headers: &mut HeaderMap) {
    headers.remove(header::CONTENT_TYPE);
    headers.remove(header::CONTENT_LENGTH);
}

/// Is `tag` in the list, compared weakly?
fn lists(list: &HeaderValue, tag: &str) -> bool {
    let opaque = tag.trim_start_matches("W/");
    let Ok(list) = list.to_str() else { return false };
    list.split(',').map(str::trim).any(|one| one == "*" || one.trim_start_matches("W/") == opaque)
}
