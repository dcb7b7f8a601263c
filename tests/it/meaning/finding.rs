//! What is found, and what is shown of it.

use brainly::db::Db;
use serde_json::json;

use super::{embedding, note, search, titles, with_hashes};
use crate::extract::documents::{bytes, pdf};
use crate::harness::{TestApp, on_both_engines};

on_both_engines! {
    async fn what_no_word_finds_is_found_by_its_meaning_and_says_so(db: Db) {
        let app = with_hashes(db).await;
        let ada = app.sign_up("ada").await;
        let id = note(&ada, "Pottery", "Kilnfiring needs patience.").await;
        note(&ada, "Rivers", "Cold water below the mill.").await;
        app.run_jobs().await;
        assert_eq!(titles(&ada, "q=rekilnfiringly&mode=text").await, Vec::<String>::new());

        let answer = search(&ada, "q=rekilnfiringly").await;

        assert_eq!((&answer["mode"], &answer["results"][0]["title"]), (&json!("hybrid"), &json!("Pottery")));
        assert_eq!(answer["results"][0]["matched"], json!(["meaning"]));
        assert_eq!(answer["results"][0]["relevance"], 1.0);
        assert_eq!(embedding(&ada, &id).await, json!({ "chunks": 1, "model": "hashed-512", "state": "embedded" }));
    }

    async fn both_ways_together_rank_what_both_find_first(db: Db) {
        let app = with_hashes(db).await;
        let ada = app.sign_up("ada").await;
        note(&ada, "Glaze", "Celadon glaze on porcelain, and a celadon bowl.").await;
        note(&ada, "Celadons", "Celadons, celadonite.").await;
        note(&ada, "Rivers", "Cold water below the mill.").await;
        app.run_jobs().await;

        let answer = search(&ada, "q=celadon+glaze&explain=true").await;

        let first = &answer["results"][0];
        assert_eq!((&first["title"], &first["matched"]), (&json!("Glaze"), &json!(["words", "meaning"])));
        let scores = &first["scores"];
        assert!(scores["words"].as_f64() > Some(0.0) && scores["meaning"].as_f64() > Some(0.2), "{scores}");
        assert!(search(&ada, "q=celadon").await["results"][0].get("scores").is_none());
    }

    async fn a_long_text_answers_with_its_best_passage_and_where_that_is(db: Db) {
        let app = with_hashes(db).await;
        let ada = app.sign_up("ada").await;
        let filler = "Nothing of note happened on that day, nor on any other. ".repeat(60);
        let text = format!("{filler}Zirconium glazes opacify. {filler}");
        let id = note(&ada, "Diary", &text).await;
        app.run_jobs().await;

        let answer = search(&ada, "q=zirconium+glazes+opacifying&mode=semantic").await;

        let found = &answer["results"][0];
        assert_eq!((&answer["mode"], &found["id"]), (&json!("semantic"), &json!(id)));
        let place = |name: &str| usize::try_from(found["position"][name].as_u64().unwrap()).unwrap();
        assert!(text[place("start")..place("end")].contains("Zirconium"), "{found}");
        assert!(found["snippet"].as_str().unwrap().contains("<mark>Zirconium</mark>"), "{found}");
        assert!(embedding(&ada, &id).await["chunks"].as_u64().unwrap() > 10);
    }

    async fn words_say_where_they_are_also_where_no_model_is_asked(db: Db) {
        let app = with_hashes(db).await;
        let ada = app.sign_up("ada").await;
        let filler = "Nothing of note happened on that day, nor on any other. ".repeat(60);
        let text = format!("{filler}Zirconium opacifies. {filler}");
        let link = app.site.article("/diary", "Diary", &text);
        let saved = ada.post("/api/v1/content", json!({ "title": "Diary", "link": link, "note": "Mine, with ümlauts." })).await;
        let id = saved.assert_status(201).json()["content"]["id"].as_str().unwrap().to_owned();
        app.run_jobs().await;
        let item = ada.get(&format!("/api/v1/content/{id}")).await.assert_status(200).json();
        let text = item["fullText"].as_str().unwrap();

        for question in ["q=zirconium&mode=text", "q=zirkonium&mode=text", "q=zirconium"] {
            let answer = search(&ada, question).await;
            let found = &answer["results"][0];
            let place = |name: &str| usize::try_from(found["position"][name].as_u64().unwrap()).unwrap();
            assert!(text[place("start")..place("end")].contains("Zirconium"), "{question}: {found}");
            assert!(found["snippet"].as_str().unwrap().contains("<mark>Zirconium</mark>"), "{question}: {found}");
        }
        let own = search(&ada, "q=%C3%BCmlauts&mode=text").await;
        assert!(own["results"][0].get("position").is_none(), "the owner's own words are no place in the page: {own}");
    }

    async fn a_paper_answers_with_the_page_on_which_it_says_so(db: Db) {
        let app = with_hashes(db).await;
        let ada = app.sign_up("ada").await;
        let pages = ["On clay.", "On fire.", "On the pyrometric cone."];
        let body = bytes(pdf(&pages, &[("Title", "Of kilns")]));
        let link = app.site.page("/kilns.pdf", 200, &[("content-type", "application/pdf")], body);
        ada.post("/api/v1/content", json!({ "title": link, "link": link })).await.assert_status(201);
        app.run_jobs().await;

        for (question, page) in [("pyrometric", 3), ("fire", 2), ("clay", 1)] {
            let answer = search(&ada, &format!("q={question}&mode=semantic")).await;
            assert_eq!(answer["results"][0]["position"]["page"], page, "{answer}");
        }
        note(&ada, "Pottery", "Pyrometric notes.").await;
        app.run_jobs().await;
        let answer = search(&ada, "q=pyrometric+notes").await;
        assert!(answer["results"][0]["position"].get("page").is_none(), "{answer}");
    }

    async fn what_is_thrown_away_is_gone_at_once_and_comes_back_with_its_meaning(db: Db) {
        let app = with_hashes(db).await;
        let ada = app.sign_up("ada").await;
        let id = note(&ada, "Pottery", "Kilnfiring needs patience.").await;
        app.run_jobs().await;
        ada.delete(&format!("/api/v1/content/{id}")).await.assert_status(200);
        assert_eq!(titles(&ada, "q=klinfiring").await, Vec::<String>::new());

        ada.post(&format!("/api/v1/content/{id}/restore"), json!({})).await.assert_status(200);
        app.run_jobs().await;

        assert_eq!(titles(&ada, "q=klinfiring").await, ["Pottery"]);
    }

    async fn filters_hold_while_it_is_looked_for_so_that_as_many_answer_as_without(db: Db) {
        let app = with_hashes(db).await;
        let ada = app.sign_up("ada").await;
        for number in 0..130 {
            note(&ada, &format!("Kilnfiring {number}"), "Kilnfiring, and kilnfiring again.").await;
        }
        let rare = note(&ada, "Rare", "Of kilnfiring, once, among many other things that are of no interest to anybody.").await;
        ada.patch(&format!("/api/v1/content/{rare}"), json!({ "isFavorite": true })).await.assert_status(200);
        app.run_jobs().await;

        assert_eq!(titles(&ada, "q=klinfiring&limit=100&mode=semantic").await.len(), 100);
        assert_eq!(titles(&ada, "q=klinfiring&favorite=true&mode=semantic").await, ["Rare"]);
        assert_eq!(titles(&ada, "q=klinfiring&favorite=true").await, ["Rare"]);
        assert_eq!(titles(&ada, "q=klinfiring&type=github").await, Vec::<String>::new());
    }

    async fn phrases_and_exclusions_hold_for_what_meaning_finds_too(db: Db) {
        let app = with_hashes(db).await;
        let ada = app.sign_up("ada").await;
        note(&ada, "One", "Kilnfiring with gas.").await;
        note(&ada, "Two", "Kilnfiring with wood.").await;
        app.run_jobs().await;

        assert_eq!(titles(&ada, "q=klinfiring+-gas").await, ["Two"]);
        assert_eq!(titles(&ada, "q=klinfiring+%22with+gas%22").await, ["One"]);
    }

    async fn a_title_that_changes_is_found_by_its_new_meaning(db: Db) {
        let app = with_hashes(db).await;
        let ada = app.sign_up("ada").await;
        let id = note(&ada, "Pottery", "A text.").await;
        app.run_jobs().await;
        ada.patch(&format!("/api/v1/content/{id}"), json!({ "title": "Thermodynamics" })).await.assert_status(200);
        assert_eq!(embedding(&ada, &id).await["state"], "pending");

        app.run_jobs().await;

        assert_eq!(titles(&ada, "q=thermodynamical").await, ["Thermodynamics"]);
        assert_eq!(embedding(&ada, &id).await["state"], "embedded");
    }

    async fn what_is_related_comes_nearest_first_and_without_the_item_itself(db: Db) {
        let app = with_hashes(db).await;
        let ada = app.sign_up("ada").await;
        let id = note(&ada, "Kilns", "Kilnfiring and glazes, kilnfiring and bowls.").await;
        note(&ada, "More kilns", "Kilnfiring and glazes.").await;
        note(&ada, "Rivers", "Cold water below the mill.").await;
        app.run_jobs().await;

        let answer = ada.get(&format!("/api/v1/content/{id}/related?limit=1")).await.assert_status(200).json();

        assert_eq!((&answer["mode"], &answer["results"][0]["title"]), (&json!("semantic"), &json!("More kilns")));
        assert_eq!(answer["results"].as_array().unwrap().len(), 1);
        ada.get(&format!("/api/v1/content/{id}/related?limit=0")).await.assert_status(400);
    }

    async fn without_a_model_the_words_of_a_title_tell_what_is_related(db: Db) {
        let app = TestApp::new(db).await;
        let ada = app.sign_up("ada").await;
        let id = note(&ada, "-Kilns \"and", "A text.").await;
        note(&ada, "Bowls", "Out of the kiln.").await;
        note(&ada, "Rivers", "Cold water below the mill.").await;

        let answer = ada.get(&format!("/api/v1/content/{id}/related")).await.assert_status(200).json();

        assert_eq!((&answer["mode"], &answer["results"][0]["title"]), (&json!("text"), &json!("Bowls")));
        assert_eq!(answer["results"].as_array().unwrap().len(), 1);
    }

    async fn a_word_that_nobody_wrote_is_read_as_the_one_that_was_meant(db: Db) {
        let app = TestApp::new(db).await;
        let ada = app.sign_up("ada").await;
        note(&ada, "Bowls", "Porcelain out of the kiln.").await;

        for question in ["porcelian", "procelain", "porcel", "klin"] {
            let answer = search(&ada, &format!("q={question}")).await;
            assert_eq!(answer["results"][0]["title"], "Bowls", "{question}");
            assert!(answer["results"][0]["snippet"].as_str().unwrap().contains("<mark>"), "{answer}");
        }
        assert_eq!(titles(&ada, "q=stoneware").await, Vec::<String>::new());
    }

    async fn a_copy_and_a_text_that_is_nearly_the_same_are_told_and_others_are_not(db: Db) {
        let app = TestApp::new(db).await;
        let (ada, eve) = (app.sign_up("ada").await, app.sign_up("eve").await);
        let text: String = (0..120).map(|n| format!("word{n}")).collect::<Vec<_>>().join(" ");
        let first = note(&ada, "First", &text).await;
        note(&ada, "Copy", &text.to_uppercase()).await;
        note(&ada, "Nearly", &text.replace("word60", "other")).await;
        note(&ada, "Half", &text.split_at(text.len() / 2).0.repeat(2)).await;
        note(&eve, "Hers", &text).await;

        let item = ada.get(&format!("/api/v1/content/{first}")).await.assert_status(200).json();

        let similar: Vec<(&str, &str)> = item["similarTo"].as_array().unwrap().iter()
            .map(|one| (one["title"].as_str().unwrap(), one["likeness"].as_str().unwrap())).collect();
        assert_eq!(similar, [("Copy", "copy"), ("Nearly", "duplicate")]);
    }
}
