//! A database for one test: a copy of a migrated template, which the first test to need one makes.

use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use brainly::db::{Db, Engine, migrate};
use brainly::domain::Clock;
use sha2::{Digest, Sha256};
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection};
use tempfile::TempDir;

/// Names the lock behind which the template on PostgreSQL is made.
const TEMPLATE_LOCK: i64 = 0x0062_7261_696e_7465;

/// A migrated database of one test's own.
#[derive(Clone)]
pub(crate) struct Scratch {
    /// The open database.
    pub(crate) db: Db,
    /// Where it is, as `DATABASE_URL` takes it.
    pub(crate) url: String,
    /// A folder that goes with the test; the database's, on SQLite.
    _folder: Arc<TempDir>,
}

impl Scratch {
    /// A migrated database.
    pub(crate) async fn new(engine: Engine) -> Self {
        let scratch = Self::at(engine, true).await;
        migrate::check(&scratch.db).await.expect("the template is migrated");
        scratch
    }

    /// A database with nothing in it.
    pub(crate) async fn empty(engine: Engine) -> Self {
        Self::at(engine, false).await
    }

    async fn at(engine: Engine, migrated: bool) -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let url = match engine {
            Engine::Sqlite => sqlite(folder.path(), migrated).await,
            Engine::Postgres => postgres(migrated).await,
        };
        let db = open(&url).await;
        Self { db, url, _folder: folder }
    }

    /// The same database, opened anew.
    pub(crate) async fn reopened(&self) -> Self {
        Self { db: open(&self.url).await, ..self.clone() }
    }

    /// Closes it, and drops it where that is not the folder's business.
    pub(crate) async fn remove(self) {
        self.db.close().await;
        if self.db.engine() == Engine::Postgres {
            let url = url::Url::parse(&self.url).unwrap();
            let name = url.path().trim_start_matches('/');
            execute(&mut superuser().await, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
        }
    }
}

async fn open(url: &str) -> Db {
    Db::open(url, NonZeroU32::new(20).unwrap()).await.expect("the scratch database opens")
}

async fn sqlite(folder: &Path, migrated: bool) -> String {
    let file = folder.join("brainly.db");
    if migrated {
        std::fs::copy(sqlite_template().await, &file).unwrap();
    }
    format!("sqlite://{}", file.display())
}

/// The template's path; its name changes with the migrations, and it appears whole or not at all.
async fn sqlite_template() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let template = folder.join(format!("template-{}.db", fingerprint()));
    if !template.exists() {
        let making = tempfile::tempdir_in(folder).unwrap();
        let file = making.path().join("template.db");
        let db = open(&format!("sqlite://{}", file.display())).await;
        migrate::up(&db, 0, Clock::system().now()).await.expect("the migrations run on SQLite");
        db.close().await;
        std::fs::rename(file, &template).unwrap();
    }
    template
}

async fn postgres(migrated: bool) -> String {
    let mut admin = superuser().await;
    let name = format!("test_{}", uuid::Uuid::new_v4().simple());
    if migrated {
        let template = postgres_template(&mut admin).await;
        execute(&mut admin, &format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
    } else {
        execute(&mut admin, &format!("CREATE DATABASE {name}")).await;
    }
    database_url(&name)
}

#[expect(clippy::disallowed_methods, reason = "pg_database is no table of ours")]
async fn postgres_template(admin: &mut PgConnection) -> String {
    let name = format!("template_{}", fingerprint());
    execute(admin, &format!("SELECT pg_advisory_lock({TEMPLATE_LOCK})")).await;
    let (known,): (bool,) = sqlx::query_as("SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)")
        .bind(&name)
        .fetch_one(&mut *admin)
        .await
        .unwrap();
    if !known {
        let making = format!("making_{}", uuid::Uuid::new_v4().simple());
        execute(admin, &format!("CREATE DATABASE {making}")).await;
        let db = open(&database_url(&making)).await;
        migrate::up(&db, 0, Clock::system().now()).await.expect("the migrations run on PostgreSQL");
        db.close().await;
        execute(admin, &format!("ALTER DATABASE {making} RENAME TO {name}")).await;
    }
    execute(admin, &format!("SELECT pg_advisory_unlock({TEMPLATE_LOCK})")).await;
    name
}

async fn superuser() -> PgConnection {
    let options: PgConnectOptions = server().parse().expect("BRAINLY_TEST_POSTGRES is a URL");
    PgConnection::connect_with(&options.disable_statement_logging()).await.expect("the test server answers")
}

async fn execute(on: &mut PgConnection, statement: &str) {
    sqlx::raw_sql(AssertSqlSafe(statement.to_owned()))
        .execute(on)
        .await
        .unwrap_or_else(|error| panic!("{statement}: {error}"));
}

/// The test server's URL with another database.
fn database_url(name: &str) -> String {
    let mut url = url::Url::parse(&server()).expect("BRAINLY_TEST_POSTGRES is a URL");
    url.set_path(name);
    url.to_string()
}

#[expect(clippy::disallowed_methods, reason = "scripts/test tells the tests where their server is")]
fn server() -> String {
    std::env::var("BRAINLY_TEST_POSTGRES")
        .expect("BRAINLY_TEST_POSTGRES names the PostgreSQL server for tests; `scripts/test` provides one")
}

/// Changes whenever a migration does.
fn fingerprint() -> String {
    let mut files: Vec<PathBuf> = ["sqlite", "postgres"]
        .iter()
        .flat_map(|engine| {
            std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(engine)).unwrap()
        })
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let mut hash = Sha256::new();
    for file in files {
        hash.update(std::fs::read(file).unwrap());
    }
    hex::encode(&hash.finalize()[..6])
}
