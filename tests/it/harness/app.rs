//! Brainly in this process, with a scratch database, a clock that stands still and a site of its own to read.

use std::net::SocketAddr;

use axum::Router;
use axum::extract::ConnectInfo;
use brainly::app::App;
use brainly::config::{Config, Sources};
use brainly::db::Db;
use brainly::domain::{Clock, Timestamp, UserId, Username};
use brainly::queue::Drained;
use brainly::store::users::{self, NewUser};
use brainly::{api, jobs};
use tempfile::TempDir;

use super::{Client, Site};

/// Monday morning; where the clock of every test begins.
pub(crate) const START: &str = "2026-03-02T08:00:00Z";

/// Brainly as a test sees it.
pub(crate) struct TestApp {
    /// What actions take.
    pub(crate) app: App,
    /// Moves when told.
    pub(crate) clock: Clock,
    /// Pages to save and read.
    pub(crate) site: Site,
    router: Router,
    _data: TempDir,
}

impl TestApp {
    /// With nothing set but what a test needs.
    pub(crate) async fn new(db: Db) -> Self {
        Self::with(db, &[]).await
    }

    /// With `settings` on top, by variable name; `{site}` stands for the address of [`Self::site`].
    pub(crate) async fn with(db: Db, settings: &[(&str, &str)]) -> Self {
        let data = tempfile::tempdir().unwrap();
        let site = Site::start().await;
        let clock = Clock::fixed(START.parse::<Timestamp>().unwrap());
        let sources = Sources::default()
            .env("BRAINLY_DATA_DIR", data.path())
            .env("FETCH_ALLOW_PRIVATE", site.authority())
            // Who tests meaning says so.
            .env("EMBEDDING_PROVIDER", "none")
            .env("FETCH_HOST_SPACING", "0s")
            .env("FETCH_HOST_CONCURRENCY", "16")
            .env("RATE_LIMIT_AUTH", "off")
            .env("RATE_LIMIT_CONTENT", "off")
            .env("RATE_LIMIT_GLOBAL", "off");
        let sources = settings
            .iter()
            .fold(sources, |sources, (name, value)| sources.env(*name, value.replace("{site}", &site.url(""))));
        let mut config = Config::from_sources(&sources).unwrap_or_else(|problems| panic!("{problems}"));
        // This program is the test.
        config.parse.program = Some(env!("CARGO_BIN_EXE_brainly").into());
        let app = App::with_db(config, clock.clone(), db).expect("the app is built");
        let router = api::router(&app);
        Self { app, clock, site, router, _data: data }
    }

    /// Somebody who is not signed in.
    pub(crate) fn anonymous(&self) -> Client {
        self.client_at("127.0.0.1:50000")
    }

    /// Somebody who is not signed in and comes from `address`.
    pub(crate) fn client_at(&self, address: &str) -> Client {
        let peer: SocketAddr = address.parse().unwrap();
        Client::new(self.router.clone().layer(axum::Extension(ConnectInfo(peer))), None)
    }

    /// A signed-in user who was not there before, without the second that hashing a password takes.
    pub(crate) async fn sign_up(&self, name: &str) -> Client {
        let (now, username) = (self.clock.now(), Username::parse(name).unwrap());
        let id = UserId::new(now);
        let key = username.folded();
        let user =
            NewUser { username: Some(name), username_key: Some(&key), auth_provider: "local", ..NewUser::default() };
        let mut tx = self.app.db.begin().await.unwrap();
        users::create(&mut tx, id, &user, now).await.unwrap().expect("the name is free");
        tx.commit().await.unwrap();
        self.signed_in(id)
    }

    /// A client that holds a session of `user`.
    pub(crate) fn signed_in(&self, user: UserId) -> Client {
        self.anonymous().with_token(self.app.tokens.issue(user, self.clock.now(), None))
    }

    /// The id of the user of that name.
    pub(crate) async fn user(&self, name: &str) -> UserId {
        brainly::actions::find_user(&self.app, name).await.unwrap().id
    }

    /// Does all jobs that are due.
    pub(crate) async fn run_jobs(&self) -> Drained {
        jobs::worker(&self.app, None).drain().await.unwrap()
    }
}
