//! An OpenAI-compatible server, in good health and in bad.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use brainly::db::Db;
use serde_json::{Value, json};

use super::{embedding, note, search, titles};
use crate::harness::{TestApp, on_both_engines};

#[derive(Clone, Copy, PartialEq)]
enum Mood {
    Well,
    Broken,
    /// 429, with a minute to wait.
    Tired,
    /// Vectors of another size.
    Short,
    Garbled,
    /// A vector too few.
    Half,
    /// Takes no more than four texts at once.
    Small,
    /// Refuses a text of more than so many bytes.
    Narrow,
    /// Takes every question, and never answers.
    Hanging,
}

/// A server whose vectors count letters.
#[derive(Clone)]
struct Server(Arc<Mutex<(Mood, Vec<Value>)>>);

impl Server {
    async fn start() -> (Self, String) {
        let server = Self(Arc::new(Mutex::new((Mood::Well, Vec::new()))));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        let router = Router::new().route("/v1/embeddings", post(answer)).with_state(server.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (server, url)
    }

    fn feels(&self, mood: Mood) {
        self.0.lock().unwrap().0 = mood;
    }

    fn asked(&self) -> Vec<Value> {
        self.0.lock().unwrap().1.clone()
    }
}

async fn answer(State(server): State<Server>, headers: HeaderMap, Json(question): Json<Value>) -> Response {
    assert_eq!(headers["authorization"], "Bearer sesame");
    let mood = {
        let mut state = server.0.lock().unwrap();
        state.1.push(question.clone());
        state.0
    };
    if mood == Mood::Hanging {
        std::future::pending::<()>().await;
    }
    let texts: Vec<&str> = question["input"].as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect();
    let vector = |text: &str| -> Vec<f64> {
        let letters = b'a'..=b'z';
        letters
            .map(|letter| {
                0.1 + f64::from(
                    u32::try_from(text.bytes().filter(|byte| byte.to_ascii_lowercase() == letter).count()).unwrap(),
                )
            })
            .collect()
    };
    let mut data: Vec<Value> = texts
        .iter()
        .enumerate()
        .map(|(index, text)| json!({ "index": index, "embedding": vector(text) }))
        .rev()
        .collect();
    match mood {
        Mood::Broken => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Mood::Tired => return (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "60")]).into_response(),
        Mood::Short => data.iter_mut().for_each(|one| one["embedding"] = json!([1.0, 2.0])),
        Mood::Garbled => return "<html>".into_response(),
        Mood::Half => drop(data.pop()),
        Mood::Small if texts.len() > 4 => return StatusCode::PAYLOAD_TOO_LARGE.into_response(),
        Mood::Narrow if texts.iter().any(|text| text.len() > 300) => {
            return StatusCode::BAD_REQUEST.into_response();
        }
        Mood::Narrow | Mood::Small | Mood::Well | Mood::Hanging => {}
    }
    Json(json!({ "data": data })).into_response()
}

async fn app(db: Db, url: &str) -> TestApp {
    TestApp::with(
        db,
        &[
            ("EMBEDDING_PROVIDER", "openai"),
            ("OPENAI_BASE_URL", url),
            ("OPENAI_API_KEY", "sesame"),
            ("EMBEDDING_MODEL", "letters"),
        ],
    )
    .await
}

