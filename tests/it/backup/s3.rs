//! Backups in S3, against a server that speaks its protocol (`scripts/s3`).

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use brainly::db::sql;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::data::fill;
use super::{create, empty_like, operator, tables};
use crate::cli::binary::Binary;
use crate::harness::{Scratch, on_both_engines};

#[expect(clippy::disallowed_methods, reason = "scripts/test tells the tests where their server is")]
fn server() -> String {
    std::env::var("BRAINLY_TEST_S3")
        .expect("BRAINLY_TEST_S3 names the S3 server for tests; `scripts/test` provides one")
}

/// `brainly` with a bucket at `endpoint`.
fn with_bucket(brainly: Binary, endpoint: &str, bucket: &str) -> Binary {
    brainly
        .env("BACKUP_S3_BUCKET", bucket)
        .env("AWS_ENDPOINT_URL_S3", endpoint)
        .env("AWS_ACCESS_KEY_ID", "test")
        .env("AWS_SECRET_ACCESS_KEY", "test")
        .env("AWS_REGION", "us-east-1")
}

/// Makes a bucket of the test's own.
async fn bucket() -> String {
    let name = format!("test-{}", uuid::Uuid::new_v4().simple());
    let address = server().trim_start_matches("http://").to_owned();
    let mut connection = TcpStream::connect(&address).await.unwrap();
    let request = format!("PUT /{name} HTTP/1.1\r\nHost: {address}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    connection.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    name
}

/// A way to the server that breaks after so many bytes to it, and stays broken.
async fn breaking_after(bytes: u64) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let target = server().trim_start_matches("http://").to_owned();
    let left = Arc::new(AtomicU64::new(bytes));
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let (target, left) = (target.clone(), Arc::clone(&left));
            tokio::spawn(async move {
                let server = TcpStream::connect(target).await.unwrap();
                let ((mut from, mut to), (mut back, mut out)) = (client.into_split(), server.into_split());
                let answers = tokio::spawn(async move { tokio::io::copy(&mut back, &mut to).await });
                let mut buffer = vec![0; 16 * 1024];
                while let Ok(read @ 1..) = from.read(&mut buffer).await {
                    let before = left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                        Some(left.saturating_sub(read as u64))
                    });
                    if before.unwrap() < read as u64 || out.write_all(&buffer[..read]).await.is_err() {
                        break;
                    }
                }
                answers.abort();
            });
        }
    });
    format!("http://{address}")
}

on_both_engines! {
    async fn a_backup_goes_to_the_bucket_and_comes_back_from_it(scratch: Scratch) {
        fill(&scratch).await;
        let bucket = bucket().await;
        let brainly = with_bucket(operator(&scratch), &server(), &bucket).env("BACKUP_S3_SSE", "AES256");

        let made: Value = serde_json::from_str(&brainly.run(&["backup", "--json"]).assert_code(0).stdout).unwrap();
        assert_eq!(made["places"][1], format!("s3://{bucket}/brainly-backups/"));
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

    async fn a_file_of_several_parts_is_whole_and_a_cut_in_the_middle_leaves_none(scratch: Scratch) {
        fill(&scratch).await;
        incompressible(&scratch, 20).await;
        let bucket = bucket().await;
        let cut = with_bucket(operator(&scratch), &breaking_after(17 * 1024 * 1024).await, &bucket);

        let failed = cut.run(&["backup"]).assert_code(1);

        assert!(failed.stderr.contains("can't be reached") && failed.stderr.contains("hint: "), "{}", failed.stderr);
        let whole = with_bucket(operator(&scratch), &server(), &bucket);
        let list: Value = serde_json::from_str(&whole.run(&["backup", "list", "--from", "s3", "--json"]).assert_code(0).stdout).unwrap();
        assert_eq!(list, serde_json::json!([]), "half an upload is nothing");
        assert_eq!(cut.run(&["backup", "list"]).assert_code(0).stdout.lines().count(), 1, "the folder has it");
        create(&whole);
        whole.run(&["backup", "verify", "--from", "s3"]).assert_code(0);
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
    crate::harness::run(brainly::db::Engine::Sqlite, async |scratch| {
        let missing = with_bucket(operator(&scratch), &server(), "no-such-bucket").run(&["backup"]).assert_code(1);
        assert!(
            missing.stderr.contains("there is no bucket no-such-bucket") && missing.stderr.contains("hint: "),
            "{}",
            missing.stderr
        );
        let away = with_bucket(operator(&scratch), "http://127.0.0.1:9", "any").run(&["backup"]).assert_code(1);
        assert!(away.stderr.contains("can't be reached"), "{}", away.stderr);
        let unnamed = operator(&scratch).run(&["backup", "list", "--from", "s3"]).assert_code(1);
        assert!(unnamed.stderr.contains("no bucket is named"), "{}", unnamed.stderr);
    });
}
