//! GitHub: repositories, files, issues, pull requests, discussions and gists.

mod discussions;
mod gists;
mod limits;
mod repositories;
mod threads;

use brainly::db::Db;
use serde_json::{Value, json};

use super::{assert_enriched, assert_told, read};
use crate::harness::TestApp;

/// As GitHub Enterprise has it: pages at the root, REST and GraphQL below.
async fn app(db: Db) -> TestApp {
    TestApp::with(db, &[("GITHUB_API_URL", "{site}/api/v3")]).await
}

async fn app_with_token(db: Db) -> TestApp {
    TestApp::with(db, &[("GITHUB_API_URL", "{site}/api/v3"), ("GITHUB_TOKEN", "ghp_secret")]).await
}

/// A user as the REST API tells one; `url` is not for people.
fn user(name: &str) -> Value {
    json!({
        "login": name, "url": format!("https://api.github.com/users/{name}"), "html_url": format!("https://github.com/{name}"),
        "avatar_url": format!("https://avatars.githubusercontent.com/{name}?v=4"),
    })
}

fn put_up_repository(app: &TestApp) {
    app.site.page("/api/v3/repos/ada/kiln", 200, &[("content-type", "application/json"), ("etag", "W/\"one\"")], json!({
        "full_name": "ada/kiln", "html_url": "https://github.com/ada/kiln", "description": "Fires clay, slowly",
        "topics": ["kiln", "pottery"], "language": "Rust", "license": { "key": "mit", "spdx_id": "MIT", "name": "MIT License" },
        "stargazers_count": 42, "forks_count": 2, "default_branch": "main", "archived": true, "fork": false,
        "created_at": "2024-05-06T07:08:09Z", "pushed_at": "2025-01-02T03:04:05Z", "owner": user("ada"),
    }).to_string());
}

const RAW: &[(&str, &str)] =
    &[("content-type", "application/vnd.github.raw+json; charset=utf-8"), ("etag", "\"file\"")];
