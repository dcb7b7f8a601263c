//! The real binary as processes of its own: `serve`, `worker`, `migrate`.

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::json;

use super::connection::{Connection, get, post};
use super::database::Database;

/// What is measured.
pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_brainly");
/// How long a process may take until it answers.
const PATIENCE: Duration = Duration::from_secs(20);
/// On, so that counting costs what it costs, but too high to be met.
const RATE_LIMIT: &str = "1000000000/15m";
/// Of every account here.
pub(crate) const PASSWORD: &str = "a long bench password";

/// A running `brainly serve`; dropped, it ends.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    process: Process,
}

/// A process of ours that ends when this is dropped.
pub(crate) struct Process(Child);

/// Somebody with an account.
#[derive(Debug, Clone)]
pub(crate) struct User {
    pub(crate) name: &'static str,
    pub(crate) id: uuid::Uuid,
    pub(crate) token: String,
}

impl Server {
    /// Starts `serve` with `settings` on top and waits for its first healthy answer; also says how long that took.
    pub(crate) async fn start(database: &Database, settings: &[(&str, &str)]) -> Result<(Self, Duration)> {
        Self::of(Path::new(BINARY), database, settings).await
    }

    /// The same with another `binary`.
    pub(crate) async fn of(binary: &Path, database: &Database, settings: &[(&str, &str)]) -> Result<(Self, Duration)> {
        let port = free_port()?;
        let mut command = brainly(binary, database, settings)?;
        let arguments = ["serve", "--migrate", "--port", &port.to_string()];
        let begun = Instant::now();
        let mut process = Process(command.args(arguments).spawn().context("brainly can't be started")?);
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        while !is_healthy(address).await {
            if let Some(status) = process.0.try_wait()? {
                bail!("brainly ended with {status}: {}", log(database));
            }
            ensure!(begun.elapsed() < PATIENCE, "brainly does not answer: {}", log(database));
            tokio::time::sleep(Duration::from_micros(500)).await;
        }
        Ok((Self { address, process }, begun.elapsed()))
    }

    /// Makes an account through the API.
    pub(crate) async fn sign_up(&self, name: &'static str) -> Result<User> {
        let mut connection = Connection::open(self.address).await?;
        let credentials = json!({ "username": name, "password": PASSWORD });
        connection.json(&post("/api/v1/signup", None, &credentials)).await?;
        self.sign_in(name).await
    }

    /// Signs in who has an account.
    pub(crate) async fn sign_in(&self, name: &'static str) -> Result<User> {
        let mut connection = Connection::open(self.address).await?;
        let credentials = json!({ "username": name, "password": PASSWORD });
        let session = connection.json(&post("/api/v1/signin", None, &credentials)).await?;
        let token = session["token"].as_str().context("no token")?.to_owned();
        let me = connection.json(&get("/api/v1/me", Some(&token))).await?;
        let id = me["user"]["id"].as_str().context("no id")?.parse()?;
        Ok(User { name, id, token })
    }

    /// Time that all threads of the process have spent on a core.
    pub(crate) fn processor(&self) -> Result<Duration> {
        let mut spent = 0;
        for thread in std::fs::read_dir(format!("/proc/{}/task", self.process.0.id()))? {
            // One that has just ended takes its time with it.
            let Ok(line) = std::fs::read_to_string(thread?.path().join("schedstat")) else { continue };
            spent += line.split(' ').next().context("no time")?.parse::<u64>()?;
        }
        Ok(Duration::from_nanos(spent))
    }

    /// Resident memory in MiB.
    pub(crate) fn memory(&self) -> Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.0.id()))
            .context("memory is read from /proc, which only Linux has")?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
        let kib: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
        Ok(kib / 1024.0)
    }
}

/// Starts `worker` beside a server.
pub(crate) fn worker(database: &Database, settings: &[(&str, &str)]) -> Result<Process> {
    Ok(Process(
        brainly(Path::new(BINARY), database, settings)?.arg("worker").spawn().context("brainly can't be started")?,
    ))
}

/// A command that sees nothing of our environment, so that the figures do not depend on it.
fn brainly(binary: &Path, database: &Database, settings: &[(&str, &str)]) -> Result<Command> {
    let mut command = Command::new(binary);
    let log = File::options().create(true).append(true).open(database.folder().join("log"))?;
    command
        .env_clear()
        .env("BRAINLY_DATA_DIR", database.folder())
        .env("DATABASE_URL", &database.url)
        .env("JWT_SECRET", "only for benchmarks: forty characters long")
        .env("LOG_FORMAT", "json")
        .env("EMBEDDING_PROVIDER", "none")
        .envs(["RATE_LIMIT_AUTH", "RATE_LIMIT_CONTENT", "RATE_LIMIT_GLOBAL"].map(|name| (name, RATE_LIMIT)))
        .envs(settings.iter().copied())
        .current_dir(database.folder())
        .stdout(log.try_clone()?)
        .stderr(log);
    Ok(command)
}

fn log(database: &Database) -> String {
    std::fs::read_to_string(database.folder().join("log")).unwrap_or_default()
}

async fn is_healthy(address: SocketAddr) -> bool {
    let Ok(mut connection) = Connection::open(address).await else { return false };
    connection.exchange(&get("/health", None)).await.is_ok_and(|status| status == 200)
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}
