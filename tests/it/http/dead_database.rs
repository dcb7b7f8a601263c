//! A database that dies, hangs or is taken away: requests are told so soon, and served again as soon as it is back.
//!
//! `scripts/fault-database` does the same to a real server and the real program.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use brainly::db::{Db, Engine};
use futures::future::join_all;
use serde_json::json;
use sqlx::{ConnectOptions as _, Connection as _};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::watch;

use crate::harness::{Client, Scratch, TestApp, run};

/// What the network between us and the server does.
#[derive(Clone, Copy, PartialEq)]
enum Network {
    Carries,
    /// Takes everything and brings nothing.
    Swallows,
    /// Ends what there is and lets nothing begin.
    Refuses,
}

/// A network that does as it is told.
struct Proxy {
    address: SocketAddr,
    network: watch::Sender<Network>,
}

trait Wire: tokio::io::AsyncRead + tokio::io::AsyncWrite + Send + Unpin {}
impl<T: tokio::io::AsyncRead + tokio::io::AsyncWrite + Send + Unpin> Wire for T {}

impl Proxy {
    async fn before(url: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, (network, told)) = (listener.local_addr().unwrap(), watch::channel(Network::Carries));
        let url = url.to_owned();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(carry(client, url.clone(), told.clone()));
            }
        });
        Self { address, network }
    }

    /// The URL of the database behind it.
    fn url(&self, behind: &str) -> String {
        let mut url = url::Url::parse(behind).unwrap();
        let kept = |name: &str| !matches!(name, "host" | "port");
        let query: Vec<String> =
            url.query_pairs().filter(|(name, _)| kept(name)).map(|(name, value)| format!("{name}={value}")).collect();
        let user = url.query_pairs().find(|(name, _)| name == "user").map(|(_, user)| user.into_owned());
        url.set_query(Some(&query.join("&")));
        let (login, database) = (url.username().to_owned(), url.path().to_owned());
        let password = url.password().map(|password| format!(":{password}")).unwrap_or_default();
        let login = user.unwrap_or(login);
        format!("postgres://{login}{password}@{}{database}", self.address)
    }
}

async fn carry(mut client: TcpStream, url: String, mut told: watch::Receiver<Network>) {
    let refuse = told.wait_for(|network| *network == Network::Refuses);
    if tokio::time::timeout(Duration::ZERO, refuse).await.is_ok() {
        return;
    }
    let mut server = server(&url).await;
    loop {
        let now = *told.borrow_and_update();
        match now {
            Network::Refuses => return,
            Network::Swallows => drop(told.changed().await),
            Network::Carries => tokio::select! {
                _ = tokio::io::copy_bidirectional(&mut client, &mut server) => return,
                _ = told.changed() => {}
            },
        }
    }
}

/// The server that `url` names, over its socket or port.
async fn server(url: &str) -> Box<dyn Wire> {
    let url = url::Url::parse(url).unwrap();
    let parameter = |wanted| url.query_pairs().find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned());
    let port = parameter("port").and_then(|port| port.parse().ok()).or_else(|| url.port()).unwrap_or(5432);
    match parameter("host") {
        Some(folder) => Box::new(UnixStream::connect(format!("{folder}/.s.PGSQL.{port}")).await.unwrap()),
        None => Box::new(TcpStream::connect((url.host_str().unwrap(), port)).await.unwrap()),
    }
}

/// How long it is until a request is answered so.
async fn until(client: &Client, status: u16) -> Duration {
    let begun = Instant::now();
    while client.get("/api/v1/content").await.status.as_u16() != status {
        tokio::task::yield_now().await;
    }
    begun.elapsed()
}

/// What is promised of a database that is away, and of its return.
async fn assert_it_is_told_soon_and_goes_on_by_itself(app: &TestApp, away: impl FnOnce(), back: impl FnOnce()) {
    let ada = app.sign_up("ada").await;
    // Some monitors send a token wherever they ask.
    let monitor = ada.clone();
    ada.get("/api/v1/content").await.assert_status(200);

    away();
    let begun = Instant::now();
    let waiting = join_all((0..20).map(|_| async {
        let answer = ada.get("/api/v1/content").await.assert_status(503);
        assert_eq!((answer.json()["code"].as_str(), answer.header("retry-after")), (Some("database_unavailable"), "1"));
    }));
    let health = async {
        monitor.get("/health").await.assert_status(503);
        begun.elapsed()
    };
    let (told, _) = futures::join!(health, waiting);
    let waited = begun.elapsed();
    let begun = Instant::now();
    join_all((0..100).map(|_| ada.post("/api/v1/content", json!({ "title": "A", "link": "https://example.org/" }))))
        .await;
    let at_once = begun.elapsed();

    assert!(told < Duration::from_secs(2), "health told after {told:?}");
    assert!(waited < Duration::from_secs(6), "those that were under way were told after {waited:?}");
    assert!(at_once < Duration::from_secs(1), "those that came later were told after {at_once:?}");
    monitor.get("/health/live").await.assert_status(200);
    back();
    let back = until(&ada, 200).await;
    assert!(back < Duration::from_secs(5), "served again after {back:?}");
    ada.post("/api/v1/content", json!({ "title": "A", "link": "https://example.org/" })).await.assert_status(201);
    monitor.get("/health").await.assert_status(200);
}

