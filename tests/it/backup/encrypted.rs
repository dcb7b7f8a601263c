//! Encrypted backups: opened with their key, refused with the reason without it.

use std::fs;

use serde_json::Value;

use super::data::fill;
use super::s3::{bucket, server, with_bucket};
use super::{create, empty_like, operator, tables};
use crate::cli::binary::Binary;
use crate::harness::{Scratch, on_both_engines};

const PASSPHRASE: &str = "kiln cone glaze raku wheel slip";
/// A pair of keys that stands in age's own tests.
const KEY: &str = "# public key: age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj\nAGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX\n";
const PUBLIC: &str = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj";

fn refused(brainly: &Binary, arguments: &[&str], why: &str) {
    let ended = brainly.run(arguments).assert_code(1);
    assert!(ended.stderr.contains(why) && ended.stderr.contains("hint: "), "{arguments:?}: {}", ended.stderr);
    assert!(!ended.stderr.contains(PASSPHRASE), "{}", ended.stderr);
}

async fn assert_untouched(target: &Scratch) {
    let there = brainly::db::table::catalogue(&target.db).await.unwrap();
    assert!(there.is_empty(), "{there:?}");
}

/// A file with a key, as `BACKUP_KEY_FILE` names it.
fn key_file(brainly: Binary) -> Binary {
    let path = brainly.folder().join("key.txt");
    fs::write(&path, KEY).unwrap();
    brainly.env("BACKUP_KEY_FILE", path.to_str().unwrap())
}

on_both_engines! {
    async fn a_backup_with_a_passphrase_comes_back_with_it_and_with_no_other(scratch: Scratch) {
        fill(&scratch).await;
        let brainly = operator(&scratch).env("BACKUP_PASSPHRASE", PASSPHRASE);
        let name = create(&brainly);
        let folder = brainly.folder().join("data/backups").join(&name);
        let manifest: Value = serde_json::from_slice(&fs::read(folder.join("manifest.json")).unwrap()).unwrap();
        let file = folder.join(manifest["files"][0]["name"].as_str().unwrap());
        assert!(manifest["version"] == 2 && manifest["files"][0]["encryption"]["by"] == "passphrase", "{manifest}");
        assert!(fs::read(&file).unwrap().starts_with(b"age-encryption.org/v1\n-> scrypt "));
        let from = folder.to_str().unwrap();
        let target = empty_like(&scratch).await;

        refused(&operator(&target), &["backup", "restore", "--from", from], "is encrypted with a passphrase, and none is set here");
        let wrong = operator(&target).env("BACKUP_PASSPHRASE", "quite another passphrase");
        refused(&wrong, &["backup", "restore", "--from", from], "the one that is set here is wrong");
        refused(&wrong, &["backup", "verify", "--from", from], "the one that is set here is wrong");
        operator(&target).run(&["backup", "verify", "--stored", "--from", from]).assert_code(0);
        assert_untouched(&target).await;

        let whole = fs::read(&file).unwrap();
        for at in [30, 60, 200, whole.len() / 2, whole.len() - 5] {
            let mut flipped = whole.clone();
            flipped[at] ^= 0x01;
            fs::write(&file, &flipped).unwrap();
            refused(&brainly, &["backup", "verify", &name], "is damaged");
            refused(&operator(&target), &["backup", "verify", "--stored", "--from", from], "is damaged");
        }
        fs::write(&file, &whole).unwrap();

        let list = brainly.run(&["backup", "list"]).assert_code(0).stdout;
        assert!(list.contains(", encrypted"), "{list}");
        brainly.run(&["backup", "verify", "--restore"]).assert_code(0);
        let restorer = operator(&target).env("BACKUP_PASSPHRASE", PASSPHRASE);
        restorer.run(&["backup", "restore", "--from", from]).assert_code(0);
        target.db.close().await;
        let again = target.reopened().await;
        assert_eq!(tables(&again.db).await, tables(&scratch.db).await);
        again.remove().await;
    }

    async fn a_machine_with_the_public_key_alone_makes_backups_that_it_cannot_open(scratch: Scratch) {
        fill(&scratch).await;
        let bucket = bucket().await;
        let brainly = with_bucket(operator(&scratch).env("BACKUP_RECIPIENT", PUBLIC), &server(), &bucket);
        let made: Value = serde_json::from_str(&brainly.run(&["backup", "--json"]).assert_code(0).stdout).unwrap();
        assert_eq!(made["encryptedBy"], "key");
        let target = empty_like(&scratch).await;

        refused(&brainly, &["backup", "verify", "--from", "s3"], "no secret key is set here");
        brainly.run(&["backup", "verify", "--from", "s3", "--stored"]).assert_code(0);
        let other = with_bucket(operator(&target), &server(), &bucket);
        let path = other.folder().join("other.txt");
        fs::write(&path, age::secrecy::ExposeSecret::expose_secret(&age::x25519::Identity::generate().to_string())).unwrap();
        refused(&other.env("BACKUP_KEY_FILE", path.to_str().unwrap()), &["backup", "restore", "--from", "s3"], "is of another");
        assert_untouched(&target).await;

        let restorer = key_file(with_bucket(operator(&target), &server(), &bucket));
        restorer.run(&["backup", "restore", "--from", "s3"]).assert_code(0);
        target.db.close().await;
        let again = target.reopened().await;
        assert_eq!(tables(&again.db).await, tables(&scratch.db).await);
        again.remove().await;
    }

    async fn an_archive_is_encrypted_when_that_is_asked_for(scratch: Scratch) {
        fill(&scratch).await;
        let brainly = operator(&scratch);
        let file = brainly.folder().join("all.tar.gz.age");
        let name = file.to_str().unwrap();
        refused(&brainly, &["export", name, "--encrypt"], "nothing to encrypt with");
        let brainly = brainly.env("BACKUP_PASSPHRASE", PASSPHRASE);
        brainly.run(&["export", name, "--encrypt"]).assert_code(0);
        let target = empty_like(&scratch).await;

        refused(&operator(&target), &["import", name], "none is set here");
        refused(&operator(&target).env("BACKUP_PASSPHRASE", "quite another passphrase"), &["import", name], "is wrong");
        assert_untouched(&target).await;
        let half = brainly.folder().join("half.age");
        let bytes = fs::read(&file).unwrap();
        fs::write(&half, &bytes[..bytes.len() - 100]).unwrap();
        let importer = operator(&target).env("BACKUP_PASSPHRASE", PASSPHRASE);
        refused(&importer, &["import", half.to_str().unwrap()], "is damaged");
        assert_untouched(&target).await;

        importer.run(&["import", name]).assert_code(0);
        target.remove().await;
    }
}

#[test]
fn a_key_that_is_none_and_a_passphrase_that_is_too_short_are_refused() {
    let brainly = Binary::new();
    let ended = brainly.env("BACKUP_PASSPHRASE", "short").env("BACKUP_RECIPIENT", "age1nonsense").run(&["backup"]);
    let ended = ended.assert_code(1);
    assert!(
        ended.stderr.contains("BACKUP_PASSPHRASE") && ended.stderr.contains("at least 16 characters"),
        "{}",
        ended.stderr
    );
    assert!(
        ended.stderr.contains("BACKUP_RECIPIENT") && ended.stderr.contains("public keys of age"),
        "{}",
        ended.stderr
    );
}
