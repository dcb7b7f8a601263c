//! `brainly` as a process of its own: a data folder of its own, and nothing of our environment.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::harness::Scratch;

/// The binary and where it lives.
pub(crate) struct Binary {
    folder: TempDir,
    variables: Vec<(String, String)>,
}

/// How a run ended.
pub(crate) struct Ended {
    code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Binary {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), variables: Vec::new() }
    }

    /// With one more variable.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With `scratch` as its database.
    pub(crate) fn on(scratch: &Scratch) -> Self {
        Self::new().env("DATABASE_URL", &scratch.url).env("JWT_SECRET", "0123456789abcdef0123456789abcdef")
    }

    /// Its working folder; data lie in `data` below it.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The command, not yet started.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_brainly"));
        command
            .args(arguments)
            .env_clear()
            .env("BRAINLY_DATA_DIR", self.folder().join("data"))
            // Who tests meaning says so.
            .env("EMBEDDING_PROVIDER", "none")
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .current_dir(self.folder())
            .stdin(Stdio::null());
        command
    }

    /// Runs it to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        Ended::from(self.command(arguments).output().unwrap())
    }

    /// Runs it to its end with `input` on standard input.
    pub(crate) fn run_with(&self, arguments: &[&str], input: &str) -> Ended {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // It may end before it reads.
        drop(child.stdin.take().unwrap().write_all(input.as_bytes()));
        Ended::from(child.wait_with_output().unwrap())
    }

    /// Starts `serve` on a free port and waits until it says where it listens.
    pub(crate) fn serve(&self, arguments: &[&str]) -> Serving {
        self.listening(&[&["serve", "--port", "0"], arguments].concat(), "listening")
    }

    /// Starts it and waits until it says where it listens, in the line of its log with `message`.
    #[expect(clippy::zombie_processes, reason = "`Serving` waits for it")]
    pub(crate) fn listening(&self, arguments: &[&str], message: &str) -> Serving {
        let mut child = self.command(arguments).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap());
        let mut told = String::new();
        loop {
            let mut line = String::new();
            assert_ne!(log.read_line(&mut line).unwrap(), 0, "it ended before it listened: {told}");
            told.push_str(&line);
            if let Ok(line) = serde_json::from_str::<Value>(&line)
                && line["message"] == message
            {
                let address = line["address"].as_str().unwrap().parse().unwrap();
                return Serving { child, log, listening: line, address };
            }
        }
    }
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self { code: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) }
    }
}

impl Ended {
    /// Fails unless it ended with `code`, and shows what it said then.
    #[track_caller]
    pub(crate) fn assert_code(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "stdout: {}\nstderr: {}", self.stdout, self.stderr);
        self
    }
}

/// A server that runs; killed when dropped.
pub(crate) struct Serving {
    child: Child,
    log: BufReader<ChildStderr>,
    /// The line of the log that tells where.
    pub(crate) listening: Value,
    pub(crate) address: SocketAddr,
}

impl Serving {
    /// The status of a GET, asked over a connection of its own.
    pub(crate) fn get(&self, path: &str) -> u16 {
        use std::io::{Read as _, Write as _};
        let mut connection = std::net::TcpStream::connect(self.address).unwrap();
        write!(connection, "GET {path} HTTP/1.1\r\nHost: brainly.test\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).unwrap();
        answer.split(' ').nth(1).unwrap().parse().unwrap()
    }

    /// Sends a signal by name.
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Sends signals by name, one as soon after the other as can be.
    pub(crate) fn signals(&self, names: &[&str]) {
        let kills: Vec<String> = names.iter().map(|name| format!("kill -s {name} {}", self.child.id())).collect();
        // The shell's own `kill`: a process for each would give the first its time.
        assert!(Command::new("sh").args(["-c", &kills.join("; ")]).status().unwrap().success());
    }

    /// Waits until its log has a line with `message`.
    pub(crate) fn await_line(&mut self, message: &str) {
        let mut told = String::new();
        while !told.lines().any(|line| line.contains(&format!("\"message\":\"{message}\""))) {
            assert_ne!(self.log.read_line(&mut told).unwrap(), 0, "it ended before it said {message}: {told}");
        }
    }

    /// Waits for its end; returns the exit code, none after a signal, and the rest of the log.
    pub(crate) fn wait(mut self) -> (Option<i32>, String) {
        let mut rest = String::new();
        std::io::Read::read_to_string(&mut self.log, &mut rest).unwrap();
        (self.child.wait().unwrap().code(), rest)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
