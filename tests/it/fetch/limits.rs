//! A host that sends too much, too slowly or nonsense.

use std::io::Write;

use axum::{Router, routing};
use brainly::fetch::{Retry, Stage};
use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use tokio::net::TcpListener;
use tower_http::compression::CompressionLayer;

use super::site::{Reply, Site, head, page};
use super::*;

const GZIP: [(&str, &str); 1] = [("content-encoding", "gzip")];

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

#[tokio::test]
async fn a_body_as_large_as_allowed_is_read_and_one_byte_more_is_not() {
    let site = Site::start(|path| {
        let length = if path == "/fits" { 64 * 1024 } else { 64 * 1024 + 1 };
        let mut bytes = head("200 OK", &[]);
        bytes.resize(bytes.len() + length, b'x');
        Reply::Bytes(bytes)
    })
    .await;

    assert_eq!(get(&fetcher_for(&site), &site.url("/fits")).await.expect("a page").body.len(), 64 * 1024);
    let error = failure(&site, "/more").await;

    assert!(matches!(error, Error::TooLarge { limit: 65_536, .. }), "{error:?}");
    assert_eq!((error.retry(), error.for_people().as_str()), (Retry::Never, "The page is larger than 64 KiB"));
}

#[tokio::test]
async fn a_request_can_lower_the_limit_and_not_raise_it() {
    let site = Site::start(|_| page("200 OK", &[], vec![b'x'; 70_000])).await;
    let request = Request::get(&link(&site.url("/")));

    for (asked, limit) in [(1000, 1000), (u64::MAX, 65_536)] {
        let error = fetcher_for(&site).get(&request.clone().max_bytes(asked)).await.expect_err("too large");
        assert!(matches!(error, Error::TooLarge { limit: told, .. } if told == limit), "{asked}: {error:?}");
    }
}

#[tokio::test]
async fn a_body_that_says_it_is_too_large_is_not_waited_for() {
    let site = Site::start(|_| Reply::Silence(head("200 OK", &[("content-length", "65537")]))).await;
    assert!(matches!(failure(&site, "/").await, Error::TooLarge { .. }));
}

#[tokio::test]
async fn a_body_without_an_end_is_cut_off() {
    let site = Site::start(|path| {
        if path == "/plain" {
            return Reply::Endless(head("200 OK", &[]), vec![b'x'; 4096]);
        }
        let chunk = [&b"1000\r\n"[..], &[b'x'; 4096], b"\r\n"].concat();
        Reply::Endless(head("200 OK", &[("transfer-encoding", "chunked")]), chunk)
    })
    .await;
    for path in ["/plain", "/chunked"] {
        assert!(matches!(failure(&site, path).await, Error::TooLarge { .. }), "{path}");
    }
}

#[tokio::test]
async fn a_small_body_that_unpacks_to_a_large_one_is_cut_off() {
    let packed = CompressionLayer::new;
    for (encoding, layer) in [
        ("gzip", packed().no_br().no_zstd()),
        ("br", packed().no_gzip().no_zstd()),
        ("zstd", packed().no_gzip().no_br()),
    ] {
        let zeros = routing::get(|| async { vec![0_u8; 4 * 1024 * 1024] });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(axum::serve(listener, Router::new().route("/", zeros).layer(layer)).into_future());
        let fetcher = fetcher(&settings(vec![open_host("127.0.0.1", address.port())]));

        let error = get(&fetcher, &format!("http://{address}/")).await.expect_err(encoding);

        assert!(matches!(error, Error::TooLarge { .. }), "{encoding}: {error:?}");
    }
}

#[tokio::test]
async fn a_body_smaller_than_the_limit_until_it_is_unpacked_is_cut_off() {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&vec![0; 20 * 1024 * 1024]).expect("memory");
    let deflated = encoder.finish().expect("memory");
    let gzipped = gzip(&vec![0; 20 * 1024 * 1024]);
    assert!(gzipped.len() < 64 * 1024 && deflated.len() < 64 * 1024);
    let site = Site::start(move |path| match path {
        "/gzip" => page("200 OK", &GZIP, &gzipped),
        _ => page("200 OK", &[("content-encoding", "deflate")], &deflated),
    })
    .await;

    for path in ["/gzip", "/deflate"] {
        assert!(matches!(failure(&site, path).await, Error::TooLarge { .. }), "{path}");
    }
}

