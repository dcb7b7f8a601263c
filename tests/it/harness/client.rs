//! A client that talks to the router without a socket.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, header};
use bytes::Bytes;
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

/// Somebody who sends requests.
#[derive(Clone)]
pub(crate) struct Client {
    router: Router,
    headers: HeaderMap,
}

impl Client {
    pub(super) fn new(router: Router, token: Option<String>) -> Self {
        let client = Self { router, headers: HeaderMap::new() };
        match token {
            Some(token) => client.with_token(token),
            None => client,
        }
    }

    /// Somebody who talks to a test's own routes.
    pub(crate) fn of(router: Router) -> Self {
        Self::new(router, None)
    }

    /// The same client with `token` as its bearer.
    pub(crate) fn with_token(self, token: impl AsRef<str>) -> Self {
        self.with_header("authorization", &format!("Bearer {}", token.as_ref()))
    }

    /// The same client with one more header on each request.
    pub(crate) fn with_header(mut self, name: &str, value: &str) -> Self {
        let name: HeaderName = name.parse().unwrap();
        self.headers.insert(name, HeaderValue::from_str(value).unwrap());
        self
    }

    /// The same client with all headers that `other` sends, its token among them.
    pub(crate) fn with_headers_of(mut self, other: &Self) -> Self {
        self.headers.extend(other.headers.clone());
        self
    }

    /// Sends a GET.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, Body::empty()).await
    }

    /// Sends a POST with JSON.
    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.json(Method::POST, path, &body).await
    }

    /// Sends a PUT with JSON.
    pub(crate) async fn put(&self, path: &str, body: Value) -> Answer {
        self.json(Method::PUT, path, &body).await
    }

    /// Sends a PATCH with JSON.
    pub(crate) async fn patch(&self, path: &str, body: Value) -> Answer {
        self.json(Method::PATCH, path, &body).await
    }

    /// Sends a DELETE without a body.
    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, Body::empty()).await
    }

    /// Sends any method with JSON.
    pub(crate) async fn json(&self, method: Method, path: &str, body: &Value) -> Answer {
        let client = self.clone().with_header("content-type", "application/json");
        client.send(method, path, Body::from(body.to_string())).await
    }

    /// Sends whatever is given.
    pub(crate) async fn send(&self, method: Method, path: &str, body: impl Into<Body>) -> Answer {
        let mut request = Request::builder().method(method).uri(path).body(body.into()).unwrap();
        request.headers_mut().extend(self.headers.clone());
        request.headers_mut().entry(header::HOST).or_insert(HeaderValue::from_static("brainly.test"));
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("the body arrives whole").to_bytes();
        Answer { status: parts.status, headers: parts.headers, body }
    }
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The status.
    pub(crate) status: StatusCode,
    /// The headers.
    pub(crate) headers: HeaderMap,
    /// The body, as it came.
    pub(crate) body: Bytes,
}

impl Answer {
    /// Fails unless the status is `expected`, and shows the body then.
    #[track_caller]
    pub(crate) fn assert_status(self, expected: u16) -> Self {
        assert_eq!(self.status.as_u16(), expected, "{}", self.text());
        self
    }

    /// The body as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// The body as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header's value; empty when it is not there.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}
