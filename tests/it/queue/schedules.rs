//! Schedules: each due time once, whoever looks and how often.

use std::time::Duration;

use brainly::app::App;
use brainly::db::{Db, sql};
use brainly::domain::job::Arguments;
use brainly::domain::{CronExpression, JobId, Timestamp};
use brainly::queue::schedule::{self, Ticked};
use brainly::queue::{self, Schedule};
use brainly::{actions, jobs};
use tokio_util::sync::CancellationToken;

use super::lab::{Lab, keyed, task};
use crate::harness::{Scratch, TestApp, on_both_engines};

const HOUR: Duration = Duration::from_hours(1);
const MINUTE: Duration = Duration::from_mins(1);

/// A row of `job_schedules`.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
struct Row {
    expression: String,
    next_at: Timestamp,
    last_at: Option<Timestamp>,
    last_job_id: Option<JobId>,
}

fn every(name: &str, expression: &str) -> Schedule {
    Schedule::new(name, CronExpression::parse(expression).unwrap(), task(name, []))
}

/// A lab on Monday, 2 March 2026, at 08:00.
fn lab(db: Db) -> Lab {
    Lab::at(db, brainly::domain::Clock::fixed(at("2026-03-02T08:00:00Z")))
}

fn at(time: &str) -> Timestamp {
    time.parse().unwrap()
}

async fn row(db: &Db, name: &str) -> Option<Row> {
    let row = sql("SELECT expression, next_at, last_at, last_job_id FROM job_schedules WHERE name = $1").bind(name);
    row.fetch_optional(db).await.unwrap()
}

async fn register(lab: &Lab, schedules: &[Schedule]) {
    schedule::register(&lab.db, schedules, lab.clock.now()).await.unwrap();
}

async fn tick(lab: &Lab, schedules: &[Schedule]) -> Ticked {
    schedule::tick(&lab.db, schedules, lab.clock.now()).await.unwrap()
}

async fn count(db: &Db, table: &str) -> i64 {
    sql(&format!("SELECT CAST(COUNT(*) AS bigint) FROM {table}")).fetch_one::<(i64,)>(db).await.unwrap().0
}

