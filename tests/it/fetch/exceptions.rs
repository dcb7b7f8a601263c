//! `FETCH_ALLOW_PRIVATE` opens what it names and nothing beside it.

use brainly::fetch::Refusal;

use super::site::{Site, page};
use super::*;

async fn home() -> Site {
    Site::start(|_| page("200 OK", &[], "home")).await
}

#[tokio::test]
async fn a_host_with_a_port_opens_that_port_alone() {
    let (site, neighbour) = (home().await, home().await);
    let fetcher = fetcher_for(&site);

    assert_eq!(get(&fetcher, &site.url("/")).await.expect("a page").body, "home");
    assert_refused(get(&fetcher, &neighbour.url("/")).await, "another port");
    assert_refused(get(&fetcher, "http://127.0.0.1/").await, "the usual port");
    assert!(neighbour.seen().is_empty());
}

#[tokio::test]
async fn a_host_without_a_port_opens_all_its_ports_and_no_other_host() {
    let (site, neighbour) = (home().await, home().await);
    let fetcher = fetcher(&settings(vec![open_host("127.0.0.1", None)]));

    for site in [&site, &neighbour] {
        assert_eq!(get(&fetcher, &site.url("/")).await.expect("a page").body, "home");
    }
    for other in ["127.0.0.2", "localhost", "[::1]", "[::ffff:127.0.0.1]", "127.0.0.1.example.org"] {
        assert_refused(get(&fetcher, &format!("http://{other}:{}/", site.port())).await, other);
    }
}

#[tokio::test]
async fn a_network_opens_its_addresses_on_any_port_and_no_other_address() {
    let site = home().await;
    let fetcher = fetcher(&settings(vec![open_network("127.0.0.1/32")]));

    assert_eq!(get(&fetcher, &site.url("/")).await.expect("a page").body, "home");
    assert_refused(get(&fetcher, &format!("http://127.0.0.2:{}/", site.port())).await, "next address");
    assert_refused(get(&fetcher, "http://10.0.0.1/").await, "another network");
}

#[tokio::test]
async fn an_exception_lifts_neither_the_rule_on_schemes_nor_that_on_credentials() {
    let fetcher = fetcher(&settings(vec![open_host("127.0.0.1", None), open_network("127.0.0.0/8")]));

    let schemes = assert_refused(get(&fetcher, "ftp://127.0.0.1/").await, "ftp");
    let credentials = assert_refused(get(&fetcher, "http://ada:hush@127.0.0.1/").await, "credentials");

    assert_eq!((schemes, credentials), (Refusal::Scheme, Refusal::Credentials));
}
