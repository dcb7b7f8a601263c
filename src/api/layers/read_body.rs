//! What a request may be before anything reads it: an address and a body of reasonable size, plain or gzip.
//!
//! Nothing is read here. The body is unpacked while [`crate::api::extract`] reads it, which stops at the limit however
//! much more a small file would yield.

use std::convert::Infallible;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tower::{Layer, ServiceExt, service_fn};
use tower_http::decompression::{DecompressionBody, RequestDecompressionLayer};

use crate::api::Error;
use crate::api::extract::{MAX_BODY_BYTES, MAX_UPLOAD_BYTES, UPLOADS};

/// The longest path with its query; beyond it, no link of ours and no search.
const LONGEST_URI: usize = 16 * 1024;

/// Refuses what is too large at once, and unpacks gzip.
pub(super) async fn read_body(mut request: Request, next: Next) -> Response {
    if request.uri().path_and_query().is_some_and(|uri| uri.as_str().len() > LONGEST_URI) {
        return Error::UriTooLong.into_response();
    }
    let most = if UPLOADS.contains(&request.uri().path()) { MAX_UPLOAD_BYTES } else { MAX_BODY_BYTES as u64 };
    if declared_length(request.headers()).is_some_and(|length| length > most) {
        return Error::TooLarge.into_response();
    }
    match request.headers().get(header::CONTENT_ENCODING) {
        None => next.run(request).await,
        Some(encoding) if encoding.as_bytes().eq_ignore_ascii_case(b"identity") => next.run(request).await,
        Some(encoding) if is_gzip(encoding) => {
            request.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            unpack(request, next).await
        }
        Some(_) => Error::UnsupportedEncoding.into_response(),
    }
}

fn declared_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn is_gzip(encoding: &HeaderValue) -> bool {
    [&b"gzip"[..], b"x-gzip"].iter().any(|name| encoding.as_bytes().eq_ignore_ascii_case(name))
}

async fn unpack(request: Request, next: Next) -> Response {
    let inner = service_fn(move |request: Request<DecompressionBody<Body>>| {
        let next = next.clone();
        async move { Ok::<_, Infallible>(next.run(request.map(Body::new)).await) }
    });
    match RequestDecompressionLayer::new().layer(inner).oneshot(request).await {
        Ok(response) => response.map(Body::new),
        Err(never) => match never {},
    }
}
