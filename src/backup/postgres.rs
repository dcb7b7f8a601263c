//! PostgreSQL's own programs: `pg_dump` reads a database out, `pg_restore` and `psql` fill one.
//!
//! Where to connect goes into their environment, since arguments can be seen by everybody on the machine.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;

use url::Url;

use super::{Error, Result};
use crate::db::{self, Db, sql};

/// Bytes of a program's complaints that are kept.
const WORDS: usize = 2000;

/// Where the programs are.
#[derive(Debug, Clone)]
pub struct Programs {
    dump: PathBuf,
}

/// A program that runs, killed when dropped before its end.
pub(super) struct Running {
    name: &'static str,
    child: Child,
    words: Option<thread::JoinHandle<String>>,
}

impl Programs {
    /// `pg_dump` is `dump`: a path, or a name that is looked for in `PATH`. The others are looked for beside it.
    pub fn new(dump: impl Into<PathBuf>) -> Self {
        Self { dump: dump.into() }
    }

    fn sibling(&self, name: &str) -> PathBuf {
        match self.dump.parent().filter(|folder| *folder != Path::new("")) {
            Some(folder) => folder.join(name),
            None => PathBuf::from(name),
        }
    }

    /// Refuses a `pg_dump` that is not there, or older than the server.
    ///
    /// # Errors
    /// [`Error::NoProgram`], [`Error::DumpTooOld`]; [`Error::Database`] when the server can't be asked.
    pub(super) async fn check(&self, db: &Db) -> Result<String> {
        let output = Command::new(&self.dump).arg("--version").stdin(Stdio::null()).output();
        let output = output.map_err(|cause| Error::NoProgram(self.dump.display().to_string(), cause))?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let (number, server): (String, String) =
            sql("SELECT current_setting('server_version_num'), current_setting('server_version')")
                .fetch_one(db)
                .await?;
        let server_major = number.parse::<u32>().unwrap_or(0) / 10_000;
        let is_digit = |c: char| c.is_ascii_digit();
        let found = said.split_whitespace().find(|word| word.starts_with(is_digit)).unwrap_or_default();
        let found = found.split(|c: char| !is_digit(c)).next().and_then(|major| major.parse().ok()).unwrap_or(0);
        if found < server_major {
            return Err(Error::DumpTooOld { found, server: server_major });
        }
        Ok(server.split_whitespace().next().unwrap_or_default().to_owned())
    }

    /// Starts to read out what the transaction that exported `snapshot` sees, uncompressed, in the custom format.
    pub(super) fn dump(&self, url: &str, snapshot: &str) -> Result<Running> {
        let mut command = Command::new(&self.dump);
        command.args(["--format=custom", "--compress=0", "--no-owner", "--no-privileges", "--no-comments"]);
        command.args(["--no-password", "--snapshot", snapshot]).stdin(Stdio::null()).stdout(Stdio::piped());
        Running::start("pg_dump", connected(command, url)?)
    }

    /// Starts to turn a dump on its standard input into statements on its standard output.
    pub(super) fn script(&self) -> Result<Running> {
        let mut command = Command::new(self.sibling("pg_restore"));
        command.args(["--no-owner", "--no-privileges", "--no-comments", "--file=-"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        Running::start("pg_restore", command)
    }

    /// Starts to run the statements that come on its standard input, up to the first that fails.
    pub(super) fn run(&self, url: &str) -> Result<Running> {
        let mut command = Command::new(self.sibling("psql"));
        command.args(["--no-psqlrc", "--quiet", "--no-password", "--set=ON_ERROR_STOP=1", "--file=-"]);
        command.stdin(Stdio::piped()).stdout(Stdio::null());
        Running::start("psql", connected(command, url)?)
    }
}

impl Running {
    fn start(name: &'static str, mut command: Command) -> Result<Self> {
        command.stderr(Stdio::piped()).env("LC_ALL", "C");
        let program = command.get_program().to_string_lossy().into_owned();
        let mut child = command.spawn().map_err(|cause| Error::NoProgram(program, cause))?;
        // Read beside the rest: a program whose complaints nobody takes stands still.
        let words = child.stderr.take().map(|mut stderr| thread::spawn(move || last_words(&mut stderr)));
        Ok(Self { name, child, words })
    }

    pub(super) fn output(&mut self) -> impl Read + Send + use<> {
        self.child.stdout.take().expect("standard output was asked for and is taken once")
    }

    pub(super) fn input(&mut self) -> impl Write + Send + use<> {
        self.child.stdin.take().expect("standard input was asked for and is taken once")
    }

    /// Waits for its end.
    ///
    /// # Errors
    /// [`Error::Program`] when it failed.
    pub(super) fn end(mut self) -> Result<()> {
        let status = self.child.wait().map_err(Error::machine(format!("{} can't be waited for", self.name)))?;
        let words = self.words.take().and_then(|words| words.join().ok()).unwrap_or_default();
        if status.success() {
            return Ok(());
        }
        let words = if words.is_empty() { status.to_string() } else { words };
        Err(Error::Program { program: self.name, words })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // After its end this does nothing.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The first complaint says why, those after it follow from it.
fn last_words(from: &mut impl Read) -> String {
    let mut kept = Vec::new();
    drop(from.by_ref().take(WORDS as u64).read_to_end(&mut kept));
    drop(io::copy(from, &mut io::sink()));
    let text = String::from_utf8_lossy(&kept);
    text.lines().map(str::trim).filter(|line| !line.is_empty()).take(3).collect::<Vec<_>>().join("; ")
}

/// `command` with the parts of `url` in its environment.
fn connected(mut command: Command, url: &str) -> Result<Command> {
    let unreadable = || Error::Database(db::Error::Unreadable("the URL of the database".into()));
    let url = Url::parse(url).map_err(|_| unreadable())?;
    let decoded = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
    let mut set = |name: &str, value: String| {
        if !value.is_empty() {
            command.env(name, value);
        }
    };
    set("PGHOST", url.host_str().map(decoded).unwrap_or_default());
    set("PGPORT", url.port().map(|port| port.to_string()).unwrap_or_default());
    set("PGUSER", decoded(url.username()));
    set("PGPASSWORD", url.password().map(decoded).unwrap_or_default());
    set("PGDATABASE", decoded(url.path().trim_start_matches('/')));
    for (name, value) in url.query_pairs() {
        let variable = match &*name {
            "host" | "hostaddr" => "PGHOST",
            "port" => "PGPORT",
            "user" => "PGUSER",
            "password" => "PGPASSWORD",
            "dbname" => "PGDATABASE",
            "sslmode" | "ssl-mode" => "PGSSLMODE",
            "sslrootcert" | "ssl-root-cert" | "ssl-ca" => "PGSSLROOTCERT",
            "sslcert" | "ssl-cert" => "PGSSLCERT",
            "sslkey" | "ssl-key" => "PGSSLKEY",
            "options" => "PGOPTIONS",
            _ => continue,
        };
        set(variable, value.into_owned());
    }
    command.env("PGAPPNAME", "brainly-backup");
    Ok(command)
}
