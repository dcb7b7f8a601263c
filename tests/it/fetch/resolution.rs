//! Names: asked about once, and refused when any answer is private.

use std::collections::VecDeque;
use std::io;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use brainly::fetch::{Fetcher, Refusal, Resolve, Resolving, Retry};

use super::site::{Reply, Site, page, redirect};
use super::*;

/// A name server that says what it is told to: each answer once, the last one for ever.
#[derive(Clone)]
pub(super) struct Answers(Arc<Mutex<Script>>);

struct Script {
    answers: VecDeque<Vec<IpAddr>>,
    asked: Vec<String>,
}

impl Answers {
    pub(super) fn always(addresses: &[&str]) -> Self {
        Self::in_turn(&[addresses])
    }

    pub(super) fn in_turn(answers: &[&[&str]]) -> Self {
        let parse = |answer: &&[&str]| answer.iter().map(|text| text.parse().expect("an address")).collect();
        Self(Arc::new(Mutex::new(Script { answers: answers.iter().map(parse).collect(), asked: Vec::new() })))
    }

    /// The names that were asked about, in order.
    pub(super) fn asked(&self) -> Vec<String> {
        self.0.lock().expect("no panic").asked.clone()
    }
}

impl Resolve for Answers {
    fn resolve<'a>(&'a self, name: &'a str) -> Resolving<'a> {
        let mut script = self.0.lock().expect("no panic");
        script.asked.push(name.to_owned());
        let answer = match script.answers.len() {
            0 => Err(io::Error::other("no such name")),
            1 => Ok(script.answers[0].clone()),
            _ => Ok(script.answers.pop_front().unwrap_or_default()),
        };
        Box::pin(std::future::ready(answer))
    }
}

fn asking(answers: &Answers, allow_private: Vec<PrivateException>) -> Fetcher {
    Fetcher::with_resolver(&settings(allow_private), clock(), answers.clone()).expect("a fetcher")
}

/// Two sites on one port: one at 127.0.0.1, which the tests open, and one at 127.0.0.2, which stays private.
async fn two_faces(open: impl Fn(&str) -> Reply + Send + Sync + 'static) -> (Site, Site) {
    let open = Site::start(open).await;
    let private = Site::start_at(&format!("127.0.0.2:{}", open.port()), |_| page("200 OK", &[], "private")).await;
    (open, private)
}

#[tokio::test]
async fn a_name_with_a_private_address_is_refused_whatever_else_it_has() {
    for answer in [
        &["127.0.0.1"][..],
        &["8.8.8.8", "10.0.0.1"],
        &["10.0.0.1", "8.8.8.8"],
        &["2606:4700::1111", "::1"],
        &["8.8.8.8", "::ffff:192.168.0.1"],
        &["64:ff9b::169.254.169.254"],
    ] {
        let answers = Answers::always(answer);
        let outcome = get(&asking(&answers, vec![]), "http://rebind.example.org/").await;

        let reason = assert_refused(outcome, &format!("{answer:?}"));
        assert!(matches!(reason, Refusal::Address(_)), "{answer:?}: {reason:?}");
        assert_eq!(answers.asked(), ["rebind.example.org"]);
    }
}

#[tokio::test]
async fn a_name_is_asked_about_once_and_the_connection_goes_where_the_answer_said() {
    let (open, private) = two_faces(|_| page("200 OK", &[], "open")).await;
    let answers = Answers::in_turn(&[&["127.0.0.1"], &["127.0.0.2"]]);
    let fetcher = asking(&answers, vec![open_network("127.0.0.1/32")]);

    let page = get(&fetcher, &format!("http://flip.example.org:{}/", open.port())).await.expect("a page");

    assert_eq!(page.body, "open");
    assert_eq!(answers.asked(), ["flip.example.org"]);
    assert!(private.seen().is_empty());
}

#[tokio::test]
async fn a_name_that_turns_private_between_two_hops_is_refused_at_the_second() {
    let (open, private) = two_faces(|_| redirect(302, "/again")).await;
    let answers = Answers::in_turn(&[&["127.0.0.1"], &["127.0.0.2"]]);
    let fetcher = asking(&answers, vec![open_network("127.0.0.1/32")]);

    let outcome = get(&fetcher, &format!("http://flip.example.org:{}/", open.port())).await;

    assert_refused(outcome, "flip");
    assert_eq!(answers.asked().len(), 2);
    assert_eq!((open.seen().len(), private.seen().len()), (1, 0));
}

#[tokio::test]
async fn a_name_without_an_address_may_have_one_later() {
    for answers in [Answers::in_turn(&[]), Answers::always(&[])] {
        let error = get(&asking(&answers, vec![]), "http://gone.example.org/").await.expect_err("no address");

        assert!(matches!(error, Error::Dns { .. }), "{error:?}");
        assert_eq!(error.retry(), Retry::Later);
        assert_eq!(error.for_people(), "The site gone.example.org was not found");
    }
}

#[tokio::test]
async fn a_local_name_in_an_open_network_is_fetched_and_elsewhere_refused() {
    let site = Site::start(|_| page("200 OK", &[], "home")).await;
    let url = format!("http://localhost:{}/", site.port());

    let at_home = asking(&Answers::always(&["127.0.0.1"]), vec![open_network("127.0.0.0/8")]);
    let abroad = asking(&Answers::always(&["8.8.8.8"]), vec![open_network("127.0.0.0/8")]);

    assert_eq!(get(&at_home, &url).await.expect("a page").body, "home");
    assert_eq!(assert_refused(get(&abroad, &url).await, "abroad"), Refusal::LocalName);
}
