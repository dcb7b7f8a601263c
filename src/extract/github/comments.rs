//! What was said of an issue, a pull request or a gist.

use std::fmt::Write as _;

use serde::Deserialize;

use super::User;
use super::api::Api;
use crate::extract::{Error, Extracted, MAX_TEXT, Result};

/// Comments in one answer, and answers that are asked for.
const A_PAGE: u64 = 100;
const MAX_PAGES: u64 = 5;

#[derive(Deserialize)]
pub(super) struct Comment {
    user: Option<User>,
    body: Option<String>,
    /// The file that a remark on a change is about.
    path: Option<String>,
}

/// Adds the comments at `path`, of which there are `count`, to the Markdown in `text`, and returns how many were kept. What
/// is missing becomes the shortfall of `found`.
///
/// # Errors
/// [`Error::Busy`]: they can be had later.
pub(super) async fn add(
    api: &Api<'_>,
    path: &[&str],
    count: u64,
    text: &mut String,
    found: &mut Extracted,
) -> Result<usize> {
    let mut kept = 0;
    for number in 1..=count.div_ceil(A_PAGE).min(MAX_PAGES) {
        let mut url = api.url(path);
        url.query_pairs_mut().append_pair("per_page", "100").append_pair("page", &number.to_string());
        let comments: Vec<Comment> = match api.json(&url, "This discussion").await {
            Ok(comments) => comments,
            Err(error @ Error::Busy { .. }) => return Err(error),
            Err(error) => {
                found.shortfall = Some(format!("Its comments could not be read: {}", error.for_people()));
                break;
            }
        };
        for comment in &comments {
            let by = comment.user.as_ref().map(|user| user.login.as_str());
            kept += usize::from(push_about(text, by, comment.path.as_deref(), comment.body.as_deref()));
        }
    }
    Ok(kept)
}

/// Adds one comment, if there is room and it says something.
pub(super) fn push(text: &mut String, by: Option<&str>, body: Option<&str>) -> bool {
    push_about(text, by, None, body)
}

fn push_about(text: &mut String, by: Option<&str>, path: Option<&str>, body: Option<&str>) -> bool {
    let Some(body) = body.map(str::trim).filter(|body| !body.is_empty() && text.len() < MAX_TEXT) else {
        return false;
    };
    let about = path.map(|path| format!(" on `{path}`")).unwrap_or_default();
    let _ = write!(text, "\n\n**{}**{about}:\n\n{body}", by.unwrap_or("somebody"));
    true
}