#[tokio::test]
async fn a_body_that_unpacks_to_hundreds_of_times_its_size_is_a_bomb_long_before_any_limit() {
    let packed = gzip(&vec![0; 20 * 1024 * 1024]);
    let site = Site::start(move |path| match path {
        "/bomb" => page("200 OK", &GZIP, &packed),
        _ => page("200 OK", &GZIP, gzip(&vec![b' '; 1024 * 1024])),
    })
    .await;
    let fetcher = fetcher(&config::Fetch { max_bytes: 1 << 30, ..settings(vec![site.exception()]) });

    let error = get(&fetcher, &site.url("/bomb")).await.expect_err("a bomb");

    assert!(matches!(error, Error::Bomb { ratio: 200, .. }), "{error:?}");
    assert_eq!(error.retry(), Retry::Never);
    assert_eq!(error.for_people(), "The site's answer unpacks to far more than a page");
    let small = get(&fetcher, &site.url("/small")).await.expect("a megabyte harms nobody");
    assert_eq!(small.body.len(), 1024 * 1024);
}

#[tokio::test]
async fn a_packed_body_is_unpacked() {
    let site = Site::start(|_| page("200 OK", &GZIP, gzip(b"How to fire a kiln"))).await;

    let page = get(&fetcher_for(&site), &site.url("/")).await.expect("a page");

    assert_eq!(page.body, "How to fire a kiln");
    assert!(site.seen()[0].contains("accept-encoding: "), "{:?}", site.seen());
}

#[tokio::test]
async fn an_empty_body_needs_no_unpacking() {
    let site = Site::start(|_| page("204 No Content", &GZIP, "")).await;
    assert!(get(&fetcher_for(&site), &site.url("/")).await.expect("a page").body.is_empty());
}

#[tokio::test]
async fn a_body_that_is_not_packed_as_it_says_is_damaged() {
    let site = Site::start(|path| match path {
        "/garbage" => page("200 OK", &GZIP, "this was never gzip"),
        "/cut" => page("200 OK", &GZIP, &gzip(&[7; 5000])[..20]),
        "/brotli" => page("200 OK", &[("content-encoding", "br")], [0xff; 64]),
        "/zstd" => page("200 OK", &[("content-encoding", "zstd")], "no frame here"),
        "/twice" => page("200 OK", &[("content-encoding", "gzip, gzip")], gzip(&gzip(b"x"))),
        _ => page("200 OK", &[("content-encoding", "rot13")], "uryyb"),
    })
    .await;
    for path in ["/garbage", "/cut", "/brotli", "/zstd", "/twice", "/unknown"] {
        let error = failure(&site, path).await;
        assert!(matches!(error, Error::BadEncoding { .. }), "{path}: {error:?}");
    }
}

#[tokio::test]
async fn headers_without_an_end_are_cut_off() {
    let site = Site::start(|path| match path {
        "/many" => Reply::Endless(b"HTTP/1.1 200 OK\r\n".to_vec(), b"x-filler: 0123456789\r\n".repeat(100)),
        "/long" => Reply::Endless(b"HTTP/1.1 200 OK\r\nx-filler: ".to_vec(), vec![b'x'; 4096]),
        _ => page("200 OK", &[("x-filler", &"x".repeat(65 * 1024))], ""),
    })
    .await;
    for path in ["/many", "/long", "/large"] {
        let error = failure(&site, path).await;
        assert!(matches!(error, Error::HeadersTooLarge { .. }), "{path}: {error:?}");
        assert_eq!(error.retry(), Retry::Never);
    }
}

#[tokio::test]
async fn a_host_that_is_slow_at_any_stage_is_given_up() {
    let site = Site::start(|path| match path {
        "/silent" => Reply::Silence(vec![]),
        "/headers" => Reply::Silence(b"HTTP/1.1 200 OK\r\nx-more: ".to_vec()),
        _ => Reply::Silence(head("200 OK", &[("content-length", "100")])),
    })
    .await;
    let fetcher = fetcher(&config::Fetch { timeout: Duration::from_millis(900), ..settings(vec![site.exception()]) });

    for (path, expected) in [("/silent", Stage::Headers), ("/headers", Stage::Headers), ("/body", Stage::Whole)] {
        let error = get(&fetcher, &site.url(path)).await.expect_err(path);

        assert!(matches!(error, Error::Timeout { stage, .. } if stage == expected), "{path}: {error:?}");
        assert_eq!(error.retry(), Retry::Later);
    }
}

