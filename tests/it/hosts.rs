//! Hosts are left in peace by all workers on one database together.
//!
//! A pause of ten seconds is longer than anybody waits in place: with it, and a clock that stands still, every answer is known.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::http::StatusCode;
use axum::routing;
use brainly::actions;
use brainly::app::App;
use brainly::db::{Db, sql};
use brainly::domain::Clock;
use brainly::fetch::{Error, Page, Request, Retry, Visitor};
use futures::future::join_all;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::{Barrier, Notify, mpsc};
use url::Url;
use uuid::Uuid;

use crate::harness::{TestApp, on_both_engines};

const TEN_SECONDS: Duration = Duration::from_secs(10);

/// A pause of ten seconds, and no more than the default at a time.
async fn slow(db: Db) -> TestApp {
    TestApp::with(db, &[("FETCH_HOST_SPACING", "10s"), ("FETCH_HOST_CONCURRENCY", "2")]).await
}

/// Another worker on the same database.
fn another(app: &App, clock: &Clock) -> App {
    App::with_db(app.config.clone(), clock.clone(), app.db.clone()).expect("the app is built")
}

fn of(owner: Uuid) -> Visitor {
    often_put_off(owner, 0)
}

fn often_put_off(owner: Uuid, put_offs: u32) -> Visitor {
    Visitor::new(owner, Uuid::new_v4(), put_offs)
}

fn somebody() -> Visitor {
    of(Uuid::new_v4())
}

async fn visit(app: &App, link: &str, visitor: &Visitor) -> Result<Page, Error> {
    app.fetcher.get(&request(link).on_behalf_of(visitor.clone())).await
}

fn request(link: &str) -> Request {
    Request::get(&Url::parse(link).unwrap())
}

/// For how many seconds a visitor was sent away; none when it was let in.
#[track_caller]
fn sent_away(outcome: Result<Page, Error>) -> Option<f64> {
    match outcome {
        Ok(_) => None,
        Err(Error::Throttled { after, .. }) => Some(after.as_secs_f64()),
        Err(error) => panic!("{error:?}"),
    }
}

async fn count(db: &Db, rows: &str) -> i64 {
    let statement = sql("SELECT CAST(COUNT(*) AS bigint) FROM ").push(rows);
    statement.fetch_one::<(i64,)>(db).await.unwrap().0
}

/// A site of its own that does what `answer` does.
async fn serve<H, T>(answer: H) -> String
where
    H: axum::handler::Handler<T, ()>,
    T: 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(axum::serve(listener, Router::new().route("/", routing::get(answer))).into_future());
    format!("http://{address}/")
}

