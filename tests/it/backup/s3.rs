//! Backups in S3, against a server that speaks its protocol (`scripts/s3`).

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use brainly::db::{Engine, sql};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::data::fill;
use super::{create, empty_like, operator, tables};
use crate::cli::binary::Binary;
use crate::harness::{Scratch, on_both_engines};

#[expect(clippy::disallowed_methods, reason = "scripts/test tells the tests where their server is")]
pub(super) fn server() -> String {
    std::env::var("BRAINLY_TEST_S3")
        .expect("BRAINLY_TEST_S3 names the S3 server for tests; `scripts/test` provides one")
}

/// `brainly` with a bucket at `endpoint`.
pub(super) fn with_bucket(brainly: Binary, endpoint: &str, bucket: &str) -> Binary {
    brainly
        .env("BACKUP_S3_BUCKET", bucket)
        .env("AWS_ENDPOINT_URL_S3", endpoint)
        .env("AWS_ACCESS_KEY_ID", "test")
        .env("AWS_SECRET_ACCESS_KEY", "test")
        .env("AWS_REGION", "us-east-1")
        .env("AWS_MAX_ATTEMPTS", "2")
}

/// Asks the server itself, which looks whether there is a signature and not at it.
async fn ask(request: &str) -> String {
    let address = server().trim_start_matches("http://").to_owned();
    let mut connection = TcpStream::connect(&address).await.unwrap();
    let request = format!(
        "{request} HTTP/1.1\r\nHost: {address}\r\nAuthorization: AWS test:test\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    );
    connection.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    answer
}

/// Makes a bucket of the test's own.
pub(super) async fn bucket() -> String {
    let name = format!("test-{}", uuid::Uuid::new_v4().simple());
    ask(&format!("PUT /{name}")).await;
    name
}

/// Uploads of a bucket that were begun and not ended.
async fn open_uploads(bucket: &str) -> usize {
    ask(&format!("GET /{bucket}?uploads")).await.matches("<UploadId>").count()
}

/// A way to the server.
struct Way {
    address: String,
    /// Bytes that went to the server.
    sent: Arc<AtomicU64>,
}

/// When the test server has each upload begun.
const LONG_AGO: &str = "2010-11-10T20:48:33.000Z";

/// What a way does to those who take it.
#[derive(Clone, Copy)]
enum Fault {
    None,
    /// Breaks after so many bytes to the server, and stays broken.
    BreaksAfter(u64),
    /// Breaks once, after so many bytes.
    BreaksOnceAfter(u64),
    /// Breaks whenever a manifest is asked for.
    HidesManifests,
    /// Lets in only whoever signs with that access key.
    KnowsOnly(&'static str),
}

const REFUSED: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>InvalidAccessKeyId</Code>\
    <Message>The AWS Access Key Id you provided does not exist in our records.</Message></Error>";

async fn way(fault: Fault) -> Way {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (sent, broken) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
    let count = Arc::clone(&sent);
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(pass(client, fault, Arc::clone(&count), Arc::clone(&broken)));
        }
    });
    Way { address, sent }
}

async fn pass(client: TcpStream, fault: Fault, sent: Arc<AtomicU64>, broken: Arc<AtomicBool>) {
    let server = TcpStream::connect(server().trim_start_matches("http://")).await.unwrap();
    let ((mut from, mut to), (mut back, mut out)) = (client.into_split(), server.into_split());
    let mut buffer = vec![0; 16 * 1024];
    if let Fault::KnowsOnly(key) = fault {
        let read = from.read(&mut buffer).await.unwrap();
        if !String::from_utf8_lossy(&buffer[..read]).contains(&format!("Credential={key}/")) {
            let answer = format!(
                "HTTP/1.1 403 Forbidden\r\nContent-Type: application/xml\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{REFUSED}",
                REFUSED.len()
            );
            drop(to.write_all(answer.as_bytes()).await);
            // What is still sent is heard, so that the answer is read first.
            while let Ok(1..) = from.read(&mut buffer).await {}
            return;
        }
        out.write_all(&buffer[..read]).await.unwrap();
    }
    let answers = tokio::spawn(async move {
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(read @ 1..) = back.read(&mut buffer).await {
            as_s3_says(&mut buffer[..read]);
            if to.write_all(&buffer[..read]).await.is_err() {
                break;
            }
        }
    });
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        let before = sent.fetch_add(read as u64, Ordering::Relaxed);
        let breaks = match fault {
            Fault::BreaksAfter(bytes) => before + read as u64 > bytes,
            Fault::BreaksOnceAfter(bytes) => before + read as u64 > bytes && !broken.swap(true, Ordering::Relaxed),
            Fault::HidesManifests => {
                let asked = String::from_utf8_lossy(&buffer[..read]);
                asked.starts_with("GET ") && asked.lines().next().is_some_and(|line| line.contains("manifest.json"))
            }
            Fault::None | Fault::KnowsOnly(_) => false,
        };
        if breaks || out.write_all(&buffer[..read]).await.is_err() {
            break;
        }
    }
    answers.abort();
}