on_both_engines! {
    async fn a_server_on_this_machine_is_asked_in_batches_and_its_vectors_serve(db: Db) {
        let (server, url) = Server::start().await;
        let app = app(db, &url).await;
        let ada = app.sign_up("ada").await;
        let id = note(&ada, "Long", &"zzz qqq jumps over it. ".repeat(600)).await;
        app.run_jobs().await;

        let answer = search(&ada, "q=zzqq+zzqq&mode=semantic").await;

        assert_eq!((&answer["mode"], &answer["results"][0]["title"]), (&json!("semantic"), &json!("Long")));
        let told = embedding(&ada, &id).await;
        let place = url.trim_start_matches("http://").trim_end_matches("/v1");
        assert_eq!((&told["state"], &told["model"]), (&json!("embedded"), &json!(format!("letters@{place}"))));
        let asked = server.asked();
        assert!(asked.iter().all(|question| question["model"] == "letters" && question["input"].as_array().unwrap().len() <= 32));
        assert!(asked.len() > 2);
    }

    async fn a_server_that_fails_loses_nothing_and_words_answer_meanwhile(db: Db) {
        let (server, url) = Server::start().await;
        let app = app(db, &url).await;
        let ada = app.sign_up("ada").await;
        note(&ada, "First", "Kilns.").await;
        app.run_jobs().await;
        for (mood, told) in [
            (Mood::Broken, "status 500"), (Mood::Short, "EMBEDDING_DIMENSIONS"), (Mood::Garbled, "can't be used"), (Mood::Half, "as many vectors"),
        ] {
            server.feels(mood);
            let id = note(&ada, "Kilns", &format!("Kilns, {told}.")).await;
            app.run_jobs().await;
            let ledger = embedding(&ada, &id).await;
            assert_eq!(ledger["state"], "retry", "{told}");
            assert!(ledger["error"].as_str().unwrap().contains(told), "{ledger}");
            let answer = search(&ada, "q=kilns").await;
            assert_eq!((&answer["mode"], answer["results"].as_array().unwrap().is_empty()), (&json!("text"), false), "{told}");

            server.feels(Mood::Well);
            app.clock.advance(Duration::from_hours(2));
            app.run_jobs().await;
            assert_eq!(embedding(&ada, &id).await["state"], "embedded", "{told}");
        }
    }

    async fn a_server_that_asks_for_patience_gets_it_and_no_attempt_is_counted(db: Db) {
        let (server, url) = Server::start().await;
        let app = app(db, &url).await;
        let ada = app.sign_up("ada").await;
        note(&ada, "First", "Kilns.").await;
        app.run_jobs().await;
        server.feels(Mood::Tired);
        let id = note(&ada, "Second", "More kilns.").await;
        let third = note(&ada, "Third", "And more.").await;
        app.run_jobs().await;
        for id in [&id, &third] {
            let ledger = embedding(&ada, id).await;
            assert_eq!((&ledger["state"], &ledger["error"]), (&json!("retry"), &json!("The embedding server wants to be left alone for a while")));
        }
        let asked = server.asked().len();
        app.clock.advance(Duration::from_secs(30));
        app.run_jobs().await;
        assert_eq!(server.asked().len(), asked);

        server.feels(Mood::Well);
        app.clock.advance(Duration::from_secs(40));
        app.run_jobs().await;

        assert_eq!(embedding(&ada, &id).await["state"], "embedded");
    }

    async fn a_server_that_takes_few_texts_at_once_gets_few(db: Db) {
        let (server, url) = Server::start().await;
        let app = app(db, &url).await;
        let ada = app.sign_up("ada").await;
        server.feels(Mood::Small);
        let id = note(&ada, "Long", &"A sentence about kilns and bowls. ".repeat(300)).await;

        app.run_jobs().await;

        assert_eq!(embedding(&ada, &id).await["state"], "embedded");
    }

    async fn a_server_that_refuses_long_texts_reads_their_beginning_and_a_long_question_takes_it_from_nobody(db: Db) {
        let (server, url) = Server::start().await;
        let app = app(db, &url).await;
        let ada = app.sign_up("ada").await;
        server.feels(Mood::Narrow);
        let id = note(&ada, "Long", &"A sentence about kilns and bowls. ".repeat(30)).await;

        app.run_jobs().await;

        assert_eq!(embedding(&ada, &id).await["state"], "embedded");
        assert_eq!(search(&ada, &format!("q={}", "kilns+".repeat(300))).await["mode"], "hybrid");
        assert_eq!(search(&ada, "q=kilns").await["mode"], "hybrid");
    }

    async fn a_server_that_is_down_from_the_first_day_is_used_from_the_day_it_comes(db: Db) {
        let (server, url) = Server::start().await;
        let app = app(db, &url).await;
        let ada = app.sign_up("ada").await;
        server.feels(Mood::Broken);
        let id = note(&ada, "First", "Kilns.").await;
        app.run_jobs().await;
        assert_eq!(titles(&ada, "q=kilns").await, ["First"]);
        assert_eq!(embedding(&ada, &id).await["state"], "pending");

        server.feels(Mood::Well);
        app.clock.advance(Duration::from_hours(2));
        app.run_jobs().await;

        assert_eq!(embedding(&ada, &id).await["state"], "embedded");
    }

    async fn a_server_that_hangs_costs_one_question_its_patience_and_is_asked_again_after_a_rest(db: Db) {
        let (server, url) = Server::start().await;
        let app = app(db, &url).await;
        let ada = app.sign_up("ada").await;
        note(&ada, "First", "Kilns.").await;
        app.run_jobs().await;
        server.feels(Mood::Hanging);
        let asked = server.asked().len();

        for _ in 0..2 {
            let answer = search(&ada, "q=kilns").await;
            assert_eq!((&answer["mode"], &answer["results"][0]["title"]), (&json!("text"), &json!("First")));
        }
        assert_eq!(server.asked().len(), asked + 1, "whoever asks next does not wait");
        let id = note(&ada, "Second", "More kilns.").await;
        assert_eq!(titles(&ada, "q=more").await, ["Second"]);

        server.feels(Mood::Well);
        app.clock.advance(Duration::from_secs(11));
        assert_eq!(search(&ada, "q=kilns").await["mode"], "hybrid");
        app.run_jobs().await;
        assert_eq!(embedding(&ada, &id).await["state"], "embedded");
    }

    async fn a_piece_comes_with_its_title_unless_that_is_but_the_first_line(db: Db) {
        let (server, url) = Server::start().await;
        let app = app(db, &url).await;
        let ada = app.sign_up("ada").await;
        note(&ada, "Kilns", "Wet clay.").await;
        ada.post("/api/v1/capture", json!({ "text": "Wet clay,\nand dry." })).await.assert_status(201);

        app.run_jobs().await;

        let texts: Vec<String> = server.asked().iter().flat_map(|asked| asked["input"].as_array().unwrap().clone())
            .map(|text| text.as_str().unwrap().to_owned()).collect();
        for text in ["Title: Kilns\nType: note\n\nWet clay.", "Wet clay,\nand dry."] {
            assert!(texts.iter().any(|asked| asked == text), "{texts:?}");
        }
    }
}
