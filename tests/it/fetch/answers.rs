//! What an answer says, and what it means for the next attempt.

use brainly::fetch::Retry;

use super::site::{Site, page};
use super::*;

#[tokio::test]
async fn a_page_holds_what_the_site_said() {
    let site = Site::start(|_| {
        let headers = [
            ("Content-Type", "text/html; charset=ISO-8859-1"),
            ("ETag", "W/\"v7\""),
            ("Last-Modified", "Sun, 01 Mar 2026 11:00:00 GMT"),
            ("Cache-Control", "max-age=60"),
        ];
        page("203 Fine", &headers, "<p>Kilns")
    })
    .await;

    let page = get(&fetcher_for(&site), &site.url("/kiln?q=1#x")).await.expect("a page");

    assert_eq!((page.status, page.final_url.as_str()), (203, site.url("/kiln?q=1").as_str()));
    assert_eq!(page.content_type.as_deref(), Some("text/html; charset=ISO-8859-1"));
    assert_eq!(page.etag.as_deref(), Some("W/\"v7\""));
    assert_eq!(page.last_modified.as_deref(), Some("Sun, 01 Mar 2026 11:00:00 GMT"));
    assert_eq!((page.header("cache-control"), page.header("CACHE-CONTROL")), (Some("max-age=60"), Some("max-age=60")));
    assert_eq!((page.header("age"), &page.body[..]), (None, &b"<p>Kilns"[..]));
    assert!(page.redirects.is_empty());
}

#[tokio::test]
async fn a_status_says_whether_to_try_again() {
    let site = Site::start(|path| page(&format!("{} Status", &path[1..]), &[], "no page")).await;
    for (status, retry) in [
        (400, Retry::Never),
        (401, Retry::Never),
        (403, Retry::Never),
        (404, Retry::Never),
        (410, Retry::Never),
        (451, Retry::Never),
        (300, Retry::Never),
        (304, Retry::Never),
        (501, Retry::Never),
        (408, Retry::Later),
        (425, Retry::Later),
        (429, Retry::Later),
        (500, Retry::Later),
        (502, Retry::Later),
        (503, Retry::Later),
        (504, Retry::Later),
    ] {
        let error = failure(&site, &format!("/{status}")).await;

        assert_eq!((error.status(), error.retry()), (Some(status), retry));
        assert!(!error.is_refused() && error.for_people().contains(&status.to_string()), "{}", error.for_people());
    }
}

#[tokio::test]
async fn a_host_that_names_a_time_is_believed_within_reason() {
    let after = |seconds| Retry::After(Duration::from_secs(seconds));
    for (status, header, retry) in [
        (429, "120", after(120)),
        (503, " 7 ", after(7)),
        (429, "0", after(1)),
        (429, "7200", after(7200)),
        (429, "604800", after(86_400)),
        (429, "99999999999999999999999", after(86_400)),
        (503, "Sun, 01 Mar 2026 12:02:00 GMT", after(120)),
        (503, "Sunday, 01-Mar-26 12:00:30 GMT", after(30)),
        (429, "Sun Mar  1 12:10:00 2026", after(600)),
        (429, "Sun, 01 Mar 2026 11:00:00 GMT", after(1)),
        (429, "Mon, 01 Mar 2027 11:00:00 GMT", after(86_400)),
        (429, "soon", Retry::Later),
        (429, "-5", Retry::Later),
        (429, "", Retry::Later),
        (500, "120", after(120)),
        (404, "120", Retry::Never),
    ] {
        let site = Site::start(move |_| page(&format!("{status} Wait"), &[("retry-after", header)], "")).await;
        assert_eq!(failure(&site, "/").await.retry(), retry, "{status} {header:?}");
    }
}

#[tokio::test]
async fn an_unchanged_page_is_an_answer_to_who_asked_for_a_change() {
    let site = Site::start(|_| page("304 Not Modified", &[("etag", "\"v7\"")], "")).await;
    let request = Request::get(&link(&site.url("/")));
    for conditional in
        [request.clone().if_none_match("\"v7\""), request.if_modified_since("Sun, 01 Mar 2026 11:00:00 GMT")]
    {
        let page = fetcher_for(&site).get(&conditional).await.expect("an answer");
        assert_eq!((page.status, page.body.len(), page.etag.as_deref()), (304, 0, Some("\"v7\"")));
    }
    assert!(site.seen()[0].contains("if-none-match: \"v7\"") && site.seen()[1].contains("if-modified-since: sun"));
}

