//! `/admin/jobs`.

use brainly::db::Db;
use serde_json::{Value, json};

use super::{NOBODY, admin, count, id_of, item, save, take_all};
use crate::harness::{Client, TestApp, on_both_engines};

const JOBS: &str = "/api/v1/admin/jobs";

async fn ids(client: &Client, query: &str) -> Vec<String> {
    let page = client.get(&format!("{JOBS}{query}")).await.assert_status(200).json();
    page["jobs"].as_array().unwrap().iter().map(|job| job["id"].as_str().unwrap().to_owned()).collect()
}

async fn retry(client: &Client, job: &str) -> Value {
    client.post(&format!("{JOBS}/{job}/retry"), json!({})).await.assert_status(200).json()
}

on_both_engines! {
    async fn a_list_is_filtered_and_paged_newest_first(db: Db) {
        let app = TestApp::new(db).await;
        let (root, ada) = (admin(&app).await, app.sign_up("ada").await);
        let (_, hers) = save(&app, &ada, "https://example.org/hers").await;
        let (_, second) = save(&app, &root, "https://example.org/b").await;
        let (_, third) = save(&app, &root, "https://example.org/c").await;
        root.post(&format!("{JOBS}/{second}/cancel"), json!({})).await.assert_status(200);

        assert_eq!(ids(&root, "").await, [&*third, &*second, &*hers]);
        assert_eq!(ids(&root, "?state=cancelled").await, [&*second]);
        assert_eq!(ids(&root, &format!("?userId={}", id_of(&ada).await)).await, [&*hers]);
        assert_eq!(ids(&root, "?queue=enrich&kind=enrich_content&state=available").await, [&*third, &*hers]);
        assert_eq!(ids(&root, "?kind=nothing").await, Vec::<String>::new());
        let first = root.get(&format!("{JOBS}?limit=2")).await.json();
        assert_eq!(ids(&root, &format!("?limit=2&cursor={}", first["nextCursor"].as_str().unwrap())).await, [&*hers]);
        assert_eq!(root.get(&format!("{JOBS}?limit=3")).await.json()["nextCursor"], json!(null));
    }

    async fn a_filter_that_cannot_be_is_refused(db: Db) {
        let app = TestApp::new(db).await;
        let root = admin(&app).await;
        for query in ["?state=lost", "?userId=ada", "?limit=0", "?limit=1001", "?limit=many", "?cursor=x", "?kind=%00"] {
            assert_eq!(root.get(&format!("{JOBS}{query}")).await.assert_status(400).json()["code"], "invalid", "{query}");
        }
        for body in [
            json!({}), json!({ "state": "running" }), json!({ "state": "lost" }), json!({ "userId": "ada" }),
            json!({ "all": true, "limit": 0 }), json!({ "all": true, "limit": 10_001 }), json!({ "all": true, "cursor": "x" }),
        ] {
            assert_eq!(root.post(&format!("{JOBS}/retry"), body.clone()).await.assert_status(400).json()["code"], "invalid", "{body}");
        }
    }

    async fn a_job_is_shown_whole(db: Db) {
        let app = TestApp::new(db).await;
        let root = admin(&app).await;
        let (content, job) = save(&app, &root, "https://example.org/a").await;

        let shown = root.get(&format!("{JOBS}/{job}")).await.assert_status(200).json();

        let now = "2026-03-02T08:00:00.000Z";
        assert_eq!(shown, json!({
            "_id": job, "id": job, "queue": "enrich", "kind": "enrich_content", "state": "available", "priority": 10,
            "userId": id_of(&root).await, "uniqueKey": content, "arguments": { "contentId": content }, "attempt": 0,
            "maxAttempts": shown["maxAttempts"], "putOffs": 0, "progress": null, "lastError": null, "worker": null,
            "createdAt": now, "runAt": now, "startedAt": null, "leaseUntil": null, "cancelRequestedAt": null,
            "finishedAt": null, "attempts": [],
        }));
    }

    async fn an_id_that_names_no_job_is_not_found(db: Db) {
        let app = TestApp::new(db).await;
        let root = admin(&app).await;
        for id in [NOBODY, "no-uuid", "%00"] {
            let one = format!("{JOBS}/{id}");
            for answer in [
                root.get(&one).await,
                root.delete(&one).await,
                root.post(&format!("{one}/retry"), json!({})).await,
                root.post(&format!("{one}/cancel"), json!({})).await,
            ] {
                assert_eq!(answer.assert_status(404).json(), json!({ "message": "Job not found", "code": "not_found" }), "{id}");
            }
        }
    }

    async fn a_job_that_waits_is_cancelled_and_its_item_says_so_until_it_is_retried(db: Db) {
        let app = TestApp::new(db).await;
        let root = admin(&app).await;
        let link = app.site.article("/a", "A", &"Plenty of words for a paragraph here.\n\n".repeat(8));
        let (content, job) = save(&app, &root, &link).await;

        let cancelled = root.post(&format!("{JOBS}/{job}/cancel"), json!({})).await.assert_status(200).json();

        assert_eq!((&cancelled["message"], &cancelled["job"]["state"]), (&json!("Job cancelled"), &json!("cancelled")));
        let told = item(&root, &content).await;
        assert_eq!((&told["enrichmentStatus"], &told["enrichmentError"]), (&json!("failed"), &json!("Reading it was cancelled")));
        assert_eq!((count(&root, "pending").await, count(&root, "failed").await), (json!(0), json!(1)));
        let again = root.post(&format!("{JOBS}/{job}/cancel"), json!({})).await.assert_status(409).json();
        assert_eq!(again, json!({ "message": "The job has ended", "code": "job_ended" }));

        assert_eq!(retry(&root, &job).await["message"], "Job queued again");
        let told = item(&root, &content).await;
        assert_eq!((&told["enrichmentStatus"], &told["enrichmentError"]), (&json!("pending"), &json!(null)));
        assert_eq!((count(&root, "pending").await, count(&root, "failed").await), (json!(1), json!(0)));
        app.run_jobs().await;
        assert_eq!(item(&root, &content).await["enrichmentStatus"], "enriched");
        assert_eq!(root.post(&format!("{JOBS}/{job}/retry"), json!({})).await.assert_status(409).json()["code"], "job_ended");
    }

    async fn a_job_that_failed_is_retried_alone_or_with_others_and_the_page_is_read(db: Db) {
        let app = TestApp::new(db).await;
        let root = admin(&app).await;
        let mut items = Vec::new();
        for path in ["/a", "/b", "/c"] {
            items.push(save(&app, &root, &app.site.page(path, 410, &[], "")).await);
        }
        app.run_jobs().await;
        assert_eq!(count(&root, "failed").await, 3);
        for path in ["/a", "/b", "/c"] {
            app.site.article(path, "A", &"Plenty of words for a paragraph here.\n\n".repeat(8));
        }

        assert_eq!(retry(&root, &items[0].1).await["job"]["attempt"], 0);
        assert_eq!(retry(&root, &items[0].1).await["message"], "The job is available already");
        let body = json!({ "state": "discarded", "kind": "enrich_content", "limit": 1 });
        let first = root.post(&format!("{JOBS}/retry"), body).await.assert_status(200).json();
        let rest = root.post(&format!("{JOBS}/retry"), json!({ "all": true })).await.assert_status(200).json();

        assert_eq!(first, json!({ "retried": 1, "same": 0, "nextCursor": items[2].1 }));
        assert_eq!(rest, json!({ "retried": 1, "same": 0, "nextCursor": null }));
        assert_eq!(count(&root, "pending").await, 3);
        app.run_jobs().await;
        assert_eq!(count(&root, "enriched").await, 3);
    }

    async fn an_old_job_is_not_retried_beside_a_new_one_for_the_same_item(db: Db) {
        let app = TestApp::new(db).await;
        let root = admin(&app).await;
        let (content, old) = save(&app, &root, &app.site.page("/a", 410, &[], "")).await;
        app.run_jobs().await;
        root.post(&format!("/api/v1/content/{content}/enrich"), json!({})).await.assert_status(202);

        let answer = retry(&root, &old).await;

        assert_eq!(answer["message"], "Another job does the same");
        assert_ne!(answer["job"]["id"], old);
        assert_eq!((&answer["job"]["state"], &answer["job"]["uniqueKey"]), (&json!("available"), &json!(content)));
        let many = root.post(&format!("{JOBS}/retry"), json!({ "state": "discarded" })).await.assert_status(200).json();
        assert_eq!(many, json!({ "retried": 0, "same": 1, "nextCursor": null }));
    }

    async fn a_job_that_runs_is_asked_to_stop_and_neither_removed_nor_retried(db: Db) {
        let app = TestApp::new(db).await;
        let root = admin(&app).await;
        let (content, job) = save(&app, &root, "https://example.org/a").await;
        take_all(&app).await;

        let asked = root.post(&format!("{JOBS}/{job}/cancel"), json!({})).await.assert_status(200).json();

        assert_eq!(asked["message"], "Job is being cancelled");
        assert_eq!((&asked["job"]["state"], &asked["job"]["cancelRequestedAt"]), (&json!("running"), &json!("2026-03-02T08:00:00.000Z")));
        assert_eq!(item(&root, &content).await["enrichmentStatus"], "pending");
        for refused in [root.delete(&format!("{JOBS}/{job}")).await, root.post(&format!("{JOBS}/{job}/retry"), json!({})).await] {
            assert_eq!(refused.assert_status(409).json()["code"], "job_running");
        }
    }

    async fn a_job_that_is_removed_is_gone_and_its_item_waits_no_longer(db: Db) {
        let app = TestApp::new(db).await;
        let root = admin(&app).await;
        let (content, job) = save(&app, &root, "https://example.org/a").await;

        let removed = root.delete(&format!("{JOBS}/{job}")).await.assert_status(200).json();

        assert_eq!(removed["message"], "Job deleted successfully");
        root.get(&format!("{JOBS}/{job}")).await.assert_status(404);
        assert_eq!(item(&root, &content).await["enrichmentStatus"], "failed");
    }

    async fn what_lies_in_the_trash_is_left_as_it_is(db: Db) {
        let app = TestApp::new(db).await;
        let root = admin(&app).await;
        let (content, job) = save(&app, &root, "https://example.org/a").await;
        root.delete(&format!("/api/v1/content/{content}")).await.assert_status(200);

        root.post(&format!("{JOBS}/{job}/cancel"), json!({})).await.assert_status(200);
        root.post(&format!("/api/v1/content/{content}/restore"), json!({})).await.assert_status(200);

        assert_eq!((count(&root, "pending").await, count(&root, "failed").await), (json!(1), json!(0)));
        assert_eq!(ids(&root, "?state=available").await.len(), 1);
    }
}
