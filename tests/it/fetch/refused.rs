//! What is never fetched, however it is written.

use std::net::IpAddr;

use brainly::fetch::{Fetcher, Refusal, special_use};

use super::forms::{OTHERS, PRIVATE};
use super::resolution::Answers;
use super::site::{Site, page, redirect};
use super::*;

#[tokio::test]
async fn a_link_to_an_address_that_is_not_public_is_refused_however_it_is_written() {
    let fetcher = fetcher(&settings(vec![]));
    for form in PRIVATE {
        let reason = assert_refused(get(&fetcher, form).await, form);

        assert!(matches!(reason, Refusal::Address(_)), "{form}: {reason:?}");
    }
}

#[tokio::test]
async fn a_link_that_breaks_a_rule_is_refused_before_any_name_is_resolved() {
    let answers = Answers::always(&["8.8.8.8"]);
    let fetcher = Fetcher::with_resolver(&settings(vec![]), clock(), answers.clone()).expect("a fetcher");
    for (rule, form) in OTHERS.iter().flat_map(|(rule, forms)| forms.iter().map(move |form| (rule, form))) {
        let reason = assert_refused(get(&fetcher, form).await, form);

        assert_eq!(reason, *rule, "{form}");
    }
    assert_eq!(answers.asked(), Vec::<String>::new());
}

#[tokio::test]
async fn a_redirect_to_any_of_these_is_refused_too() {
    let forms: Vec<&str> = PRIVATE.iter().chain(OTHERS.iter().flat_map(|(_, forms)| *forms)).copied().collect();
    assert!(forms.len() >= 200, "only {} forms", forms.len());
    let targets: Vec<String> = forms.iter().map(|form| link(form).to_string()).collect();
    let site = Site::start(move |path| match path.trim_start_matches('/').parse::<usize>() {
        Ok(index) => redirect(302, &targets[index]),
        Err(_) => page("200 OK", &[], "what nobody may see"),
    })
    .await;
    let fetcher = fetcher_for(&site);
    for (index, form) in forms.iter().enumerate() {
        assert_refused(get(&fetcher, &site.url(&format!("/{index}"))).await, form);
    }
    assert_eq!(site.seen().len(), forms.len(), "a redirect was followed");
}

#[test]
fn public_addresses_are_told_from_the_blocks_beside_them() {
    for public in [
        "1.1.1.1",
        "8.8.8.8",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "168.63.129.15",
        "168.63.129.17",
        "169.253.255.255",
        "169.255.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "191.255.255.255",
        "192.0.1.0",
        "192.0.3.0",
        "192.31.195.255",
        "192.31.197.0",
        "192.52.192.255",
        "192.52.194.0",
        "192.88.98.255",
        "192.167.255.255",
        "192.169.0.0",
        "192.175.47.255",
        "192.175.49.0",
        "198.17.255.255",
        "198.20.0.0",
        "198.51.99.255",
        "203.0.114.0",
        "223.255.255.255",
        "2000::1",
        "2001:200::1",
        "2001:db7::1",
        "2001:db9::1",
        "2003::1",
        "2606:4700::1111",
        "3ffe::1",
        "3fff:1000::1",
        "::ffff:8.8.8.8",
        "64:ff9b::8.8.8.8",
        "2002:808:808::1",
    ] {
        let address: IpAddr = public.parse().expect(public);

        assert_eq!(special_use(address), None, "{public}");
    }
}

#[tokio::test]
async fn a_link_of_more_than_four_kilobytes_is_refused_also_as_the_end_of_a_redirect() {
    let site = Site::start(|path| match path {
        "/way" => redirect(302, &format!("/{}", "x".repeat(4096))),
        _ => page("200 OK", &[], ""),
    })
    .await;
    let fits = site.url(&format!("/{}", "x".repeat(4096 - site.url("/").len())));

    assert!(get(&fetcher_for(&site), &fits).await.is_ok());
    for long in [format!("{fits}x"), site.url("/way"), site.url(&format!("/{}", "x".repeat(70_000)))] {
        assert_eq!(assert_refused(get(&fetcher_for(&site), &long).await, "long"), Refusal::Length);
    }
    assert_eq!(site.seen().len(), 2);
}

#[tokio::test]
async fn a_refusal_speaks_of_the_link_and_not_of_a_fault() {
    let fetcher = fetcher(&settings(vec![]));
    let error = get(&fetcher, "http://169.254.169.254/latest?token=hush").await.expect_err("refused");

    assert_eq!(error.for_people(), "The link leads into a private network, which is not allowed");
    assert_eq!(error.retry(), brainly::fetch::Retry::Never);
    let nobodys = get(&fetcher, "http://no-such-site.invalid/a").await.expect_err("refused");
    assert_eq!(
        nobodys.for_people(),
        "The site no-such-site.invalid can't be found: such a name is nobody's, and not allowed"
    );
    assert_eq!(error.to_string(), "fetching from 169.254.169.254 is refused: its address is not public (link-local)");
}