async fn behind_a_network_that(scratch: Scratch, fails: Network) {
    let proxy = Proxy::before(&scratch.url).await;
    let db = Db::open(&proxy.url(&scratch.url), NonZeroU32::new(4).unwrap()).await.unwrap();
    let app = TestApp::new(db.clone()).await;
    let _watch = db.watch();

    let set = |network| proxy.network.send(network).unwrap();
    assert_it_is_told_soon_and_goes_on_by_itself(&app, || set(fails), || set(Network::Carries)).await;
}

#[test]
fn a_postgres_that_is_gone_is_told_at_once_and_used_again_when_it_is_back() {
    run(Engine::Postgres, |scratch| behind_a_network_that(scratch, Network::Refuses));
}

#[test]
fn a_postgres_that_hangs_holds_nobody_up_for_long_and_is_used_again_when_it_is_back() {
    run(Engine::Postgres, |scratch| behind_a_network_that(scratch, Network::Swallows));
}

#[test]
fn an_sqlite_file_that_is_taken_away_is_missed_before_anything_is_lost_in_it() {
    run(Engine::Sqlite, async |scratch| {
        let app = TestApp::new(scratch.db.clone()).await;
        let file = Db::file(&scratch.url).unwrap();
        let elsewhere = file.with_extension("elsewhere");
        let _watch = scratch.db.watch();

        let (away, back) = (elsewhere.clone(), elsewhere);
        std::fs::rename(&file, &away).unwrap();
        let ada = app.anonymous();
        // A reader that opens the file just now may miss it before the watch does.
        let answers = scratch.db.while_it_answers(tokio::time::sleep(Duration::from_secs(2))).await;
        assert!(answers.is_none(), "it was not missed within two seconds");
        ada.get("/health").await.assert_status(503);
        ada.post("/api/v1/signup", json!({ "username": "ada", "password": "a long password" }))
            .await
            .assert_status(503);
        std::fs::rename(&back, &file).unwrap();

        let begun = Instant::now();
        while ada.get("/health").await.status.as_u16() != 200 {
            tokio::task::yield_now().await;
        }
        assert!(begun.elapsed() < Duration::from_secs(5));
        ada.post("/api/v1/signup", json!({ "username": "ada", "password": "a long password" }))
            .await
            .assert_status(201);
    });
}

#[test]
fn behind_another_writer_of_the_sqlite_file_nobody_waits_for_long_and_readers_not_at_all() {
    run(Engine::Sqlite, async |scratch| {
        let app = TestApp::new(scratch.db.clone()).await;
        let ada = app.sign_up("ada").await;
        let page = |number: u32| json!({ "title": "A", "link": format!("https://example.org/{number}") });
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(Db::file(&scratch.url).unwrap());
        let mut other = options.connect().await.unwrap();
        let lock = sqlx::Connection::begin_with(&mut other, "BEGIN IMMEDIATE").await.unwrap();

        let (monitor, begun) = (app.anonymous(), Instant::now());
        let (saves, list, health) = futures::join!(
            join_all((0..4).map(|number| ada.post("/api/v1/content", page(number)))),
            async {
                ada.get("/api/v1/content").await.assert_status(200);
                begun.elapsed()
            },
            monitor.get("/health"),
        );

        for save in saves {
            assert_eq!(save.assert_status(503).json()["code"], "database_unavailable");
        }
        health.assert_status(200);
        assert!(list < Duration::from_secs(2), "a reader waited {list:?}");
        assert!(begun.elapsed() < Duration::from_secs(7), "{:?}", begun.elapsed());
        lock.rollback().await.unwrap();
        ada.post("/api/v1/content", page(9)).await.assert_status(201);
        other.close().await.unwrap();
    });
}
