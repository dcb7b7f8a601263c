//! Stack Exchange: a question with its best answers, the accepted one first.
//!
//! Asks the API (<https://api.stackexchange.com/docs>), which needs no key for 300 questions a day and address. Its errors
//! come with status 400 and a body that says more; in a good answer, `backoff` asks for a rest.

use std::fmt::Write as _;
use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::sites::Link;
use super::{Error, Extracted, FullTextType, MAX_NAME, MAX_TAG, MAX_TAGS, MAX_TEXT, MAX_TITLE, Reach, Result};
use super::{prose, reach};
use crate::domain::Timestamp;
use crate::fetch::Request;
use crate::text::clean;

const SERVICE: &str = "Stack Exchange";
/// Answers that are kept.
const MAX_ANSWERS: usize = 10;
/// How long we stay away when the service does not say how long it wants that, and at most.
const REST: Duration = Duration::from_mins(1);
const LONGEST_REST: Duration = Duration::from_hours(24);

/// Every answer of the API.
#[derive(Deserialize)]
struct Wrapper<T> {
    items: Vec<T>,
    backoff: Option<u64>,
}

/// What the API says instead.
#[derive(Deserialize)]
struct Refusal {
    error_name: String,
    #[serde(default)]
    error_message: String,
}

#[derive(Deserialize)]
#[expect(clippy::struct_field_names, reason = "as the service names them")]
struct Question {
    question_id: u64,
    title: String,
    body: Option<String>,
    #[serde(default)]
    tags: Vec<String>,
    owner: Option<Owner>,
    creation_date: Option<i64>,
    link: Option<String>,
    score: Option<i64>,
    answer_count: Option<u64>,
    accepted_answer_id: Option<u64>,
    closed_reason: Option<String>,
}

#[derive(Deserialize)]
struct Owner {
    display_name: Option<String>,
    link: Option<String>,
}

#[derive(Deserialize)]
#[expect(clippy::struct_field_names, reason = "as the service names them")]
struct Answer {
    answer_id: u64,
    question_id: u64,
    body: Option<String>,
    owner: Option<Owner>,
    #[serde(default)]
    score: i64,
    #[serde(default)]
    is_accepted: bool,
}

/// A site and how to ask about it.
struct Site<'a> {
    reach: &'a Reach<'a>,
    host: &'a str,
}

pub(super) async fn read(reach: &Reach<'_>, link: &Link<'_>) -> Result<Extracted> {
    let [host, what, number] = *link.recognized.content_id.split('/').collect::<Vec<_>>() else {
        return Err(Error::Gone("This question"));
    };
    let site = Site { reach, host };
    let number = if what == "a" { site.question_of(number).await? } else { number.to_owned() };
    let question: Wrapper<Question> = site.ask(&["questions", &number], &[]).await?;
    let rest = question.backoff;
    let question = question.items.into_iter().next().ok_or(Error::Gone("This question"))?;
    if question.answer_count == Some(0) {
        return Ok(extracted(&question, &[], host));
    }
    // One more question while the service asks for a rest would earn us a longer one.
    if let Some(seconds) = rest {
        return Err(busy(Duration::from_secs(seconds)));
    }
    let answers = site.answers(&number, question.accepted_answer_id).await?;
    Ok(extracted(&question, &answers, host))
}

