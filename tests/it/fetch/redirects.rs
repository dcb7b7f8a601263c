//! From hop to hop.

use brainly::fetch::{HeaderName, Retry};

use super::site::{Reply, Site, page, redirect};
use super::*;

const TOKEN: HeaderName = HeaderName::from_static("x-token");

#[tokio::test]
async fn every_kind_of_redirect_is_followed_and_told() {
    for status in [301, 302, 303, 307, 308] {
        let site = Site::start(move |path| match path {
            "/old" => redirect(status, "new?page=2#part"),
            _ => page("200 OK", &[], "here"),
        })
        .await;

        let page = get(&fetcher_for(&site), &site.url("/old#top")).await.expect("a page");

        assert_eq!((page.final_url.as_str(), &page.body[..]), (site.url("/new?page=2").as_str(), &b"here"[..]));
        let hops: Vec<_> = page.redirects.iter().map(|hop| (hop.status, hop.to.path())).collect();
        assert_eq!(hops, [(status, "/new")]);
    }
}

#[tokio::test]
async fn five_redirects_are_followed_and_no_more() {
    let site = Site::start(|path| match path.trim_start_matches('/').parse::<u32>() {
        Ok(0) => page("200 OK", &[], "the end"),
        Ok(left) => redirect(302, &format!("/{}", left - 1)),
        Err(_) => page("404 Not Found", &[], ""),
    })
    .await;

    assert_eq!(get(&fetcher_for(&site), &site.url("/5")).await.expect("a page").redirects.len(), 5);
    let error = failure(&site, "/6").await;

    assert!(matches!(error, Error::TooManyRedirects { .. }), "{error:?}");
    assert_eq!(error.retry(), Retry::Never);
}

#[tokio::test]
async fn a_circle_is_found_however_large() {
    let site = Site::start(|path| match path {
        "/self" => redirect(302, "/self#again"),
        "/a" => redirect(302, "/b"),
        "/b" => redirect(302, "/c"),
        _ => redirect(302, "/a"),
    })
    .await;

    for (path, requests) in [("/self", 1), ("/a", 3)] {
        let before = site.seen().len();
        let error = failure(&site, path).await;

        assert!(matches!(error, Error::RedirectLoop { .. }), "{path}: {error:?}");
        assert_eq!(site.seen().len() - before, requests, "{path}");
    }
}

#[tokio::test]
async fn a_redirect_to_nowhere_is_an_error_of_the_site() {
    let site = Site::start(|path| match path {
        "/missing" => page("302 Found", &[], ""),
        "/broken" => redirect(302, "http://[nonsense/"),
        _ => Reply::Bytes(b"HTTP/1.1 302 Found\r\nlocation: /\xff\xfe\r\ncontent-length: 0\r\n\r\n".to_vec()),
    })
    .await;

    for path in ["/missing", "/broken", "/bytes"] {
        let error = failure(&site, path).await;
        assert!(matches!(error, Error::BadRedirect { .. }) && !error.is_refused(), "{path}: {error:?}");
    }
}

#[tokio::test]
async fn what_is_for_one_origin_is_sent_to_no_other_and_not_again_after_a_detour() {
    let home = Site::start(|_| page("200 OK", &[], "home")).await;
    let back = home.url("/back");
    let abroad = Site::start(move |_| redirect(302, &back)).await;
    let away = abroad.url("/away");
    let start = Site::start(move |path| match path {
        "/" => redirect(302, "/near"),
        _ => redirect(302, &away),
    })
    .await;
    let fetcher = fetcher(&settings(vec![home.exception(), abroad.exception(), start.exception()]));
    let request =
        Request::get(&link(&start.url("/"))).header(TOKEN, "hush").if_none_match("\"v1\"").accept("text/html");

    fetcher.get(&request.any_type()).await.expect("a page");

    let has = |site: &Site, text: &str| site.seen().iter().map(|head| head.contains(text)).collect::<Vec<_>>();
    assert_eq!(has(&start, "x-token: hush"), [true, true]);
    assert_eq!((has(&abroad, "hush"), has(&home, "hush")), (vec![false], vec![false]));
    assert_eq!((has(&start, "if-none-match"), has(&abroad, "if-none-match")), (vec![true, true], vec![false]));
    assert_eq!(has(&home, "accept: text/html"), [true]);
}

#[tokio::test]
async fn nothing_tells_a_host_where_we_came_from_or_what_another_set() {
    let site = Site::start(|path| match path {
        "/" => page("302 Found", &[("location", "/next"), ("set-cookie", "id=1; Path=/")], ""),
        _ => page("200 OK", &[], ""),
    })
    .await;

    get(&fetcher_for(&site), &site.url("/")).await.expect("a page");

    let seen = site.seen();
    assert!(seen.iter().all(|head| head.contains("user-agent: brainly/test")), "{seen:?}");
    assert!(seen.iter().all(|head| !head.contains("referer:") && !head.contains("cookie:")), "{seen:?}");
}

#[tokio::test]
async fn the_way_ends_before_a_place_that_the_request_knows() {
    let site = Site::start(|path| if path == "/a" { redirect(302, "/b") } else { redirect(301, "/known?x=1") }).await;
    let request = Request::get(&link(&site.url("/a"))).until(|url| url.path() == "/known");

    let page = fetcher_for(&site).get(&request).await.expect("the end of the way");

    assert_eq!((page.status, page.final_url.as_str()), (301, site.url("/known?x=1").as_str()));
    assert_eq!((page.redirects.len(), page.body.len(), site.seen().len()), (2, 0, 2));
}
