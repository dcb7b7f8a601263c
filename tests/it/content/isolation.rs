//! Nobody reaches what is somebody else's.

use axum::http::Method;
use brainly::db::Db;
use serde_json::json;

use super::{save_with, tag, titles};
use crate::harness::{TestApp, on_both_engines};

on_both_engines! {
    async fn a_strangers_item_tag_and_words_are_as_if_they_were_not_there(db: Db) {
        let app = TestApp::new(db).await;
        let (ada, eve) = (app.sign_up("ada").await, app.sign_up("eve").await);
        let private = tag(&ada, "private").await;
        let item = save_with(&ada, json!({ "title": "Secret plan", "link": "https://example.org/", "tags": [private] })).await;
        let id = item["id"].as_str().unwrap();

        for (method, path) in [
            (Method::GET, format!("/content/{id}")),
            (Method::PATCH, format!("/content/{id}")),
            (Method::DELETE, format!("/content/{id}")),
            (Method::POST, format!("/content/{id}/restore")),
            (Method::POST, format!("/content/{id}/enrich")),
            (Method::GET, format!("/content/{id}/enrichment")),
            (Method::PUT, format!("/content/{id}/tags")),
            (Method::DELETE, "/content".to_owned()),
            (Method::PATCH, format!("/tags/{private}")),
            (Method::DELETE, format!("/tags/{private}")),
        ] {
            let body = json!({ "contentId": id, "tags": [], "name": "mine", "title": "mine" });
            let refused = eve.json(method.clone(), &format!("/api/v1{path}"), &body).await;
            assert_eq!(refused.status, 404, "{method} {path}: {}", refused.text());
            let malformed = path.replace(id, "no-uuid").replace(&private, "no-uuid");
            let body = json!({ "contentId": "no-uuid", "tags": [], "name": "mine", "title": "mine" });
            let same = eve.json(method.clone(), &format!("/api/v1{malformed}"), &body).await;
            assert_eq!((same.status, same.text()), (refused.status, refused.text()), "{method} {malformed}");
        }
        assert!(titles(&eve, "").await.is_empty());
        assert!(titles(&eve, &format!("?tag={private}")).await.is_empty());
        assert_eq!(eve.get("/api/v1/search?q=secret").await.json()["results"], json!([]));
        assert_eq!(titles(&ada, "?tag=private").await, ["Secret plan"]);
    }

    async fn without_a_token_only_what_is_public_answers(db: Db) {
        let app = TestApp::new(db).await;
        let anybody = app.anonymous();
        for path in ["/content", "/content/x", "/content/x/enrichment", "/tags", "/search?q=x"] {
            let refused = anybody.get(&format!("/api/v1{path}")).await.assert_status(401).json();
            assert_eq!(refused["message"], "Authorization header missing or in incorrect format", "{path}");
        }
        for path in ["/content", "/capture", "/content/validate", "/tags", "/brain/share", "/content/x/enrich"] {
            anybody.post(&format!("/api/v1{path}"), json!({})).await.assert_status(401);
        }
        let forged = anybody.with_token("x.y.z").get("/api/v1/content").await.assert_status(401).json();
        assert_eq!(forged["message"], "Invalid or expired token");
    }
}