/// What the test server says otherwise than S3 does: it calls one answer by a name that no client of S3 understands, and has
/// each upload begun in 2010.
fn as_s3_says(answer: &mut [u8]) {
    let now = brainly::domain::Clock::system().now().format("%Y-%m-%dT%H:%M:%S.000Z").to_string();
    for (theirs, s3s) in [("ListPartsResponse", "ListPartsResult  "), (LONG_AGO, now.as_str())] {
        let words = answer.windows(theirs.len()).enumerate();
        let found: Vec<usize> = words.filter(|(_, word)| *word == theirs.as_bytes()).map(|(at, _)| at).collect();
        for at in found {
            answer[at..at + s3s.len()].copy_from_slice(s3s.as_bytes());
        }
    }
}

on_both_engines! {
    async fn a_backup_goes_to_the_bucket_and_comes_back_from_it(scratch: Scratch) {
        fill(&scratch).await;
        let bucket = bucket().await;
        let brainly = with_bucket(operator(&scratch), &server(), &bucket).env("BACKUP_S3_SSE", "AES256");

        let made: Value = serde_json::from_str(&brainly.run(&["backup", "--json"]).assert_code(0).stdout).unwrap();
        assert_eq!(made["places"][1], format!("s3://{bucket}/brainly-backups/"));
        for file in ["manifest.json", &format!("database.{}.gz", if scratch.db.engine() == Engine::Sqlite { "sqlite" } else { "dump" })] {
            let told = ask(&format!("HEAD /{bucket}/brainly-backups/{}/{file}", made["name"].as_str().unwrap())).await;
            assert!(told.to_lowercase().contains("x-amz-server-side-encryption: aes256"), "{file}: {told}");
        }
        fs::remove_dir_all(brainly.folder().join("data/backups")).unwrap();
        let list: Value = serde_json::from_str(&brainly.run(&["backup", "list", "--from", "s3", "--json"]).assert_code(0).stdout).unwrap();
        assert!(list[0]["whole"] == true && list[0]["name"] == made["name"], "{list}");
        brainly.run(&["backup", "verify", "--restore", "--from", "s3"]).assert_code(0);
        let target = empty_like(&scratch).await;
        with_bucket(operator(&target), &server(), &bucket).run(&["backup", "restore", "--from", "s3"]).assert_code(0);

        target.db.close().await;
        let again = target.reopened().await;
        assert_eq!(tables(&again.db).await, tables(&scratch.db).await);
        again.remove().await;
        assert_eq!(brainly.run(&["backup", "prune"]).assert_code(0).stdout, "0 removed\n");
    }

    async fn an_upload_that_broke_off_is_nothing_until_it_is_gone_on_with(scratch: Scratch) {
        fill(&scratch).await;
        incompressible(&scratch, 21).await;
        let bucket = bucket().await;
        let cut = with_bucket(operator(&scratch), &way(Fault::BreaksAfter(17 * 1024 * 1024)).await.address, &bucket);

        let failed = cut.run(&["backup"]).assert_code(1);

        assert!(failed.stderr.contains("can't be reached") && failed.stderr.contains("`brainly backup upload` goes on"), "{}", failed.stderr);
        let clear = way(Fault::None).await;
        let whole = cut.env("AWS_ENDPOINT_URL_S3", &clear.address);
        let list = |brainly: &Binary| -> Value {
            serde_json::from_str(&brainly.run(&["backup", "list", "--from", "s3", "--json"]).assert_code(0).stdout).unwrap()
        };
        assert_eq!(list(&whole), serde_json::json!([]), "half an upload is nothing");
        assert_eq!(open_uploads(&bucket).await, 1);
        assert_eq!(whole.run(&["backup", "list"]).assert_code(0).stdout.lines().count(), 1, "the folder has it");

        let before = clear.sent.load(Ordering::Relaxed);
        let sent: Value = serde_json::from_str(&whole.run(&["backup", "upload", "--json"]).assert_code(0).stdout).unwrap();

        let (bytes, went) = (sent["bytes"].as_u64().unwrap(), clear.sent.load(Ordering::Relaxed) - before);
        assert!(went < bytes - 15 * 1024 * 1024, "the part that had arrived is not sent again: {went} of {bytes}");
        assert_eq!(open_uploads(&bucket).await, 0, "no parts are left behind");
        assert_eq!(list(&whole)[0]["whole"], true);
        whole.run(&["backup", "verify", "--from", "s3", "--restore"]).assert_code(0);
        let before = clear.sent.load(Ordering::Relaxed);
        whole.run(&["backup", "upload"]).assert_code(0);
        assert!(clear.sent.load(Ordering::Relaxed) - before < 100_000, "what is there is not sent again");
    }

    async fn parts_that_nobody_goes_on_with_are_taken_out_of_the_bucket_after_a_day(scratch: Scratch) {
        fill(&scratch).await;
        incompressible(&scratch, 18).await;
        let bucket = bucket().await;
        let cut = with_bucket(operator(&scratch), &way(Fault::BreaksAfter(17 * 1024 * 1024)).await.address, &bucket);
        cut.run(&["backup"]).assert_code(1);

        let today = cut.env("AWS_ENDPOINT_URL_S3", &way(Fault::None).await.address);
        today.run(&["backup", "prune"]).assert_code(0);
        assert_eq!(open_uploads(&bucket).await, 1, "somebody may be sending them");
        assert!(ask(&format!("GET /{bucket}?uploads")).await.contains(LONG_AGO));
        let long_after = today.env("AWS_ENDPOINT_URL_S3", &server());
        long_after.run(&["backup", "prune"]).assert_code(0);

        assert_eq!(open_uploads(&bucket).await, 0);
        long_after.run(&["backup", "upload"]).assert_code(0);
        long_after.run(&["backup", "verify", "--from", "s3"]).assert_code(0);
    }

    async fn nothing_is_taken_away_while_manifests_cannot_be_read(scratch: Scratch) {
        fill(&scratch).await;
        let bucket = bucket().await;
        let good = with_bucket(operator(&scratch), &server(), &bucket);
        create(&good);
        let hidden = way(Fault::HidesManifests).await;

        let pruned = with_bucket(operator(&scratch), &hidden.address, &bucket).run(&["backup", "prune"]).assert_code(1);

        assert!(pruned.stderr.contains("can't be reached"), "{}", pruned.stderr);
        good.run(&["backup", "verify", "--from", "s3"]).assert_code(0);
    }

    async fn a_network_that_fails_once_in_an_upload_is_not_noticed(scratch: Scratch) {
        fill(&scratch).await;
        incompressible(&scratch, 18).await;
        let bucket = bucket().await;
        let shaky = way(Fault::BreaksOnceAfter(17 * 1024 * 1024)).await;

        create(&with_bucket(operator(&scratch), &shaky.address, &bucket));

        with_bucket(operator(&scratch), &server(), &bucket).run(&["backup", "verify", "--from", "s3"]).assert_code(0);
        assert_eq!(open_uploads(&bucket).await, 0);
    }

    async fn what_a_killed_backup_leaves_is_taken_away_after_a_day(scratch: Scratch) {
        fill(&scratch).await;
        let brainly = operator(&scratch);
        let folder = brainly.folder().join("data/backups");
        let left = [folder.join(".half-20260101T000000Z-abcdef.db"), folder.join("20260101T000000Z-abcdef/.half-7-database.sqlite.gz")];
        fs::create_dir_all(folder.join("20260101T000000Z-abcdef")).unwrap();
        for path in &left {
            fs::write(path, "half").unwrap();
        }
        create(&brainly);
        brainly.run(&["backup", "prune"]).assert_code(0);
        assert!(left.iter().all(|path| path.exists()), "somebody may be writing them");

        for path in &left {
            let file = fs::File::options().write(true).open(path).unwrap();
            file.set_modified(std::time::SystemTime::now() - std::time::Duration::from_hours(25)).unwrap();
        }
        brainly.run(&["backup", "prune"]).assert_code(0);

        assert!(left.iter().all(|path| !path.exists()) && !folder.join("20260101T000000Z-abcdef").exists());
        assert_eq!(brainly.run(&["backup", "list"]).assert_code(0).stdout.lines().count(), 1);
    }
}

