//! How much one client may ask, and what it is told.

use std::time::Duration;

use brainly::db::{Db, Engine};
use serde_json::json;

use super::{client, client_at};
use crate::harness::{Answer, Client, TestApp, on_both_engines};

/// How many of `count` requests in a row pass.
async fn passing(client: &Client, path: &str, count: usize) -> usize {
    let mut passed = 0;
    for _ in 0..count {
        passed += usize::from(client.get(path).await.status.as_u16() != 429);
    }
    passed
}

fn limit_headers(answer: &Answer) -> [&str; 5] {
    ["ratelimit-policy", "ratelimit-limit", "ratelimit-remaining", "ratelimit-reset", "retry-after"]
        .map(|name| answer.header(name))
}

on_both_engines! {
    async fn signing_up_and_in_share_ten_attempts_in_a_quarter_of_an_hour(db: Db) {
        let app = TestApp::with(db, &[("RATE_LIMIT_AUTH", "10/15m")]).await;
        let client = client(&app);
        let first = client.post("/api/v1/signup", json!({})).await.assert_status(200);
        app.clock.advance(Duration::from_millis(60_500));
        for _ in 0..9 {
            client.post("/api/v1/signin", json!({})).await.assert_status(200);
        }

        let refused = client.post("/api/v1/signup", json!({})).await.assert_status(429);

        assert_eq!(limit_headers(&first), ["10;w=900", "10", "9", "900", ""]);
        assert_eq!(limit_headers(&refused), ["10;w=900", "10", "0", "840", "840"]);
        assert_eq!(refused.json(), json!({
            "message": "Too many authentication attempts, please try again after 15 minutes.",
            "code": "too_many_requests",
        }));
        app.clock.advance(Duration::from_millis(839_500));
        client.post("/api/v1/signup", json!({})).await.assert_status(200);
    }

    async fn of_two_hundred_attempts_at_once_exactly_ten_pass(db: Db) {
        let app = TestApp::with(db, &[("RATE_LIMIT_AUTH", "10/15m")]).await;
        let client = client(&app);

        let attempts = (0..200).map(|_| client.post("/api/v1/signin", json!({})));
        let answers = futures::future::join_all(attempts).await;

        assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 10);
        assert_eq!(answers.iter().filter(|answer| answer.status == 429).count(), 190);
    }

    async fn content_is_counted_by_user_wherever_they_come_from(db: Db) {
        let app = TestApp::with(db, &[("RATE_LIMIT_CONTENT", "2/15m")]).await;
        let (ada, bob) = (app.sign_up("ada").await, app.sign_up("bob").await);
        let save = async |who: &Client, address| {
            let client = client_at(&app, address).with_headers_of(who);
            client.post("/api/v1/content", json!({})).await
        };
        save(&ada, "192.0.2.1:1").await.assert_status(200);
        save(&ada, "192.0.2.2:1").await.assert_status(200);

        let refused = save(&ada, "192.0.2.3:1").await.assert_status(429);

        assert_eq!(refused.json()["message"], "Too many content submissions, please try again later.");
        save(&bob, "192.0.2.1:1").await.assert_status(200);
        client(&app).with_headers_of(&ada).get("/api/v1/content").await.assert_status(200);
    }

    async fn all_else_is_counted_by_address_and_an_ipv6_network_is_one_client(db: Db) {
        let app = TestApp::with(db, &[("RATE_LIMIT_GLOBAL", "40/15m")]).await;
        let v6 = ["[2001:db8::1]:1", "[2001:db8::ffff:2]:1", "[2001:db8:0:1::1]:1"];
        let v6 = v6.map(|address| client_at(&app, address));

        assert_eq!(passing(&client(&app), "/small", 50).await, 40);
        assert_eq!(passing(&client(&app), "/nowhere", 1).await, 0);
        assert_eq!(passing(&v6[0], "/small", 30).await + passing(&v6[1], "/small", 30).await, 40);
        assert_eq!(passing(&v6[2], "/small", 50).await, 40);
        assert_eq!(passing(&client(&app), "/health/live", 50).await, 50);
        let refused = client(&app).get("/small").await.assert_status(429);
        assert_eq!(refused.json()["message"], "Too many requests, please try again later.");
    }

    async fn remaining_goes_down_by_one_a_request(db: Db) {
        let app = TestApp::with(db, &[("RATE_LIMIT_GLOBAL", "100/15m")]).await;
        let client = client(&app);
        for expected in (0..100).rev() {
            let answer = client.get("/small").await.assert_status(200);
            assert_eq!(answer.header("ratelimit-remaining"), expected.to_string());
        }
    }

    async fn a_limit_that_is_off_shows_no_header(db: Db) {
        let app = TestApp::new(db).await;
        assert_eq!(limit_headers(&client(&app).get("/small").await), [""; 5]);
    }

    async fn an_address_is_believed_from_a_trusted_proxy_alone(db: Db) {
        let app = TestApp::with(db, &[("RATE_LIMIT_GLOBAL", "1/15m"), ("TRUSTED_PROXIES", "10.0.0.0/8")]).await;
        let get = async |peer, forwarded: &str| {
            client_at(&app, peer).with_header("x-forwarded-for", forwarded).get("/small").await.status.as_u16()
        };

        assert_eq!(get("192.0.2.1:1", "198.51.100.1").await, 200);
        assert_eq!(get("192.0.2.1:1", "198.51.100.2").await, 429, "a stranger can't choose its address");
        assert_eq!(get("10.0.0.1:1", "198.51.100.1").await, 200);
        assert_eq!(get("10.0.0.1:1", "198.51.100.2").await, 200);
        assert_eq!(get("10.0.0.1:1", "203.0.113.5, 198.51.100.2").await, 429, "nor through the proxy");
    }

    async fn when_the_database_goes_away_requests_pass(db: Db) {
        let app = TestApp::with(db.clone(), &[("RATE_LIMIT_AUTH", "10/15m")]).await;
        db.close().await;

        client(&app).post("/api/v1/signin", json!({})).await.assert_status(200);
    }

    async fn instances_on_one_postgresql_share_a_limit(db: Db) {
        let settings = [("RATE_LIMIT_AUTH", "10/15m"), ("RATE_LIMIT_GLOBAL", "100/15m")];
        let shared = db.engine() == Engine::Postgres;
        let apps = [TestApp::with(db.clone(), &settings).await, TestApp::with(db, &settings).await];
        let clients = [client(&apps[0]), client(&apps[1])];
        let (mut signed_in, mut passed) = (0, 0);

        for round in 0..240 {
            let client = &clients[round % 2];
            signed_in += usize::from(client.post("/api/v1/signin", json!({})).await.status == 200);
            passed += usize::from(client.get("/small").await.status == 200);
        }

        assert_eq!((signed_in, passed), if shared { (10, 100) } else { (20, 200) });
    }
}
