//! An issue or a pull request, with its comments.

use serde::Deserialize;
use serde_json::json;

use super::api::Api;
use super::{SERVICE, User, comments};
use crate::domain::Timestamp;
use crate::extract::{Extracted, FullTextType, MAX_NAME, MAX_TAG, MAX_TAGS, MAX_TEXT, MAX_TITLE, Result, prose};
use crate::text::clean;

/// An issue; of a pull request the same and more.
#[derive(Deserialize)]
struct Thread {
    number: u64,
    title: String,
    body: Option<String>,
    state: Option<String>,
    state_reason: Option<String>,
    html_url: Option<String>,
    user: Option<User>,
    #[serde(default)]
    labels: Vec<Label>,
    #[serde(default)]
    comments: u64,
    /// Remarks on lines of what a pull request changes.
    #[serde(default)]
    review_comments: u64,
    created_at: Option<Timestamp>,
    closed_at: Option<Timestamp>,
    merged_at: Option<Timestamp>,
    draft: Option<bool>,
    changed_files: Option<u64>,
    additions: Option<u64>,
    deletions: Option<u64>,
}

/// GitHub tells labels in both ways.
#[derive(Deserialize)]
#[serde(untagged)]
enum Label {
    Name(String),
    Full { name: Option<String> },
}

pub(super) async fn read(api: &Api<'_>, [owner, name]: [&str; 2], is_pull: bool, number: &str) -> Result<Extracted> {
    let (kind, what) = if is_pull { ("pulls", "This pull request") } else { ("issues", "This issue") };
    let (thread, seen) = api.subject::<Thread>(&["repos", owner, name, kind, number], what).await?;
    let mut found = Extracted { seen: Some(seen), ..extracted(&thread) };
    let mut text = thread.body.clone().unwrap_or_default();
    // A pull request is an issue too, and its discussion is that one's.
    let path = ["repos", owner, name, "issues", number, "comments"];
    let mut kept = comments::add(api, &path, thread.comments, &mut text, &mut found).await?;
    let path = ["repos", owner, name, "pulls", number, "comments"];
    kept += comments::add(api, &path, thread.review_comments, &mut text, &mut found).await?;
    found.full_text = clean::block(&text, MAX_TEXT);
    found.full_text_type = found.full_text.is_some().then_some(FullTextType::Markdown);
    found.provider_data = Some(json!({
        "type": if is_pull { "pull" } else { "issue" },
        "repository": format!("{owner}/{name}"),
        "number": thread.number,
        "state": thread.state.as_deref().and_then(|state| clean::line(state, MAX_NAME)),
        "stateReason": thread.state_reason.as_deref().and_then(|why| clean::line(why, MAX_NAME)),
        "comments": thread.comments + thread.review_comments,
        "commentsKept": kept,
        "closedAt": thread.closed_at,
        "mergedAt": thread.merged_at,
        "draft": thread.draft,
        "changedFiles": thread.changed_files,
        "additions": thread.additions,
        "deletions": thread.deletions,
    }));
    Ok(found)
}

fn extracted(thread: &Thread) -> Extracted {
    let labels = thread.labels.iter().filter_map(|label| match label {
        Label::Name(name) | Label::Full { name: Some(name) } => clean::line(name, MAX_TAG),
        Label::Full { name: None } => None,
    });
    let mut found = Extracted {
        title: clean::line(&thread.title, MAX_TITLE),
        published_at: thread.created_at,
        tags: labels.take(MAX_TAGS).collect(),
        site_name: Some(SERVICE.into()),
        canonical_link: thread.html_url.as_deref().and_then(prose::link),
        ..Extracted::default()
    };
    if let Some(user) = &thread.user {
        user.sign(&mut found);
    }
    found
}