#[tokio::test]
async fn only_the_types_asked_for_will_do_unless_any_will() {
    let site = Site::start(|path| match path {
        "/untyped" => page("200 OK", &[], "?"),
        kind => page("200 OK", &[("content-type", &kind[1..])], "?"),
    })
    .await;
    let fetcher = fetcher_for(&site);
    for (accept, path, will_do) in [
        ("application/json", "/application/json", true),
        ("application/json", "/Application/JSON;charset=utf-8", true),
        ("application/json", "/text/html", false),
        ("text/html, application/xhtml+xml;q=0.9", "/application/xhtml+xml", true),
        ("text/*", "/text/plain", true),
        ("text/*", "/image/png", false),
        ("text/html, */*;q=0.1", "/image/png", true),
        ("application/json", "/untyped", true),
    ] {
        let request = Request::get(&link(&site.url(path))).accept(accept);
        let restricted = fetcher.get(&request).await;

        assert_eq!(restricted.is_ok(), will_do, "{accept} {path}: {restricted:?}");
        if let Err(error) = restricted {
            assert!(matches!(error, Error::UnsupportedType { .. }), "{error:?}");
            assert_eq!(error.retry(), Retry::Never);
        }
        fetcher.get(&request.any_type()).await.expect("any type");
    }
}

#[tokio::test]
async fn an_answer_that_is_a_document_may_be_larger_than_a_page() {
    let site = Site::start(|path| {
        let start: &[u8] = match path {
            "/book.pdf" => b"%PDF-1.7\n",
            "/book.epub" => b"PK\x03\x04",
            _ => b"<html>",
        };
        page("200 OK", &[("content-type", "application/pdf")], [start, &vec![b'x'; 100_000]].concat())
    })
    .await;
    let fetcher = fetcher(&config::Fetch { max_document_bytes: 200 * KIB, ..settings(vec![site.exception()]) });
    let request = |path: &str| Request::get(&link(&site.url(path)));

    for path in ["/book.pdf", "/book.epub"] {
        assert!(fetcher.get(&request(path).or_document()).await.expect(path).body.len() > 100_000);
        let error = fetcher.get(&request(path)).await.expect_err("nobody asked for a document");
        assert!(matches!(error, Error::TooLarge { limit: 65_536, .. }), "{path}: {error:?}");
    }
    let error = fetcher.get(&request("/page").or_document()).await.expect_err("no document, whatever it says");
    assert!(matches!(error, Error::TooLarge { limit: 65_536, .. }), "{error:?}");
}

#[tokio::test]
async fn a_quota_that_is_used_up_says_when_to_come_back() {
    let reset = noon().timestamp() + 90;
    let site = Site::start(move |path| {
        let (status, left, reset) = match path {
            "/epoch" => ("403 Forbidden", "0", reset.to_string()),
            "/delta" => ("429 Too Many", "0.0", "90".to_owned()),
            "/far" => ("403 Forbidden", "0", "9999999999".to_owned()),
            "/left" => ("403 Forbidden", "7", "90".to_owned()),
            _ => ("404 Not Found", "0", "90".to_owned()),
        };
        page(status, &[("x-ratelimit-remaining", left), ("x-ratelimit-reset", &reset)], "")
    })
    .await;

    for (path, retry) in [
        ("/epoch", Retry::After(Duration::from_secs(90))),
        ("/delta", Retry::After(Duration::from_secs(90))),
        ("/far", Retry::After(Duration::from_hours(1))),
        ("/left", Retry::Never),
        ("/gone", Retry::Never),
    ] {
        assert_eq!(failure(&site, path).await.retry(), retry, "{path}");
    }
}

#[tokio::test]
async fn any_refusal_may_name_a_time_but_what_is_gone_stays_gone() {
    let site = Site::start(|path| page(&format!("{} No", &path[1..]), &[("retry-after", "30")], "")).await;
    for status in [403, 408, 429, 500, 503] {
        let retry = failure(&site, &format!("/{status}")).await.retry();
        assert_eq!(retry, Retry::After(Duration::from_secs(30)), "{status}");
    }
    for status in [404, 410, 451] {
        assert_eq!(failure(&site, &format!("/{status}")).await.retry(), Retry::Never, "{status}");
    }
}