on_both_engines! {
    async fn a_new_schedule_is_first_due_at_its_next_time_and_then_each_time(db: Db) {
        let lab = lab(db);
        let nightly = [every("nightly", "30 3 * * *")];
        register(&lab, &nightly).await;

        let first = at("2026-03-03T03:30:00Z");
        assert_eq!(tick(&lab, &nightly).await, Ticked { enqueued: 0, next_at: Some(first) });
        for night in 0..3 {
            lab.clock.advance((first + 24 * night * HOUR - lab.clock.now()).to_std().unwrap());
            let next_at = Some(first + 24 * (night + 1) * HOUR);
            assert_eq!(tick(&lab, &nightly).await, Ticked { enqueued: 1, next_at });
            assert_eq!(tick(&lab, &nightly).await, Ticked { enqueued: 0, next_at });
            let row = row(&lab.db, "nightly").await.unwrap();
            assert_eq!((Some(row.next_at), row.last_at), (next_at, Some(lab.clock.now())));
            assert_eq!(lab.drain().await, (1, 0));
            assert_eq!(lab.row(row.last_job_id.unwrap()).await.state, "completed");
        }
    }

    async fn whatever_is_due_is_enqueued_once_though_many_look(db: Db) {
        let lab = lab(db);
        let schedules: Vec<_> = (0..5).map(|n| every(&format!("s{n}"), "*/10 * * * *")).collect();
        register(&lab, &schedules).await;

        for round in 1..=5 {
            lab.clock.advance(10 * MINUTE);
            let looks = futures::future::join_all((0..8).map(|_| {
                let (db, now) = (lab.db.clone(), lab.clock.now());
                let schedules: Vec<_> = (0..5).map(|n| every(&format!("s{n}"), "*/10 * * * *")).collect();
                tokio::spawn(async move { schedule::tick(&db, &schedules, now).await.unwrap().enqueued })
            }));
            let enqueued: usize = looks.await.into_iter().map(Result::unwrap).sum();
            assert_eq!((enqueued, count(&lab.db, "jobs").await), (5, round * 5));
        }
    }

    async fn many_that_start_at_once_write_one_row_each_and_run_nothing(db: Db) {
        let lab = lab(db);

        let starts = (0..8).map(|n| {
            let (db, now) = (lab.db.clone(), lab.clock.now());
            tokio::spawn(async move {
                // Each has them in an order of its own.
                let mut schedules = vec![every("a", "@daily"), every("b", "@daily"), every("c", "@daily")];
                schedules.rotate_left(n % 3);
                schedule::register(&db, &schedules, now).await.unwrap();
                schedule::tick(&db, &schedules, now).await.unwrap()
            })
        });
        for start in futures::future::join_all(starts).await {
            assert_eq!(start.unwrap(), Ticked { enqueued: 0, next_at: Some(at("2026-03-03T00:00:00Z")) });
        }

        assert_eq!((count(&lab.db, "job_schedules").await, count(&lab.db, "jobs").await), (3, 0));
    }

    async fn times_that_nobody_looked_at_are_caught_up_with_one_run(db: Db) {
        let lab = lab(db);
        let hourly = [every("hourly", "@hourly")];
        register(&lab, &hourly).await;

        lab.clock.advance(50 * HOUR + 20 * MINUTE);
        let next_at = Some(lab.clock.now() + 40 * MINUTE);

        register(&lab, &hourly).await;
        assert_eq!(tick(&lab, &hourly).await, Ticked { enqueued: 1, next_at });
        assert_eq!(tick(&lab, &hourly).await, Ticked { enqueued: 0, next_at });
    }

    async fn instances_whose_clocks_differ_do_a_due_time_once(db: Db) {
        let lab = lab(db);
        let schedules = [every("nightly", "30 3 * * *"), every("often", "*/5 * * * *")];
        register(&lab, &schedules).await;
        let (start, ahead) = (lab.clock.now(), 10 * MINUTE);

        // A day, minute by minute, of one that is right and one that is ten minutes ahead.
        for minute in 0..24 * 60 {
            let now = start + minute * MINUTE;
            schedule::tick(&lab.db, &schedules, now + ahead).await.unwrap();
            schedule::tick(&lab.db, &schedules, now).await.unwrap();
        }

        let of = async |kind: &str| {
            let jobs = sql("SELECT CAST(COUNT(*) AS bigint) FROM jobs WHERE CAST(arguments AS text) LIKE $1");
            jobs.bind(format!("%{kind}%")).fetch_one::<(i64,)>(&lab.db).await.unwrap().0
        };
        assert_eq!((of("nightly").await, of("often").await), (1, 24 * 12));
    }

    async fn a_changed_expression_counts_from_the_start_of_who_brings_it(db: Db) {
        let lab = lab(db);
        let (old, new) = ([every("s", "0 9 * * *")], [every("s", "0 10 * * *")]);
        register(&lab, &old).await;

        register(&lab, &new).await;
        let row_then = row(&lab.db, "s").await.unwrap();
        assert_eq!((row_then.expression.as_str(), row_then.next_at), ("0 10 * * *", at("2026-03-02T10:00:00Z")));

        // An old instance that still runs does not undo it, and does what is due by it.
        lab.clock.advance(HOUR);
        assert_eq!(tick(&lab, &old).await, Ticked { enqueued: 0, next_at: Some(at("2026-03-02T10:00:00Z")) });
        lab.clock.advance(HOUR);
        assert_eq!(tick(&lab, &old).await, Ticked { enqueued: 1, next_at: Some(at("2026-03-03T10:00:00Z")) });
        assert_eq!(tick(&lab, &new).await.enqueued, 0);
    }

    async fn a_row_that_a_newer_instance_wrote_and_this_one_cannot_read_is_left_to_it(db: Db) {
        let lab = lab(db);
        let schedules = [every("newer", "@hourly"), every("other", "@hourly")];
        register(&lab, &schedules).await;
        lab.tamper("UPDATE job_schedules SET expression = '@fortnightly' WHERE name = 'newer'").await;
        let written = row(&lab.db, "newer").await;
        lab.clock.advance(HOUR);

        let next_at = Some(lab.clock.now() + HOUR);
        assert_eq!(tick(&lab, &schedules).await, Ticked { enqueued: 1, next_at });

        assert_eq!(row(&lab.db, "newer").await, written);
    }

    async fn a_changed_expression_does_not_repeat_what_a_clock_ahead_has_done(db: Db) {
        let lab = lab(db);
        register(&lab, &[every("s", "10 8 * * *")]).await;
        let ahead = lab.clock.now() + 10 * MINUTE;
        assert_eq!(schedule::tick(&lab.db, &[every("s", "10 8 * * *")], ahead).await.unwrap().enqueued, 1);

        let same_time = [every("s", "10 08 * * *")];
        register(&lab, &same_time).await;
        lab.clock.advance(10 * MINUTE);

        assert_eq!(tick(&lab, &same_time).await.enqueued, 0);
    }

    async fn a_schedule_that_is_not_known_is_left_alone_until_it_was_due_for_a_month(db: Db) {
        let lab = lab(db);
        let (theirs, ours) = ([every("theirs", "@daily")], [every("ours", "@daily")]);
        register(&lab, &theirs).await;
        let written = row(&lab.db, "theirs").await;

        lab.clock.advance(29 * 24 * HOUR);
        register(&lab, &ours).await;
        assert_eq!(tick(&lab, &ours).await.enqueued, 0);
        assert_eq!(row(&lab.db, "theirs").await, written);
        lab.clock.advance(3 * 24 * HOUR);
        register(&lab, &ours).await;

        assert_eq!(row(&lab.db, "theirs").await, None);
        assert_eq!(tick(&lab, &ours).await.enqueued, 1, "one's own is kept, however late");
    }

    async fn a_schedule_whose_row_was_removed_is_written_anew(db: Db) {
        let lab = lab(db);
        let hourly = [every("hourly", "@hourly")];
        register(&lab, &hourly).await;
        lab.tamper("DELETE FROM job_schedules").await;
        lab.clock.advance(3 * HOUR);

        assert_eq!(tick(&lab, &hourly).await, Ticked { enqueued: 0, next_at: Some(lab.clock.now() + HOUR) });
        assert!(row(&lab.db, "hourly").await.is_some());
    }

    async fn an_expression_whose_times_are_over_is_never_due_again(db: Db) {
        let lab = lab(db);
        let once = [every("once", "0 0 9 2 3 * 2026")];
        register(&lab, &once).await;
        lab.clock.advance(HOUR);
        assert_eq!(tick(&lab, &once).await.enqueued, 1);

        lab.clock.advance(20_000 * HOUR);

        assert_eq!(tick(&lab, &once).await, Ticked { enqueued: 0, next_at: Some(at("9999-12-31T00:00:00Z")) });
    }

    async fn a_run_that_still_waits_is_not_enqueued_a_second_time(db: Db) {
        let lab = lab(db);
        let hourly = [Schedule::new("hourly", "@hourly".parse().unwrap(), keyed("a", []))];
        register(&lab, &hourly).await;

        for _ in 0..3 {
            lab.clock.advance(HOUR);
            assert_eq!(tick(&lab, &hourly).await.enqueued, 1);
        }

        assert_eq!(lab.drain().await, (1, 0));
        assert_eq!(lab.journal(), ["a"]);
    }

    async fn what_fails_is_still_due_and_nothing_of_it_is_written(db: Db) {
        let lab = lab(db);
        let hourly = [every("hourly", "@hourly")];
        register(&lab, &hourly).await;
        lab.clock.advance(HOUR);
        let before = row(&lab.db, "hourly").await;
        lab.tamper("ALTER TABLE job_turns RENAME TO elsewhere").await;

        schedule::tick(&lab.db, &hourly, lab.clock.now()).await.unwrap_err();
        lab.tamper("ALTER TABLE elsewhere RENAME TO job_turns").await;

        assert_eq!((row(&lab.db, "hourly").await, count(&lab.db, "jobs").await), (before, 0));
        // PostgreSQL ends the failed transaction a moment later, and until then the row is passed over.
        let enqueued = async {
            loop {
                let enqueued = tick(&lab, &hourly).await.enqueued;
                if enqueued > 0 {
                    return enqueued;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        assert_eq!(tokio::time::timeout(Duration::from_secs(30), enqueued).await, Ok(1));
    }

    async fn the_scheduler_wakes_the_worker_and_goes_on_after_an_outage(db: Db) {
        let lab = lab(db);
        let hourly = [every("hourly", "@hourly")];
        register(&lab, &hourly).await;
        lab.clock.advance(HOUR);
        lab.tamper("ALTER TABLE job_schedules RENAME TO elsewhere").await;
        // Nobody but a wake makes it look.
        let worker = lab.start(lab.settings());
        let shutdown = CancellationToken::new();
        let (db, clock, wake, until) = (lab.db.clone(), lab.clock.clone(), lab.wake.clone(), shutdown.clone());
        let scheduler = tokio::spawn(async move { schedule::run(&db, &clock, &wake, &hourly, until).await });
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert!(lab.journal().is_empty());

        lab.tamper("ALTER TABLE elsewhere RENAME TO job_schedules").await;

        lab.see("hourly", 1).await;
        shutdown.cancel();
        scheduler.await.unwrap();
        worker.stop().await;
    }

    async fn the_purge_is_scheduled_and_removes_old_jobs_and_figures(db: Db) {
        let app = TestApp::with(db, &[("JOB_RETENTION_DAYS", "3")]).await;
        let db = &app.app.db;
        enqueue(&app.app, &brainly::domain::job::Purge {}).await;
        app.run_jobs().await;
        for minute in 0..500 {
            figure(db, app.clock.now() + minute * MINUTE).await;
        }
        let mut schedules = jobs::schedules(None).unwrap();
        schedules.retain(|schedule| schedule.name() == "purge");
        schedule::register(db, &schedules, app.clock.now()).await.unwrap();
        assert_eq!(row(db, "purge").await.unwrap().next_at, at("2026-03-02T08:17:00Z"));

        app.clock.advance(2 * 24 * HOUR + 30 * MINUTE);
        assert_eq!(schedule::tick(db, &schedules, app.clock.now()).await.unwrap().enqueued, 1);
        assert_eq!(app.run_jobs().await.done, 1);
        assert_eq!((figures(db).await, count(db, "jobs").await), (470, 2), "what is young stays");

        app.clock.advance(2 * 24 * HOUR);
        assert_eq!(schedule::tick(db, &schedules, app.clock.now()).await.unwrap().enqueued, 1);
        assert_eq!(app.run_jobs().await.done, 1);
        assert_eq!((figures(db).await, count(db, "jobs").await), (0, 2));
    }

    async fn who_writes_on_and_on_lets_other_processes_write_in_between(scratch: Scratch) {
        let other = scratch.reopened().await.db;
        let (mut written, took) = (0, Duration::from_millis(20));
        let writing = async {
            loop {
                // One that did not get its turn is no write.
                if let Ok(tx) = other.begin().await {
                    tx.commit().await.unwrap();
                    written += 1;
                }
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        let batches = async {
            for _ in 0..60 {
                let tx = scratch.db.begin().await.unwrap();
                tokio::time::sleep(took).await;
                tx.commit().await.unwrap();
                scratch.db.give_way(took).await;
            }
        };
        tokio::select! {
            () = batches => {}
            () = writing => {}
        }

        assert!(written >= 20, "{written} got through between 60 batches");
    }

    async fn a_purge_forgets_the_turns_that_have_passed(db: Db) {
        let app = TestApp::new(db).await;
        let mut tx = app.app.db.begin().await.unwrap();
        sql("INSERT INTO job_clocks (kind, priority, turn) VALUES ('k', 7, 10)").execute(&mut tx).await.unwrap();
        for turn in 9..=11_i64 {
            sql("INSERT INTO job_turns (kind, priority, owner, next_turn) VALUES ('k', 7, $1, $2)")
                .bind(uuid::Uuid::new_v4()).bind(turn).execute(&mut tx).await.unwrap();
        }
        tx.commit().await.unwrap();

        actions::purge(&app.app).await.unwrap();

        let left = sql("SELECT next_turn FROM job_turns WHERE kind = 'k'").fetch_all::<(i64,)>(&app.app.db).await.unwrap();
        assert_eq!(left, [(11,)]);
    }
}

async fn enqueue(app: &App, job: &impl Arguments) {
    let mut tx = app.db.begin().await.unwrap();
    queue::enqueue(&mut tx, job, queue::Enqueue::default(), app.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
}

/// Writes what a worker did in a minute.
async fn figure(db: &Db, minute: Timestamp) {
    let mut tx = db.begin().await.unwrap();
    sql("INSERT INTO job_minutes (minute, kind, outcome, jobs, busy_ms) VALUES ($1, 'test', 'completed', $2, $2)")
        .bind(minute)
        .bind(7_i64)
        .execute(&mut tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// How many such minutes are left.
async fn figures(db: &Db) -> i64 {
    let rows = sql("SELECT CAST(COUNT(*) AS bigint) FROM job_minutes WHERE kind = 'test'");
    rows.fetch_one::<(i64,)>(db).await.unwrap().0
}