/// So many MiB that no compression makes smaller, in one item.
async fn incompressible(scratch: &Scratch, mebibytes: usize) {
    let bytes: Vec<u8> = (0..mebibytes * 1024 * 1024 / 16).flat_map(|_| *uuid::Uuid::new_v4().as_bytes()).collect();
    let mut tx = scratch.db.begin().await.unwrap();
    sql("UPDATE contents SET full_text_hash = $1 WHERE title = 'waits'").bind(bytes).execute(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
}

#[test]
fn what_keeps_a_backup_from_its_bucket_is_told_with_the_mend() {
    crate::harness::run(Engine::Sqlite, async |scratch| {
        let missing = with_bucket(operator(&scratch), &server(), "no-such-bucket").run(&["backup"]).assert_code(1);
        assert!(
            missing.stderr.contains("there is no bucket no-such-bucket") && missing.stderr.contains("hint: "),
            "{}",
            missing.stderr
        );
        let away = with_bucket(operator(&scratch), "http://127.0.0.1:9", "any").run(&["backup"]).assert_code(1);
        assert!(away.stderr.contains("can't be reached"), "{}", away.stderr);
        let guarded = way(Fault::KnowsOnly("another")).await;
        let denied = with_bucket(operator(&scratch), &guarded.address, "any").run(&["backup"]).assert_code(1);
        assert!(
            denied.stderr.contains("may not be used") && denied.stderr.contains("InvalidAccessKeyId"),
            "{}",
            denied.stderr
        );
        assert!(denied.stderr.contains("hint: see AWS_ACCESS_KEY_ID"), "{}", denied.stderr);
        let unnamed = operator(&scratch).run(&["backup", "list", "--from", "s3"]).assert_code(1);
        assert!(unnamed.stderr.contains("no bucket is named"), "{}", unnamed.stderr);
    });
}