#[tokio::test]
async fn a_body_that_drips_is_given_up_when_the_whole_time_has_passed() {
    let site = Site::start(|_| Reply::Drip(head("200 OK", &[]), b"x".to_vec())).await;
    let request = Request::get(&link(&site.url("/"))).timeout(Duration::from_millis(300));

    let error = fetcher_for(&site).get(&request).await.expect_err("too slow");

    assert!(matches!(error, Error::Timeout { stage: Stage::Whole, .. }), "{error:?}");
}

#[tokio::test]
async fn an_answer_that_breaks_off_or_is_no_http_may_be_whole_another_time() {
    let site = Site::start(|path| match path {
        "/short" => {
            let mut bytes = head("200 OK", &[("content-length", "100")]);
            bytes.extend(b"short");
            Reply::Bytes(bytes)
        }
        "/nothing" => Reply::Bytes(vec![]),
        _ => Reply::Bytes(b"SSH-2.0-OpenSSH_9.9\r\n\r\n".to_vec()),
    })
    .await;
    for path in ["/short", "/nothing", "/ssh"] {
        let error = failure(&site, path).await;
        assert!(matches!(error, Error::Broken { .. }), "{path}: {error:?}");
        assert_eq!(error.retry(), Retry::Later);
    }
}

#[tokio::test]
async fn a_host_without_a_server_or_without_encryption_may_have_it_later() {
    let site = Site::start(|_| page("200 OK", &[], "")).await;
    let closed = std::net::TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a port");
    let fetcher = fetcher(&settings(vec![open_host("127.0.0.1", None)]));

    let unencrypted = get(&fetcher, &format!("https://127.0.0.1:{}/", site.port())).await.expect_err("no TLS");
    let unreachable = get(&fetcher, &format!("http://{closed}/")).await.expect_err("no server");

    assert!(matches!(unencrypted, Error::Tls { .. }), "{unencrypted:?}");
    assert!(matches!(unreachable, Error::Connect { .. }), "{unreachable:?}");
    assert_eq!((unencrypted.retry(), unreachable.retry()), (Retry::Later, Retry::Later));
}

#[tokio::test]
async fn who_takes_the_beginning_of_a_page_gets_as_much_as_is_allowed_and_of_a_document_nothing() {
    let site = Site::start(|path| {
        let (kind, start): (_, &[u8]) = match path {
            "/page" => ("text/html", b"<p>"),
            "/video" => ("video/mp4", b"\0\0\0\x18ftyp"),
            _ => ("application/pdf", b"%PDF-1.7"),
        };
        let body = [start, &vec![b'x'; 300_000]].concat();
        page("200 OK", &[("content-type", kind)], body)
    })
    .await;
    let settings = config::Fetch { max_bytes: 128 * KIB, ..settings(vec![site.exception()]) };
    let fetcher = fetcher(&settings);
    let request = |path: &str| Request::get(&link(&site.url(path))).or_beginning();

    for (path, kept) in [("/page", 128 * 1024), ("/video", 64 * 1024)] {
        let page = fetcher.get(&request(path)).await.expect("its beginning");
        assert_eq!((page.body.len(), page.is_cut), (kept, true), "{path}");
    }
    let error = fetcher.get(&request("/paper")).await.expect_err("half a document is none");
    assert!(matches!(error, Error::TooLarge { .. }), "{error:?}");
}

#[tokio::test]
async fn the_beginning_of_a_page_that_never_ends_is_all_that_is_waited_for() {
    let site = Site::start(|path| match path {
        "/long" => Reply::Endless(head("200 OK", &[]), vec![b'x'; 1000]),
        _ => Reply::Endless(
            head("200 OK", &[("content-length", "5000000000"), ("content-type", "video/mp4")]),
            vec![b'x'; 1000],
        ),
    })
    .await;

    for path in ["/long", "/large"] {
        let page = fetcher_for(&site).get(&Request::get(&link(&site.url(path))).or_beginning()).await.expect("a page");
        assert_eq!((page.body.len(), page.is_cut), (64 * 1024, true), "{path}");
    }
}