impl Site<'_> {
    async fn ask<T: DeserializeOwned>(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Wrapper<T>> {
        let mut url = reach::at(&self.reach.services.stackexchange_api, path);
        url.query_pairs_mut().append_pair("site", self.host).append_pair("filter", "withbody").extend_pairs(query);
        let request = Request::get(&url).accept("application/json").any_type().any_status();
        let page = self.reach.ask(request).await?;
        if page.status < 400 {
            return reach::json(SERVICE, &page.body);
        }
        Err(match serde_json::from_slice::<Refusal>(&page.body) {
            Ok(refusal) => refusal.into_error(),
            Err(_) if page.status == 429 => busy(REST),
            Err(_) => Error::Unexpected { service: SERVICE, what: format!("status {}", page.status) },
        })
    }

    async fn question_of(&self, answer: &str) -> Result<String> {
        let found: Wrapper<Answer> = self.ask(&["answers", answer], &[]).await?;
        let answer = found.items.first().ok_or(Error::Gone("This answer"))?;
        Ok(answer.question_id.to_string())
    }

    /// The accepted answer, then the others, those with most votes first.
    async fn answers(&self, question: &str, accepted: Option<u64>) -> Result<Vec<Answer>> {
        let best = [("order", "desc"), ("sort", "votes"), ("pagesize", "10")];
        let found: Wrapper<Answer> = self.ask(&["questions", question, "answers"], &best).await?;
        let mut answers = found.items;
        if let Some(accepted) = accepted.filter(|id| answers.iter().all(|answer| answer.answer_id != *id))
            && found.backoff.is_none()
        {
            let found: Wrapper<Answer> = self.ask(&["answers", &accepted.to_string()], &[]).await?;
            answers.extend(found.items);
        }
        answers.sort_by_key(|answer| std::cmp::Reverse((answer.is_accepted, answer.score)));
        answers.truncate(MAX_ANSWERS);
        Ok(answers)
    }
}

impl Refusal {
    fn into_error(self) -> Error {
        match self.error_name.as_str() {
            "throttle_violation" | "temporarily_unavailable" => {
                let mut numbers = self.error_message.split_whitespace().filter_map(|word| word.parse().ok());
                busy(numbers.next().map_or(REST, Duration::from_secs))
            }
            "no_method" | "bad_parameter" => Error::Gone("This question"),
            _ => Error::Unexpected { service: SERVICE, what: "an error".to_owned() },
        }
    }
}

fn busy(after: Duration) -> Error {
    Error::Busy { service: SERVICE, after: after.clamp(Duration::from_secs(1), LONGEST_REST) }
}

fn extracted(question: &Question, answers: &[Answer], host: &str) -> Extracted {
    let mut text = prose::text(question.body.as_deref().unwrap_or_default());
    for answer in answers {
        if text.len() > MAX_TEXT {
            break;
        }
        let by = answer.owner.as_ref().and_then(Owner::name).unwrap_or_else(|| "somebody".to_owned());
        let accepted = if answer.is_accepted { "accepted, " } else { "" };
        let body = prose::text(answer.body.as_deref().unwrap_or_default());
        let _ = write!(text, "\n\nAnswer by {by} ({accepted}score {}):\n\n{body}", answer.score);
    }
    let full_text = clean::block(&text, MAX_TEXT);
    Extracted {
        title: prose::line(&question.title, MAX_TITLE),
        author: question.owner.as_ref().and_then(Owner::name),
        author_url: question.owner.as_ref().and_then(|owner| prose::link(owner.link.as_deref()?)),
        published_at: question.creation_date.and_then(|seconds| Timestamp::from_timestamp(seconds, 0)),
        tags: question.tags.iter().filter_map(|tag| prose::line(tag, MAX_TAG)).take(MAX_TAGS).collect(),
        site_name: Some(site_name(host)),
        canonical_link: question.link.as_deref().and_then(prose::link),
        full_text_type: full_text.is_some().then_some(FullTextType::Plain),
        full_text,
        provider_data: Some(json!({
            "site": host,
            "questionId": question.question_id,
            "score": question.score,
            "answers": question.answer_count,
            "acceptedAnswerId": question.accepted_answer_id,
            "closedReason": question.closed_reason.as_deref().and_then(|why| prose::line(why, MAX_NAME)),
        })),
        ..Extracted::default()
    }
}

impl Owner {
    fn name(&self) -> Option<String> {
        prose::line(self.display_name.as_deref()?, MAX_NAME)
    }
}

/// The site's own name for the known ones, else its host.
fn site_name(host: &str) -> String {
    match host {
        "stackoverflow.com" => "Stack Overflow",
        "serverfault.com" => "Server Fault",
        "superuser.com" => "Super User",
        "askubuntu.com" => "Ask Ubuntu",
        "mathoverflow.net" => "MathOverflow",
        "stackapps.com" => "Stack Apps",
        other => other,
    }
    .into()
}
