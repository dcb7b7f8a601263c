//! A web site on loopback, whose pages a test puts up.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http_body_util::BodyExt as _;

type Pages = Arc<Mutex<HashMap<String, Page>>>;

/// A site that answers what it was told to.
pub(crate) struct Site {
    address: SocketAddr,
    pages: Pages,
}

#[derive(Clone)]
struct Page {
    status: StatusCode,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Vec<u8>,
    asked: Vec<Asked>,
    /// Answers for later requests, the next one last.
    later: Vec<Self>,
}

/// A request that came.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) method: Method,
    /// Path and query.
    pub(crate) target: String,
    pub(crate) headers: axum::http::HeaderMap,
    pub(crate) body: Bytes,
}

impl Site {
    pub(super) async fn start() -> Self {
        let pages = Pages::default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().fallback(answer).with_state(Arc::clone(&pages));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, pages }
    }

    /// Its host and port.
    pub(crate) fn authority(&self) -> String {
        self.address.to_string()
    }

    /// The link to one of its pages.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Puts up an article, and returns its link.
    pub(crate) fn article(&self, path: &str, title: &str, text: &str) -> String {
        let paragraphs: Vec<&str> = text.split("\n\n").collect();
        let paragraphs = paragraphs.join("</p><p>");
        let html = format!(
            "<!doctype html><html lang=en><head><title>{title}</title></head><body><nav>Home About</nav>\
             <article><h1>{title}</h1><p>{paragraphs}</p></article></body></html>"
        );
        self.page(path, 200, &[("content-type", "text/html; charset=utf-8")], html)
    }

    /// Puts up a service's answer, and returns its link.
    pub(crate) fn json(&self, path: &str, body: &serde_json::Value) -> String {
        self.page(path, 200, &[("content-type", "application/json")], body.to_string())
    }

    /// Puts up any answer, and returns its link. `path` may have a query; without one it answers any.
    pub(crate) fn page(&self, path: &str, status: u16, headers: &[(&str, &str)], body: impl Into<Vec<u8>>) -> String {
        let headers = headers
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_str(value).unwrap()))
            .collect();
        let page = Page {
            status: StatusCode::from_u16(status).unwrap(),
            headers,
            body: body.into(),
            asked: Vec::new(),
            later: Vec::new(),
        };
        self.pages.lock().unwrap().insert(path.to_owned(), page);
        self.url(path)
    }

    /// What a page that is up answers after its first request: each of `bodies` once, the last for ever.
    pub(crate) fn then(&self, path: &str, bodies: &[String]) {
        let mut pages = self.pages.lock().unwrap();
        let page = pages.get_mut(path).expect("the page is up");
        page.later = bodies.iter().rev().map(|body| Page { body: body.clone().into(), ..page.clone() }).collect();
    }

    /// How often a page was asked for.
    pub(crate) fn asked(&self, path: &str) -> usize {
        self.requests(path).len()
    }

    /// The requests for a page, in order.
    pub(crate) fn requests(&self, path: &str) -> Vec<Asked> {
        self.pages.lock().unwrap().get(path).map(|page| page.asked.clone()).unwrap_or_default()
    }
}

async fn answer(State(pages): State<Pages>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let target = parts.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned();
    let body = Body::collect(body).await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    let mut pages = pages.lock().unwrap();
    let key = if pages.contains_key(&target) { target.as_str() } else { parts.uri.path() };
    let Some(page) = pages.get_mut(key) else { return StatusCode::NOT_FOUND.into_response() };
    page.asked.push(Asked { method: parts.method, target, headers: parts.headers, body });
    let mut response = (page.status, page.body.clone()).into_response();
    response.headers_mut().remove("content-type");
    response.headers_mut().extend(page.headers.clone());
    if let Some(next) = page.later.pop() {
        page.body = next.body;
    }
    response
}
