//! Hosts are left in peace.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::routing;
use brainly::fetch::{Fetcher, Retry};
use futures::future::join_all;
use tokio::net::TcpListener;
use tokio::sync::Barrier;

use super::resolution::Answers;
use super::site::{Site, page};
use super::*;

#[tokio::test]
async fn a_host_that_asked_to_wait_is_not_asked_again_before() {
    let site = Site::start(|path| match path {
        "/busy" => page("503 Busy", &[("retry-after", "60")], ""),
        _ => page("200 OK", &[], "fine"),
    })
    .await;
    let other = Site::start(|_| page("200 OK", &[], "other")).await;
    let clock = clock();
    let settings = settings(vec![site.exception(), other.exception()]);
    let fetcher = Fetcher::new(&settings, clock.clone()).expect("a fetcher");

    get(&fetcher, &site.url("/busy")).await.expect_err("busy");
    clock.advance(Duration::from_secs(20));
    let early = get(&fetcher.clone(), &site.url("/fine")).await.expect_err("too early");

    assert!(matches!(early, Error::Throttled { .. }), "{early:?}");
    assert_eq!(early.retry(), Retry::After(Duration::from_secs(40)));
    assert_eq!(site.seen().len(), 1, "nothing is sent");
    assert_eq!(get(&fetcher, &other.url("/")).await.expect("another site").body, "other");

    clock.advance(Duration::from_secs(40));
    assert_eq!(get(&fetcher, &site.url("/fine")).await.expect("time has passed").body, "fine");
}

#[tokio::test]
async fn a_host_gets_two_requests_at_a_time() {
    let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    // Nobody is answered before a second request is there: with one at a time this would never end.
    let pair = Arc::new(Barrier::new(2));
    let answer = {
        let (running, most) = (Arc::clone(&running), Arc::clone(&most));
        move || async move {
            most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            pair.wait().await;
            running.fetch_sub(1, Ordering::SeqCst);
        }
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(axum::serve(listener, Router::new().route("/", routing::get(answer))).into_future());
    let fetcher = fetcher(&settings(vec![open_host("127.0.0.1", address.port())]));

    let url = format!("http://{address}/");
    let pages = join_all((0..10).map(|_| get(&fetcher, &url))).await;

    assert!(pages.iter().all(Result::is_ok), "{pages:?}");
    assert_eq!(most.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn who_waits_for_a_turn_while_a_host_asks_for_peace_is_sent_away() {
    let site = Site::start(|_| page("429 Busy", &[("retry-after", "60")], "")).await;
    let (fetcher, url) = (fetcher_for(&site), site.url("/"));

    let outcomes = join_all((0..3).map(|_| get(&fetcher, &url))).await;

    assert!(matches!(outcomes[2], Err(Error::Throttled { .. })), "{outcomes:?}");
    assert_eq!(site.seen().len(), 2);
}

#[tokio::test]
async fn a_turn_that_does_not_come_is_no_fault_of_the_link() {
    let site = Site::start(|_| site::Reply::Silence(vec![])).await;
    let fetcher = fetcher_for(&site);
    let url = site.url("/");
    let hogs = [(); 2].map(|()| {
        let (fetcher, url) = (fetcher.clone(), url.clone());
        tokio::spawn(async move { get(&fetcher, &url).await })
    });
    while site.seen().len() < 2 {
        tokio::task::yield_now().await;
    }

    let request = Request::get(&link(&url)).timeout(Duration::from_millis(50));
    let error = fetcher.get(&request).await.expect_err("no turn");

    assert!(matches!(error, Error::Throttled { .. }) && matches!(error.retry(), Retry::After(_)), "{error:?}");
    assert_eq!(site.seen().len(), 2);
    hogs.iter().for_each(tokio::task::JoinHandle::abort);
}

/// A fetcher for which every name leads to the loopback.
fn fetcher_at_home() -> Fetcher {
    let answers = Answers::always(&["127.0.0.1"]);
    Fetcher::with_resolver(&settings(vec![open_network("127.0.0.0/8")]), clock(), answers).expect("a fetcher")
}

#[tokio::test]
async fn a_site_that_wants_more_peace_than_others_gets_it_by_all_its_names_and_as_a_service_too() {
    let site = Site::start(|_| page("200 OK", &[], "a feed")).await;
    let fetcher = fetcher_at_home();
    let request = |host: &str| Request::get(&link(&format!("http://{host}:{}/", site.port())));

    fetcher.get(&request("www.reddit.com").to_service()).await.expect("the first");
    for host in ["www.reddit.com", "old.reddit.com"] {
        for request in [request(host), request(host).to_service()] {
            let error = fetcher.get(&request).await.expect_err("too soon");
            assert_eq!(error.retry(), Retry::After(Duration::from_secs(10)), "{host}: {error:?}");
        }
    }
    fetcher.get(&request("www.notreddit.com").to_service()).await.expect("another site");
    assert_eq!(site.seen().len(), 2);
}

#[tokio::test]
async fn a_service_that_asks_for_peace_is_left_alone() {
    let site = Site::start(|path| match path {
        "/used-up" => page("403 No", &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "60")], ""),
        _ => page("200 OK", &[], "fine"),
    })
    .await;
    let clock = clock();
    let fetcher = Fetcher::new(&settings(vec![site.exception()]), clock.clone()).expect("a fetcher");
    let ask = |path: &str| Request::get(&link(&site.url(path))).to_service();

    fetcher.get(&ask("/used-up")).await.expect_err("used up");
    clock.advance(Duration::from_secs(20));
    let early = fetcher.get(&ask("/fine")).await.expect_err("too early");

    assert!(matches!(early, Error::Throttled { .. }), "{early:?}");
    assert_eq!(early.retry(), Retry::After(Duration::from_secs(40)));
    clock.advance(Duration::from_secs(40));
    assert_eq!(fetcher.get(&ask("/fine")).await.expect("time has passed").body, "fine");
    assert_eq!(site.seen().len(), 2);
}
