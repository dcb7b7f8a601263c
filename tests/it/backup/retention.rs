//! Which backups go.

use std::collections::BTreeSet;

use brainly::backup::{BackupId, Keep, Listed, doomed, list};
use brainly::domain::Timestamp;
use brainly::files::{Files, Folder};
use chrono::TimeDelta;

/// One backup a day at noon for so many days, the newest first; those at `unfinished` (days ago) have no manifest.
async fn daily(days: i64, unfinished: &[i64], now: Timestamp) -> Vec<Listed> {
    daily_of(days, unfinished, |_| 1, now).await
}

/// The same with manifests of the version that is given for each day; this program knows none of version 99.
async fn daily_of(days: i64, unfinished: &[i64], version: impl Fn(i64) -> u32, now: Timestamp) -> Vec<Listed> {
    let folder = tempfile::tempdir().unwrap();
    let files = Files::Folder(Folder::new(folder.path()));
    for ago in 0..days {
        let at = now - TimeDelta::days(ago);
        let id = BackupId::new(at);
        let manifest = format!(
            r#"{{"format":"brainly-backup","version":{},"id":"{id}","createdAt":"{}","program":"0","engine":"sqlite",
                "engineVersion":"3","schema":1,"files":[],"tables":{{}}}}"#,
            version(ago),
            at.to_rfc3339()
        );
        let name = if unfinished.contains(&ago) { "database.sqlite.gz" } else { "manifest.json" };
        files.put(&format!("{id}/{name}"), manifest.as_bytes()).await.unwrap();
    }
    list(&files).await.unwrap()
}

fn ages(doomed: &[&Listed], now: Timestamp) -> BTreeSet<i64> {
    doomed.iter().map(|backup| (now - backup.id.at()).num_days()).collect()
}

#[tokio::test]
async fn what_is_older_than_the_retention_goes_and_the_rest_stays() {
    let now: Timestamp = "2026-03-02T12:00:00Z".parse().unwrap();
    let keep = Keep { days: 5, daily: 0, weekly: 0, monthly: 0 };

    let backups = daily(10, &[], now).await;

    assert_eq!(ages(&doomed(&backups, &keep, now), now), BTreeSet::from([6, 7, 8, 9]));
}

#[tokio::test]
async fn the_last_good_one_stays_however_old_it_is_and_half_ones_do_not_count() {
    let now: Timestamp = "2026-03-02T12:00:00Z".parse().unwrap();
    let keep = Keep { days: 1, daily: 0, weekly: 0, monthly: 0 };
    let later = now + TimeDelta::days(300);

    let backups = daily(4, &[0, 1], now).await;

    let gone: BTreeSet<i64> = ages(&doomed(&backups, &keep, later), now);
    assert_eq!(gone, BTreeSet::from([0, 1, 3]), "2 days old is the newest whole one");
    assert!(
        ages(&doomed(&backups, &keep, now), now).is_empty() || !ages(&doomed(&backups, &keep, now), now).contains(&0)
    );
}

#[tokio::test]
async fn one_a_day_a_week_and_a_month_stay_beyond_the_retention() {
    // A Monday.
    let now: Timestamp = "2026-03-02T12:00:00Z".parse().unwrap();
    let keep = Keep { days: 1, daily: 3, weekly: 3, monthly: 3 };

    let backups = daily(80, &[], now).await;

    let kept: BTreeSet<i64> = (0..80).filter(|ago| !ages(&doomed(&backups, &keep, now), now).contains(ago)).collect();
    // Days 0 to 2; the Sundays that end the two weeks before; the last days of February and January.
    assert_eq!(kept, BTreeSet::from([0, 1, 2, 8, 30]));
}

#[tokio::test]
async fn what_a_newer_program_made_is_as_old_as_any_and_nothing_finished_goes_while_none_is_whole() {
    let now: Timestamp = "2026-03-02T12:00:00Z".parse().unwrap();
    let keep = Keep { days: 5, daily: 0, weekly: 0, monthly: 0 };

    let some = daily_of(10, &[], |ago| if ago % 2 == 0 { 99 } else { 1 }, now).await;
    let all = daily_of(10, &[7], |_| 99, now).await;

    assert_eq!(ages(&doomed(&some, &keep, now), now), BTreeSet::from([6, 7, 8, 9]));
    assert_eq!(ages(&doomed(&all, &keep, now), now), BTreeSet::from([7]), "it was never finished");
}
