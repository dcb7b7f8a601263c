//! A discussion: by GraphQL with a token, else what its page shows.

use serde::Deserialize;
use serde_json::json;

use super::api::Api;
use super::{SERVICE, User, comments};
use crate::domain::Timestamp;
use crate::extract::{
    Error, Extracted, FullTextType, MAX_NAME, MAX_TAG, MAX_TAGS, MAX_TEXT, MAX_TITLE, Result, page, prose, reach,
};
use crate::text::clean;

const WHAT: &str = "This discussion";
/// A page that has less to say than this has shown only its frame, in characters.
const MIN_TEXT: usize = 200;
const QUERY: &str = "query($owner: String!, $name: String!, $number: Int!) { repository(owner: $owner, name: $name) { \
    discussion(number: $number) { title body url createdAt isAnswered author { login url avatarUrl } category { name } \
    labels(first: 30) { nodes { name } } comments(first: 100) { totalCount nodes { body isAnswer author { login } \
    replies(first: 20) { nodes { body author { login } } } } } } } }";

#[derive(Deserialize)]
struct Discussion {
    title: String,
    body: Option<String>,
    url: Option<String>,
    #[serde(rename = "createdAt")]
    created_at: Option<Timestamp>,
    #[serde(rename = "isAnswered")]
    is_answered: Option<bool>,
    author: Option<Author>,
    category: Option<Named>,
    labels: Option<Nodes<Named>>,
    comments: Option<Nodes<Comment>>,
}

#[derive(Deserialize)]
struct Author {
    login: String,
    url: Option<String>,
    #[serde(rename = "avatarUrl")]
    avatar_url: Option<String>,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

#[derive(Deserialize)]
struct Nodes<T> {
    #[serde(rename = "totalCount")]
    total: Option<u64>,
    nodes: Vec<T>,
}

#[derive(Deserialize)]
struct Comment {
    body: Option<String>,
    author: Option<Author>,
    #[serde(default, rename = "isAnswer")]
    is_answer: bool,
    replies: Option<Nodes<Comment>>,
}

pub(super) async fn read(api: &Api<'_>, owner: &str, name: &str, number: &str) -> Result<Extracted> {
    let parsed: i64 = number.parse().map_err(|_| Error::Gone(WHAT))?;
    let variables = json!({ "owner": owner, "name": name, "number": parsed });
    let Some(answer) = api.query(QUERY, &variables, WHAT).await? else {
        return read_page(api, &[owner, name, "discussions", number]).await;
    };
    let told = &answer["data"]["repository"]["discussion"];
    if told.is_null() {
        return Err(match answer["errors"].as_array() {
            Some(errors) if !errors.is_empty() => {
                Error::Closed("GitHub does not let the owner of GITHUB_TOKEN read this discussion".into())
            }
            _ => Error::Gone(WHAT),
        });
    }
    let discussion: Discussion = reach::json(SERVICE, told.to_string().as_bytes())?;
    Ok(extracted(&discussion, &format!("{owner}/{name}"), parsed))
}

async fn read_page(api: &Api<'_>, path: &[&str]) -> Result<Extracted> {
    let mut found = match page::read(api.reach, &api.page(path)).await {
        Err(Error::Fetch(error)) if error.status() == Some(404) => return Err(Error::Gone(WHAT)),
        other => other?,
    };
    let is_little = found.full_text.as_deref().is_none_or(|text| text.chars().nth(MIN_TEXT).is_none());
    if is_little && found.wall.is_none() {
        found.shortfall = Some("Discussions on GitHub can be read wholly only when GITHUB_TOKEN is set".into());
    }
    Ok(found)
}

fn extracted(discussion: &Discussion, repository: &str, number: i64) -> Extracted {
    let mut text = discussion.body.clone().unwrap_or_default();
    let comments = discussion.comments.as_ref().map(|comments| comments.nodes.as_slice()).unwrap_or_default();
    // The answer first, the others in their order.
    let (answers, others): (Vec<_>, Vec<_>) = comments.iter().partition(|comment| comment.is_answer);
    for comment in answers.into_iter().chain(others) {
        push(&mut text, comment);
        for reply in comment.replies.iter().flat_map(|replies| &replies.nodes) {
            push(&mut text, reply);
        }
    }
    let full_text = clean::block(&text, MAX_TEXT);
    let labels = discussion.labels.iter().flat_map(|labels| &labels.nodes);
    let mut found = Extracted {
        title: clean::line(&discussion.title, MAX_TITLE),
        published_at: discussion.created_at,
        tags: labels.filter_map(|label| clean::line(&label.name, MAX_TAG)).take(MAX_TAGS).collect(),
        site_name: Some(SERVICE.into()),
        canonical_link: discussion.url.as_deref().and_then(prose::link),
        full_text_type: full_text.is_some().then_some(FullTextType::Markdown),
        full_text,
        provider_data: Some(json!({
            "type": "discussion",
            "repository": repository,
            "number": number,
            "category": discussion.category.as_ref().and_then(|category| clean::line(&category.name, MAX_NAME)),
            "answered": discussion.is_answered,
            "comments": discussion.comments.as_ref().and_then(|comments| comments.total),
        })),
        ..Extracted::default()
    };
    if let Some(author) = &discussion.author {
        let (login, html_url) = (author.login.clone(), author.url.clone());
        User { login, html_url, avatar_url: author.avatar_url.clone() }.sign(&mut found);
    }
    found
}

fn push(text: &mut String, comment: &Comment) {
    let by = comment.author.as_ref().map(|author| author.login.as_str());
    comments::push(text, by, comment.body.as_deref());
}
