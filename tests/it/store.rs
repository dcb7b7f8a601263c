//! What the tables keep, on both engines.

use brainly::db::Db;
use brainly::domain::{Clock, UserId};
use brainly::store::users;

use crate::harness::on_both_engines;

on_both_engines! {
    async fn a_user_that_was_made_is_found_and_a_second_one_of_the_name_is_not_made(db: Db) {
        let now = Clock::system().now();
        let ada = users::NewUser { username: Some("Ada"), username_key: Some("ada"), auth_provider: "local", ..Default::default() };
        let mut tx = db.begin().await.unwrap();
        let made = users::create(&mut tx, UserId::new(now), &ada, now).await.unwrap().unwrap();
        assert!(users::create(&mut tx, UserId::new(now), &ada, now).await.unwrap().is_none());
        tx.commit().await.unwrap();

        let found = users::find(&db, made.id).await.unwrap().unwrap();

        assert_eq!(found.username.as_deref(), Some("Ada"));
    }
}
