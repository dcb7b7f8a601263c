//! GitHub: repositories with their README, files, issues, pull requests, discussions and gists.
//!
//! Asks the REST API (<https://docs.github.com/en/rest>), which answers 60 questions an hour and address without a token,
//! and GraphQL for discussions, which answers none. `GITHUB_API_URL` leads to GitHub Enterprise.

mod api;
mod comments;
mod discussion;
mod file;
mod gist;
mod place;
mod repository;
mod thread;

use serde::Deserialize;

use self::api::Api;
use self::place::Place;
use super::sites::Link;
use super::{Error, Extracted, MAX_NAME, Reach, Result, prose};
use crate::text::clean;

const SERVICE: &str = "GitHub";

/// Somebody, or an organisation.
#[derive(Deserialize)]
struct User {
    login: String,
    html_url: Option<String>,
    avatar_url: Option<String>,
}

pub(super) async fn read(reach: &Reach<'_>, link: &Link<'_>) -> Result<Extracted> {
    let api = Api::new(reach);
    // What one clones is the repository too.
    let id = link.recognized.content_id.trim_end_matches(".git");
    match *id.split('/').collect::<Vec<_>>() {
        ["gist", .., id] => gist::read(&api, id).await,
        [owner, name, "discussions", number] => discussion::read(&api, owner, name, number).await,
        [owner, name, what @ ("issues" | "pull"), number] => {
            thread::read(&api, [owner, name], what == "pull", number).await
        }
        [owner, name] => match Place::of(link.source.target()) {
            Place::Root => repository::read(&api, [owner, name], None).await,
            Place::Folder(way) => repository::read(&api, [owner, name], Some(&way)).await,
            Place::File(ways) => file::read(&api, [owner, name], &ways, link.source.target()).await,
        },
        _ => Err(Error::Gone("This repository")),
    }
}

impl User {
    fn name(&self) -> Option<String> {
        clean::line(&self.login, MAX_NAME)
    }

    /// Puts its owner into what was found.
    fn sign(&self, found: &mut Extracted) {
        found.author = self.name();
        found.author_url = self.html_url.as_deref().and_then(prose::link);
        found.thumbnail_url = self.avatar_url.as_deref().and_then(prose::link);
    }
}
