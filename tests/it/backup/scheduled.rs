//! Backups that a worker makes by itself.

use std::time::Duration;

use brainly::domain::job::Backup;
use brainly::queue::{self, Enqueue};
use brainly::{actions, backup, jobs};

use crate::harness::{Scratch, TestApp, on_both_engines};

on_both_engines! {
    async fn a_scheduled_backup_is_made_and_noted_and_old_ones_go(scratch: Scratch) {
        let settings = [
            ("DATABASE_URL", scratch.url.as_str()),
            ("JWT_SECRET", "0123456789abcdef0123456789abcdef"),
            ("BACKUP_SCHEDULE", "30 3 * * *"),
            ("BACKUP_RETENTION_DAYS", "2"),
        ];
        let app = TestApp::with(scratch.db.clone(), &settings).await;
        let schedules = jobs::schedules(app.app.config.backup.schedule.as_ref()).unwrap();
        assert_eq!(schedules.len(), jobs::schedules(None).unwrap().len() + 1);

        for _ in 0..5 {
            let mut tx = scratch.db.begin().await.unwrap();
            queue::enqueue(&mut tx, &Backup {}, Enqueue::default(), app.clock.now()).await.unwrap();
            tx.commit().await.unwrap();
            let drained = app.run_jobs().await;
            assert_eq!((drained.done, drained.failed), (1, 0));
            app.clock.advance(Duration::from_hours(24));
        }

        let kept = backup::list(&actions::backup::folder(&app.app.config)).await.unwrap();
        assert!(kept.len() == 3 && kept.iter().all(backup::Listed::is_whole), "{kept:?}");
        let good = actions::backup::last(&app.app.db, app.app.clock.now()).await.unwrap().good.unwrap();
        assert_eq!(good.name, kept[0].id.to_string());
    }
    async fn an_attempt_goes_on_with_the_backup_of_an_earlier_one(scratch: Scratch) {
        let settings = [("DATABASE_URL", scratch.url.as_str()), ("JWT_SECRET", "0123456789abcdef0123456789abcdef")];
        let app = TestApp::with(scratch.db.clone(), &settings).await;
        let asked_for = app.clock.now();
        let count = async || backup::list(&actions::backup::folder(&app.app.config)).await.unwrap().len();
        actions::backup::create_and_prune(&app.app, None).await.unwrap();
        app.clock.advance(Duration::from_mins(1));

        actions::backup::create_and_prune(&app.app, Some(asked_for)).await.unwrap();
        assert_eq!(count().await, 1, "it has been made already");
        actions::backup::create_and_prune(&app.app, Some(app.clock.now())).await.unwrap();
        assert_eq!(count().await, 2, "that one is of another day");
    }
}