on_both_engines! {
    async fn two_workers_together_send_a_host_two_requests_at_a_time(db: Db) {
        let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        // Whoever is there stays for a while, to see whether a third comes.
        let (third, counted) = (Arc::new(Barrier::new(3)), Arc::clone(&most));
        let link = serve(move || async move {
            counted.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            let _ = tokio::time::timeout(Duration::from_millis(200), third.wait()).await;
            running.fetch_sub(1, Ordering::SeqCst);
        }).await;
        let settings = [("FETCH_HOST_CONCURRENCY", "2"), ("FETCH_ALLOW_PRIVATE", "127.0.0.1")];
        let one = TestApp::with(db, &settings).await;
        let workers = [one.app.clone(), another(&one.app, &one.clock)];

        let everybody: Vec<Visitor> = (0..8).map(|_| somebody()).collect();
        let pages = join_all((0..8).map(|n| visit(&workers[n % 2], &link, &everybody[n]))).await;

        assert!(pages.iter().all(Result::is_ok), "{pages:?}");
        assert_eq!(most.load(Ordering::SeqCst), 2);
    }

    async fn a_short_pause_is_waited_for_in_place_by_whichever_worker(db: Db) {
        let (note, mut arrivals) = mpsc::unbounded_channel();
        let link = serve(move || async move { note.send(Instant::now()).unwrap() }).await;
        let pause = Duration::from_millis(200);
        let settings = [("FETCH_HOST_SPACING", "200ms"), ("FETCH_ALLOW_PRIVATE", "127.0.0.1")];
        let one = TestApp::with(db, &settings).await;
        let workers = [another(&one.app, &Clock::system()), another(&one.app, &Clock::system())];

        let everybody: Vec<Visitor> = (0..6).map(|_| somebody()).collect();
        let begun = Instant::now();
        let pages = join_all((0..6).map(|n| visit(&workers[n % 2], &link, &everybody[n]))).await;

        assert!(pages.iter().all(Result::is_ok), "{pages:?}");
        // A request may be on its way for long, but none arrives before it may begin.
        for number in 0..6 {
            let arrived = arrivals.try_recv().unwrap() - begun;
            assert!(arrived >= pause * number, "{number}: {arrived:?}");
        }
    }

    async fn who_comes_too_early_gets_a_place_in_line_which_any_worker_honours(db: Db) {
        let one = slow(db).await;
        let two = another(&one.app, &one.clock);
        let link = one.site.page("/", 200, &[], "fine");
        let [first, second, third, fourth] = [somebody(), somebody(), somebody(), somebody()];

        assert_eq!(sent_away(visit(&one.app, &link, &first).await), None);
        assert_eq!(sent_away(visit(&two, &link, &second).await), Some(10.0));
        assert_eq!(sent_away(visit(&one.app, &link, &third).await), Some(20.0));
        assert_eq!(sent_away(visit(&two, &link, &third).await), Some(20.0), "whoever asks twice has one place");

        one.clock.advance(TEN_SECONDS);
        assert_eq!(sent_away(visit(&one.app, &link, &fourth).await), Some(20.0), "the places before are taken");
        assert_eq!(sent_away(visit(&two, &link, &third).await), Some(10.0));
        assert_eq!(sent_away(visit(&one.app, &link, &second).await), None);
        one.clock.advance(TEN_SECONDS);
        assert_eq!(sent_away(visit(&one.app, &link, &third).await), None);
        assert_eq!(one.site.asked("/"), 3);
    }

    async fn a_place_is_kept_for_somebody_who_is_late_and_not_for_ever(db: Db) {
        let one = slow(db).await;
        let link = one.site.page("/", 200, &[], "fine");
        let [late, never, next] = [somebody(), somebody(), somebody()];
        sent_away(visit(&one.app, &link, &somebody()).await);
        sent_away(visit(&one.app, &link, &late).await);
        sent_away(visit(&one.app, &link, &never).await);

        one.clock.advance(Duration::from_secs(35));
        assert_eq!(sent_away(visit(&one.app, &link, &late).await), None);
        assert_eq!(sent_away(visit(&one.app, &link, &next).await), Some(10.0), "who does not come keeps nobody away");
        one.clock.advance(TEN_SECONDS);
        assert_eq!(sent_away(visit(&one.app, &link, &next).await), None);

        one.clock.advance(Duration::from_secs(50));
        assert_eq!(sent_away(visit(&one.app, &link, &somebody()).await), None);
        assert_eq!(sent_away(visit(&one.app, &link, &somebody()).await), Some(10.0));
        assert_eq!(sent_away(visit(&one.app, &link, &never).await), Some(20.0), "its place is gone");
    }

    async fn who_was_let_in_follows_a_redirect_and_asks_for_more_before_the_line(db: Db) {
        let one = TestApp::with(db, &[("FETCH_HOST_SPACING", "1s")]).await;
        let [old, new] = ["/old", "/new"].map(|path| one.site.page(path, 200, &[], "fine"));
        one.site.page("/old", 302, &[("location", &new)], "");
        let fill = async |most: f64| {
            // Nobody waits in place here.
            let hasty = || request(&old).on_behalf_of(somebody()).timeout(Duration::from_millis(500));
            while sent_away(one.app.fetcher.get(&hasty()).await).is_none_or(|after| after < most) {}
        };
        visit(&one.app, &new, &somebody()).await.expect("a page");
        fill(4.0).await;
        let ada = somebody();
        assert_eq!(sent_away(visit(&one.app, &old, &ada).await), Some(5.0));
        fill(9.0).await;

        one.clock.advance(Duration::from_secs(5));
        let begun = Instant::now();
        assert_eq!(visit(&one.app, &old, &ada).await.expect("a page").body, "fine");
        visit(&one.app, &new, &ada).await.expect("another page");

        assert!(begun.elapsed() >= Duration::from_secs(3), "a second before the second, two by this clock before the third");
        assert_eq!(sent_away(visit(&one.app, &new, &somebody()).await), Some(5.0), "the line is as it was");
    }

    async fn a_host_that_asks_one_worker_for_peace_gets_it_from_all(db: Db) {
        let one = TestApp::with(db, &[("FETCH_ALLOW_PRIVATE", "127.0.0.1")]).await;
        let two = another(&one.app, &one.clock);
        let busy = one.site.page("/busy", 503, &[("retry-after", "60")], "");
        let fine = one.site.page("/fine", 200, &[], "fine");
        let elsewhere = serve(|| async { "elsewhere" }).await;

        visit(&one.app, &busy, &somebody()).await.expect_err("busy");
        one.clock.advance(Duration::from_secs(20));

        let ada = somebody();
        assert_eq!(sent_away(visit(&two, &fine, &ada).await), Some(40.0));
        assert_eq!(sent_away(visit(&two, &elsewhere, &ada).await), None, "another host is another matter");
        assert_eq!(one.site.asked("/fine"), 0);
        one.clock.advance(Duration::from_secs(40));
        assert_eq!(sent_away(visit(&two, &fine, &ada).await), None);
    }

    async fn after_its_peace_a_host_is_not_run_down_by_those_who_waited(db: Db) {
        let (arrived, mut arrivals) = mpsc::unbounded_channel();
        let go_on = Arc::new(Notify::new());
        let awaited = Arc::clone(&go_on);
        let busy = serve(move || async move {
            arrived.send(()).unwrap();
            awaited.notified().await;
            (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "60")])
        }).await;
        let one = TestApp::with(db, &[("FETCH_HOST_SPACING", "10s"), ("FETCH_ALLOW_PRIVATE", "127.0.0.1")]).await;
        let (first, early) = (somebody(), somebody());

        let unlucky = visit(&one.app, &busy, &first);
        let meanwhile = async {
            arrivals.recv().await.unwrap();
            let place = sent_away(visit(&one.app, &busy, &early).await);
            go_on.notify_one();
            place
        };
        let (outcome, place) = tokio::join!(unlucky, meanwhile);
        outcome.expect_err("busy");
        assert_eq!(place, Some(10.0));

        one.clock.advance(TEN_SECONDS);
        assert_eq!(sent_away(visit(&one.app, &busy, &somebody()).await), Some(50.0));
        assert_eq!(sent_away(visit(&one.app, &busy, &early).await), Some(60.0), "its former place is void");
        assert_eq!(sent_away(visit(&one.app, &busy, &somebody()).await), Some(70.0));
    }

    async fn the_visit_of_a_worker_that_died_runs_out(db: Db) {
        let (arrived, mut arrivals) = mpsc::unbounded_channel();
        let link = serve(move || async move {
            arrived.send(()).unwrap();
            std::future::pending::<()>().await;
        }).await;
        let settings = [("FETCH_HOST_CONCURRENCY", "1"), ("FETCH_ALLOW_PRIVATE", "127.0.0.1")];
        let one = TestApp::with(db, &settings).await;
        let two = another(&one.app, &one.clock);
        let (dying, target) = (one.app.clone(), link.clone());
        let dying = tokio::spawn(async move { visit(&dying, &target, &somebody()).await });
        arrivals.recv().await.unwrap();
        dying.abort();

        let impatient = || request(&link).on_behalf_of(somebody()).timeout(Duration::from_millis(60));
        assert_eq!(sent_away(two.fetcher.get(&impatient()).await), Some(5.0), "it still counts");
        one.clock.advance(one.app.config.fetch.timeout + Duration::from_secs(2));
        let outcome = two.fetcher.get(&impatient()).await;

        assert!(matches!(outcome, Err(Error::Timeout { .. })), "it was let in: {outcome:?}");
        assert!(arrivals.recv().await.is_some());
    }

    async fn an_import_of_one_site_keeps_somebody_elses_link_waiting_for_a_few_visits_only(db: Db) {
        let one = slow(db).await;
        let two = another(&one.app, &one.clock);
        let link = one.site.page("/", 200, &[], "fine");
        let ada = Uuid::new_v4();

        let mut reserved = Vec::new();
        let mut without = 0;
        for n in 0..100 {
            match sent_away(visit(if n % 2 == 0 { &one.app } else { &two }, &link, &of(ada)).await) {
                None => {}
                // Only a place of one's own is a round number of pauses away, but for a chance in a thousand.
                Some(after) if after % 10.0 == 0.0 && reserved.len() < 5 => reserved.push(after),
                Some(after) => {
                    assert!((5.0..=10.0).contains(&after), "{after}");
                    without += 1;
                }
            }
        }

        assert_eq!((reserved, without), (vec![10.0, 20.0, 30.0, 40.0, 50.0], 94));
        assert_eq!(sent_away(visit(&two, &link, &somebody()).await), Some(60.0));
        let often = often_put_off(ada, 3);
        assert!(sent_away(visit(&two, &link, &often).await).is_some_and(|after| (40.0..=80.0).contains(&after)));
        let for_ever = often_put_off(ada, u32::MAX);
        assert!(sent_away(visit(&two, &link, &for_ever).await).is_some_and(|after| (150.0..=300.0).contains(&after)));
    }

    async fn a_request_on_nobodys_behalf_keeps_no_place(db: Db) {
        let one = slow(db).await;
        let link = one.site.page("/", 200, &[], "fine");
        sent_away(visit(&one.app, &link, &somebody()).await);

        let answers = [one.app.fetcher.get(&request(&link)).await, one.app.fetcher.get(&request(&link)).await];

        assert_eq!(answers.map(sent_away), [Some(10.0), Some(10.0)]);
        assert_eq!(count(&one.app.db, "host_visits").await, 0);
    }

    async fn a_service_is_asked_as_often_as_needed_but_not_the_host_that_it_sends_us_to(db: Db) {
        let one = TestApp::with(db, &[("FETCH_HOST_SPACING", "10s"), ("FETCH_ALLOW_PRIVATE", "127.0.0.1")]).await;
        let service = one.site.page("/keys", 200, &[], "keys");
        let stranger = serve(|| async { "stranger" }).await;
        let way_out = one.site.page("/out", 302, &[("location", &stranger)], "");
        for _ in 0..3 {
            one.app.fetcher.get(&request(&service).to_service()).await.expect("the keys");
        }
        assert_eq!(count(&one.app.db, "hosts").await, 0);

        assert_eq!(sent_away(one.app.fetcher.get(&request(&way_out).to_service()).await), None);
        assert_eq!(sent_away(one.app.fetcher.get(&request(&way_out).to_service()).await), Some(10.0));
    }

    async fn while_the_database_is_away_nothing_is_sent_and_it_is_tried_again(db: Db) {
        let one = TestApp::new(db).await;
        let link = one.site.page("/", 200, &[], "fine");
        one.app.db.close().await;

        let error = visit(&one.app, &link, &somebody()).await.expect_err("no database");

        assert!(matches!(error, Error::Unpaced { .. }), "{error:?}");
        assert_eq!(error.retry(), Retry::Later);
        assert_eq!(one.site.asked("/"), 0);
    }

    async fn links_of_one_site_are_read_one_after_the_other_and_waiting_is_no_attempt(db: Db) {
        let settings = [("FETCH_HOST_SPACING", "10s"), ("ENRICH_MAX_ATTEMPTS", "1")];
        let one = TestApp::with(db, &settings).await;
        let ada = one.sign_up("ada").await;
        for n in 0..3 {
            let link = one.site.article(&format!("/{n}"), "Kiln", &"Plenty of words for a paragraph here.\n\n".repeat(8));
            ada.post("/api/v1/content", json!({ "title": "t", "link": link })).await.assert_status(201);
        }
        for read in 1..=3 {
            one.run_jobs().await;
            let with = async |status| count(&one.app.db, &format!("contents WHERE enrichment_status = '{status}'")).await;
            assert_eq!((with("enriched").await, with("pending").await), (read, 3 - read));
            one.clock.advance(TEN_SECONDS);
        }
        assert_eq!(count(&one.app.db, "enrichment_attempts").await, 3, "only what was tried is told");
    }

    async fn a_host_that_nobody_visits_any_more_is_forgotten(db: Db) {
        let one = slow(db).await;
        let link = one.site.page("/", 200, &[], "fine");
        visit(&one.app, &link, &somebody()).await.expect("a page");
        sent_away(visit(&one.app, &link, &somebody()).await);
        actions::purge(&one.app).await.unwrap();
        assert_eq!((count(&one.app.db, "hosts").await, count(&one.app.db, "host_visits").await), (1, 1));

        one.clock.advance(Duration::from_hours(2));
        actions::purge(&one.app).await.unwrap();

        assert_eq!((count(&one.app.db, "hosts").await, count(&one.app.db, "host_visits").await), (0, 0));
    }
}
