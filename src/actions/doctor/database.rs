//! Whether the database answers, is what we need, and has room for us all.

use super::Check;
use crate::actions::migrate;
use crate::config::{Config, Engine};
use crate::db::{self, Db, sql};
use crate::domain::Clock;
use crate::domain::fault::chain;

/// The oldest PostgreSQL that is tested: older ones are no longer kept by their makers.
const OLDEST: i32 = 14;

/// The checks, and the database when it answers.
pub(super) async fn checks(config: &Config, clock: &Clock, instances: u32) -> (Option<Db>, Vec<Check>) {
    let name = "database";
    if let Some(file) = Db::file(config.database.url.expose()).filter(|file| !file.exists()) {
        let why = format!("there is no database at {}", file.display());
        let mend =
            "the first `brainly serve` makes it; is there one elsewhere? BRAINLY_DATA_DIR or DATABASE_URL says where";
        return (None, vec![Check::wrong_in_production(config, name, why, mend)]);
    }
    let db = match Db::open(config.database.url.expose(), config.database.pool_max).await {
        Ok(db) => db,
        Err(error) => {
            let mend = "is it running, and is DATABASE_URL right? `brainly serve` says more";
            return (None, vec![Check::fail(name, format!("it can't be opened: {}", chain(&error)), mend)]);
        }
    };
    let mut checks = vec![Check::ok(name, format!("{} answers", db.engine().name())), schema(&db).await];
    let found = match config.database.engine {
        Engine::Sqlite => sqlite(&db).await,
        Engine::Postgres => postgres(&db, config, clock, instances).await,
    };
    match found {
        Ok(found) => checks.extend(found),
        Err(error) => checks.push(Check::fail(
            "database_catalogue",
            format!("it can't be read: {}", chain(&error)),
            "mend its role's rights",
        )),
    }
    (Some(db), checks)
}

async fn schema(db: &Db) -> Check {
    match migrate::check(db).await {
        Ok(()) => Check::ok("schema", "up to date"),
        Err(error) => Check::fail("schema", chain(&error), "run `brainly migrate`"),
    }
}

async fn sqlite(db: &Db) -> db::Result<Vec<Check>> {
    let (state,): (String,) =
        sql("SELECT CAST(quick_check AS TEXT) FROM pragma_quick_check LIMIT 1").fetch_one(db).await?;
    let whole = if state == "ok" {
        Check::ok("database_integrity", "the file is whole")
    } else {
        Check::fail("database_integrity", "the file is damaged", "restore the last backup; keep the damaged file")
    };
    Ok(vec![whole, indexes(db).await?])
}

async fn postgres(db: &Db, config: &Config, clock: &Clock, instances: u32) -> db::Result<Vec<Check>> {
    Ok(vec![
        version(db).await?,
        vector(db).await?,
        connections(db, config, instances).await?,
        indexes(db).await?,
        skew(db, clock).await?,
    ])
}

async fn version(db: &Db) -> db::Result<Check> {
    let (number,): (i32,) = sql("SELECT CAST(current_setting('server_version_num') AS integer)").fetch_one(db).await?;
    let major = number / 10_000;
    Ok(if major < OLDEST {
        Check::fail(
            "postgresql_version",
            format!("PostgreSQL {major} is too old"),
            format!("move to {OLDEST} or later"),
        )
    } else {
        Check::ok("postgresql_version", format!("PostgreSQL {major}"))
    })
}

async fn vector(db: &Db) -> db::Result<Check> {
    let found: Option<(Option<String>, Option<String>)> =
        sql("SELECT installed_version, default_version FROM pg_available_extensions WHERE name = 'vector'")
            .fetch_optional(db)
            .await?;
    let name = "pgvector";
    Ok(match found {
        Some((Some(version), _)) => Check::ok(name, format!("pgvector {version} is installed in this database")),
        Some((None, _)) => Check::ok(name, "pgvector is at hand"),
        None => Check::warn(
            name,
            "the server has no pgvector, which search by meaning needs",
            "install the package postgresql-<version>-pgvector, or use an image that has it (pgvector/pgvector)",
        ),
    })
}

/// Connections of a process beside its pool: to say that it is there, to ask whether the server is, to hear of jobs.
const OWN: i64 = 3;

async fn connections(db: &Db, config: &Config, instances: u32) -> db::Result<Check> {
    let (max, reserved, others): (i64, i64, i64) = sql("SELECT CAST(current_setting('max_connections') AS bigint), \
         CAST(current_setting('superuser_reserved_connections') AS bigint), \
         (SELECT COUNT(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND application_name <> 'brainly')")
    .fetch_one(db)
    .await?;
    let wanted = (i64::from(config.database.pool_max.get()) + OWN) * i64::from(instances);
    let left = max - reserved - others;
    let why = format!(
        "{instances} × (DB_POOL_MAX + {OWN}) = {wanted} connections, and the server has {left} of {max} left for us"
    );
    Ok(if wanted > left {
        Check::fail("connections", why, "lower DB_POOL_MAX, raise max_connections, or put PgBouncer in between")
    } else {
        Check::ok("connections", why)
    })
}

/// Indexes that the migrations made and that are gone, or were never finished.
async fn indexes(db: &Db) -> db::Result<Check> {
    let there: Vec<(String, bool)> = sql(match db.engine() {
        db::Engine::Sqlite => "SELECT name, TRUE FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL",
        db::Engine::Postgres => {
            "SELECT CAST(c.relname AS text), i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid \
             JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema()"
        }
    })
    .fetch_all(db)
    .await?;
    let (mut bad, mut mends) = (Vec::new(), Vec::new());
    for (name, statement) in db::migrate::indexes(db.engine()) {
        match there.iter().find(|(known, _)| *known == name) {
            Some((_, true)) => continue,
            Some((_, false)) => mends.push(format!("DROP INDEX {name}; {statement};")),
            None => mends.push(format!("{statement};")),
        }
        bad.push(name);
    }
    Ok(if bad.is_empty() {
        Check::ok("indexes", format!("{} indexes are there", there.len()))
    } else {
        Check::fail(
            "indexes",
            format!("missing or unfinished: {}", bad.join(", ")),
            format!("run in the database: {}", mends.join(" ")),
        )
    })
}

async fn skew(db: &Db, clock: &Clock) -> db::Result<Check> {
    let off = db.set_right(clock).await?;
    Ok(match off {
        None => Check::ok("clock", "this machine's clock agrees with the database's"),
        Some(off) => Check::warn(
            "clock",
            format!("this machine's clock is {} ms off the database's, whose time is used", off.num_milliseconds()),
            "let NTP keep the clock (chrony, systemd-timesyncd)",
        ),
    })
}
