//! Links from other services: every format, every row accounted for, over HTTP and on the command line.

mod files;
mod formats;

use serde_json::{Value, json};

use crate::backup::operator;
use crate::harness::{Client, Scratch, TestApp, on_both_engines};
use files::{LINKS, NETSCAPE, POCKET};

/// Uploads a file and lets a worker save it.
async fn import(app: &TestApp, user: &Client, file: &str) -> Value {
    let answer = user.send(axum::http::Method::POST, "/api/v1/imports?name=links.html", file.to_owned()).await;
    let id = answer.assert_status(202).json()["id"].as_str().unwrap().to_owned();
    app.run_jobs().await;
    user.get(&format!("/api/v1/imports/{id}")).await.assert_status(200).json()
}

fn counts(import: &Value) -> (&Value, &Value, &Value, &Value) {
    (&import["state"], &import["accepted"], &import["duplicates"], &import["rejected"])
}

on_both_engines! {
    async fn a_file_becomes_items_with_their_tags_notes_dates_and_flags(scratch: Scratch) {
        let app = TestApp::new(scratch.db.clone()).await;
        let ada = app.sign_up("ada").await;

        let done = import(&app, &ada, POCKET).await;

        assert_eq!(counts(&done), (&json!("done"), &json!(3), &json!(1), &json!(1)), "{done}");
        let items = ada.get("/api/v1/content").await.assert_status(200).json();
        assert_eq!(items["pagination"]["total"], 3);
        let kiln = items["content"].as_array().unwrap().iter().find(|item| item["title"] == "Kilns, \"fired\"").unwrap().clone();
        assert_eq!((&kiln["createdAt"], &kiln["isArchived"]), (&json!("2024-05-06T07:08:09.000Z"), &json!(true)), "{kiln}");
        let tags: Vec<&str> = kiln["tags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap()).collect();
        assert_eq!(tags, ["clay", "twice", "wood fire"], "the second of the same link adds its tags");
        let found = ada.get("/api/v1/search?q=kilns").await.assert_status(200).json();
        assert_eq!(found["results"].as_array().unwrap().len(), 1, "{found}");
        let tags = ada.get("/api/v1/tags").await.assert_status(200).json();
        assert_eq!(tags["tags"].as_array().unwrap().iter().find(|tag| tag["name"] == "clay").unwrap()["count"], 1, "{tags}");
    }

    async fn every_row_says_what_became_of_it_and_only_to_its_owner(scratch: Scratch) {
        let app = TestApp::new(scratch.db.clone()).await;
        let (ada, eve) = (app.sign_up("ada").await, app.sign_up("eve").await);
        let done = import(&app, &ada, POCKET).await;
        let id = done["id"].as_str().unwrap();

        let rows = ada.get(&format!("/api/v1/imports/{id}/rows")).await.assert_status(200).json();

        let outcomes: Vec<&str> = rows["rows"].as_array().unwrap().iter().map(|row| row["outcome"].as_str().unwrap()).collect();
        assert_eq!(outcomes, ["accepted", "accepted", "rejected", "duplicate", "accepted"]);
        let rejected = ada.get(&format!("/api/v1/imports/{id}/rows?outcome=rejected")).await.assert_status(200).json();
        assert!(rejected["rows"][0]["reason"].as_str().is_some_and(|why| !why.is_empty()) && rejected["rows"][0]["entry"] == 3, "{rejected}");
        for path in [format!("/api/v1/imports/{id}"), format!("/api/v1/imports/{id}/rows")] {
            eve.get(&path).await.assert_status(404);
        }
        eve.delete(&format!("/api/v1/imports/{id}")).await.assert_status(404);
        assert_eq!(eve.get("/api/v1/imports").await.json()["imports"], json!([]));
    }

    async fn the_same_file_again_saves_nothing_twice(scratch: Scratch) {
        let app = TestApp::new(scratch.db.clone()).await;
        let ada = app.sign_up("ada").await;
        import(&app, &ada, NETSCAPE).await;

        let again = import(&app, &ada, NETSCAPE).await;

        assert_eq!(counts(&again), (&json!("done"), &json!(0), &json!(3), &json!(1)), "{again}");
        assert_eq!(ada.get("/api/v1/content").await.json()["pagination"]["total"], 3);
    }

    async fn what_is_kept_already_takes_the_note_and_the_mark_that_it_lacks(scratch: Scratch) {
        let app = TestApp::new(scratch.db.clone()).await;
        let ada = app.sign_up("ada").await;
        for (path, note) in [("bare", None), ("noted", Some("mine"))] {
            let link = format!("https://example.org/{path}");
            ada.post("/api/v1/content", json!({ "title": path, "link": link, "note": note })).await.assert_status(201);
        }
        let file = "id,title,note,excerpt,url,folder,tags,created,cover,highlights,favorite\n\
            1,,glaze,,https://example.org/bare,,,,,,true\n2,,theirs,,https://example.org/noted,,,,,,\n\
            3,New,,,https://example.org/new,,,,,,\n4,New,from the second,,https://example.org/new,,,,,,true\n";

        let done = import(&app, &ada, file).await;

        assert_eq!(counts(&done), (&json!("done"), &json!(1), &json!(3), &json!(0)), "{done}");
        let items = ada.get("/api/v1/content").await.json();
        let of = |title: &str| items["content"].as_array().unwrap().iter().find(|item| item["title"] == title).unwrap().clone();
        for (title, note, is_favorite) in [("bare", "glaze", true), ("noted", "mine", false), ("New", "from the second", true)] {
            assert_eq!((&of(title)["note"], &of(title)["isFavorite"]), (&json!(note), &json!(is_favorite)), "{title}");
        }
        let found = ada.get("/api/v1/search?q=glaze").await.assert_status(200).json();
        assert_eq!(found["results"][0]["title"], "bare", "{found}");
    }

    async fn an_import_is_undone_into_the_trash_and_leaves_what_was_there_before(scratch: Scratch) {
        let app = TestApp::new(scratch.db.clone()).await;
        let ada = app.sign_up("ada").await;
        ada.post("/api/v1/content", json!({ "title": "mine", "link": "https://example.org/kiln" })).await.assert_status(201);
        let done = import(&app, &ada, POCKET).await;
        assert_eq!((&done["accepted"], &done["duplicates"]), (&json!(2), &json!(2)), "{done}");

        let undoing = ada.delete(&format!("/api/v1/imports/{}", done["id"].as_str().unwrap())).await.assert_status(202).json();
        assert_eq!(undoing["state"], "undoing");
        app.run_jobs().await;

        let items = ada.get("/api/v1/content").await.json();
        assert_eq!((&items["pagination"]["total"], &items["content"][0]["title"]), (&json!(1), &json!("mine")));
        assert_eq!(ada.get("/api/v1/content?trash=true").await.json()["pagination"]["total"], 2);
        let id = done["id"].as_str().unwrap();
        assert_eq!(ada.get(&format!("/api/v1/imports/{id}")).await.json()["state"], "undone");
        ada.delete(&format!("/api/v1/imports/{id}")).await.assert_status(400);
    }

    async fn what_is_no_file_of_links_is_refused_and_a_large_one_is_not(scratch: Scratch) {
        let app = TestApp::new(scratch.db.clone()).await;
        let ada = app.sign_up("ada").await;
        let post = async |query: &str, body: String| ada.send(axum::http::Method::POST, &format!("/api/v1/imports{query}"), body).await;

        for (query, body) in [("", ""), ("", "just words"), ("", "{}"), ("?format=pocket", "a,b\n1,2\n"), ("?format=omnivore", "{"), ("?format=excel", LINKS)] {
            post(query, body.to_owned()).await.assert_status(400);
        }
        let failed = ada.get("/api/v1/imports").await.json()["imports"].as_array().unwrap().clone();
        assert!(failed.iter().all(|import| import["state"] == "failed" && import["error"].as_str().unwrap().contains("can't be read")), "{failed:?}");
        let large: String = (0..40_000).map(|n| format!("https://example.org/a/rather/long/path/to/make/it/large/{n}\n")).collect::<Vec<_>>().concat();
        assert!(large.len() > 2 * 1024 * 1024);
        let large = post("", large).await.assert_status(202).json();
        assert_eq!((&large["entries"], &large["state"]), (&json!(40_000), &json!("saving")));
    }

    async fn the_command_line_imports_tries_and_undoes(scratch: Scratch) {
        let app = TestApp::new(scratch.db.clone()).await;
        app.sign_up("ada").await;
        let brainly = operator(&scratch);
        let file = brainly.folder().join("pocket.csv");
        std::fs::write(&file, POCKET).unwrap();
        let path = file.to_str().unwrap();

        let tried: Value = serde_json::from_str(&brainly.run(&["import-links", path, "--dry-run", "--json"]).assert_code(0).stdout).unwrap();
        assert_eq!((&tried["format"], &tried["accepted"], &tried["duplicates"], &tried["rejected"]), (&json!("pocket"), &json!(3), &json!(1), &json!(1)), "{tried}");
        let nothing: (i64,) = brainly::db::sql("SELECT COUNT(*) FROM contents").fetch_one(&scratch.db).await.unwrap();
        assert_eq!(nothing.0, 0);
        let done = brainly.run(&["import-links", path]).assert_code(0);
        assert!(done.stdout.starts_with("3 saved, 1 known already, 1 rejected  (pocket, import "), "{}", done.stdout);
        assert!(done.stderr.contains("3: javascript:"), "each refusal is told: {}", done.stderr);
        let id = done.stdout.trim_end().trim_end_matches(')').rsplit(' ').next().unwrap().to_owned();
        let undone = brainly.run(&["import-links", "--undo", &id]).assert_code(0);
        assert!(undone.stdout.contains("3 items are in the trash"), "{}", undone.stdout);

        let refused = brainly.run(&["import-links", "/nowhere.csv"]).assert_code(1);
        assert!(refused.stderr.contains("there is no file") && refused.stderr.contains("hint: "), "{}", refused.stderr);
    }

    async fn an_import_that_is_killed_goes_on_where_it_was(scratch: Scratch) {
        let app = TestApp::new(scratch.db.clone()).await;
        let ada = app.sign_up("ada").await;
        let brainly = operator(&scratch);
        let file = brainly.folder().join("links.txt");
        let links: String = (0..6000).map(|n| format!("https://example.org/{n} Number {n}\n")).collect::<Vec<_>>().concat();
        std::fs::write(&file, links).unwrap();
        let arguments = ["import-links", file.to_str().unwrap(), "--user", "ada", "--json"];
        for milliseconds in [150_u64, 400, 800] {
            let mut importing = brainly.command(&arguments).stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().unwrap();
            tokio::time::sleep(std::time::Duration::from_millis(milliseconds)).await;
            drop(importing.kill());
            importing.wait().unwrap();
        }

        brainly.run(&arguments).assert_code(0);

        assert_eq!(ada.get("/api/v1/content?limit=1").await.json()["pagination"]["total"], 6000);
        let (jobs,): (i64,) = brainly::db::sql("SELECT COUNT(*) FROM jobs WHERE kind = 'enrich_content' AND priority = 20").fetch_one(&scratch.db).await.unwrap();
        assert_eq!(jobs, 6000, "each item has its one job, in the lane of imports");
        let (twice,): (i64,) = brainly::db::sql("SELECT COUNT(*) FROM imports WHERE state = 'saving'").fetch_one(&scratch.db).await.unwrap();
        assert_eq!(twice, 0);
    }

    async fn an_import_whose_reader_died_is_given_up_after_a_day_and_its_entries_go(scratch: Scratch) {
        let app = TestApp::new(scratch.db.clone()).await;
        let ada = app.sign_up("ada").await;
        let done = import(&app, &ada, POCKET).await;
        let id = import(&app, &ada, LINKS).await["id"].as_str().unwrap().to_owned();
        let mut tx = scratch.db.begin().await.unwrap();
        brainly::db::sql("UPDATE imports SET state = 'reading', finished_at = NULL WHERE id = $1").bind(id.parse::<uuid::Uuid>().unwrap()).execute(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        let look = async || {
            brainly::actions::purge(&app.app).await.unwrap();
            let rows = ada.get(&format!("/api/v1/imports/{id}/rows")).await.json()["rows"].as_array().unwrap().len();
            (ada.get(&format!("/api/v1/imports/{id}")).await.json(), rows)
        };

        let (reading, rows) = look().await;
        assert!(reading["state"] == "reading" && rows > 0, "{reading}, {rows} rows");
        app.clock.advance(std::time::Duration::from_hours(25));
        let (given_up, rows) = look().await;

        assert_eq!((&given_up["state"], rows), (&json!("failed"), 0));
        assert!(given_up["error"].as_str().unwrap().contains("import it again"), "{given_up}");
        let id = done["id"].as_str().unwrap();
        assert_eq!(ada.get(&format!("/api/v1/imports/{id}/rows")).await.json()["rows"].as_array().unwrap().len(), 5, "what went well is kept");
    }

    async fn what_a_user_takes_away_can_be_brought_back(scratch: Scratch) {
        let app = TestApp::new(scratch.db.clone()).await;
        let (ada, grace) = (app.sign_up("ada").await, app.sign_up("grace").await);
        import(&app, &ada, NETSCAPE).await;
        let gone = ada.get("/api/v1/content").await.json()["content"][0]["id"].as_str().unwrap().to_owned();
        ada.post("/api/v1/capture", json!({ "text": "my own words" })).await.assert_status(201);
        ada.delete(&format!("/api/v1/content/{gone}")).await.assert_status(200);

        let all = ada.get("/api/v1/me/export").await.assert_status(200);
        assert_eq!(all.header("content-type"), "application/json");
        let all = all.json();
        assert_eq!((&all["user"]["username"], all["items"].as_array().unwrap().len()), (&json!("ada"), 4), "{all}");
        assert!(all["items"].as_array().unwrap().iter().any(|item| item["fullText"] == "my own words"), "{all}");
        let html = ada.get("/api/v1/me/export?format=html").await.assert_status(200).text();
        let back = import(&app, &grace, &html).await;

        assert_eq!(counts(&back), (&json!("done"), &json!(2), &json!(0), &json!(0)), "{html}");
        assert_eq!(grace.get("/api/v1/me/export").await.json()["user"]["username"], "grace");
        app.anonymous().get("/api/v1/me/export").await.assert_status(401);
    }
}
