//! `brainly` as a process of its own: a data folder of its own, and nothing of our environment.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// The binary and where it lives.
pub(super) struct Binary {
    folder: TempDir,
    variables: Vec<(String, String)>,
}

/// How a run ended.
pub(super) struct Ended {
    code: Option<i32>,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

impl Binary {
    pub(super) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), variables: Vec::new() }
    }

    /// With one more variable.
    pub(super) fn env(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Its working folder; data lie in `data` below it.
    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The command, not yet started.
    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_brainly"));
        command
            .args(arguments)
            .env_clear()
            .env("BRAINLY_DATA_DIR", self.folder().join("data"))
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .current_dir(self.folder())
            .stdin(Stdio::null());
        command
    }

    /// Runs it to its end.
    pub(super) fn run(&self, arguments: &[&str]) -> Ended {
        let output = self.command(arguments).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ended { code: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) }
    }

    /// Starts `serve` on a free port and waits until it says where it listens.
    pub(super) fn serve(&self, arguments: &[&str]) -> Serving {
        let arguments = [&["serve", "--port", "0"], arguments].concat();
        let mut child = self.command(&arguments).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap());
        let mut told = String::new();
        loop {
            let mut line = String::new();
            assert_ne!(log.read_line(&mut line).unwrap(), 0, "it ended before it listened: {told}");
            told.push_str(&line);
            if let Ok(line) = serde_json::from_str::<Value>(&line)
                && line["message"] == "listening"
            {
                let address = line["address"].as_str().unwrap().parse().unwrap();
                return Serving { child, log, listening: line, address };
            }
        }
    }
}

impl Ended {
    /// Fails unless it ended with `code`, and shows what it said then.
    #[track_caller]
    pub(super) fn assert_code(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "stdout: {}\nstderr: {}", self.stdout, self.stderr);
        self
    }
}

/// A server that runs; killed when dropped.
pub(super) struct Serving {
    child: Child,
    log: BufReader<ChildStderr>,
    /// The line of the log that tells where.
    pub(super) listening: Value,
    pub(super) address: SocketAddr,
}

impl Serving {
    /// The status of a GET, asked over a connection of its own.
    pub(super) fn get(&self, path: &str) -> u16 {
        use std::io::{Read as _, Write as _};
        let mut connection = std::net::TcpStream::connect(self.address).unwrap();
        write!(connection, "GET {path} HTTP/1.1\r\nHost: brainly.test\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).unwrap();
        answer.split(' ').nth(1).unwrap().parse().unwrap()
    }

    /// Sends a signal by name.
    pub(super) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits for its end; returns the exit code, none after a signal, and the rest of the log.
    pub(super) fn wait(mut self) -> (Option<i32>, String) {
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
