//! Finds out once who is asking; rate limits, logs and handlers read it from there.

use axum::extract::{MatchedPath, Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::Response;

use crate::actions::{self, Caller};
use crate::app::App;
use crate::domain::UserId;

/// What became of the request's token; nothing when none came.
#[derive(Debug, Clone)]
pub enum Authenticated {
    /// It holds.
    As(Caller),
    /// It does not.
    Refused,
    /// It could not be checked: the database is away.
    DatabaseUnavailable,
    /// It could not be checked: our fault.
    Failed,
}

/// Stays with the answer, for the log.
#[derive(Debug, Clone, Copy)]
pub(super) struct SignedIn(pub(super) UserId);

/// Checks a bearer token, if there is one. Whether one is needed is the handler's to say.
pub async fn authenticate(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let Some(token) = bearer(&request).filter(|_| !is_for_monitors(&request)) else { return next.run(request).await };
    let found = match actions::authenticate(&app, token).await {
        Ok(caller) => Authenticated::As(caller),
        Err(actions::Error::InvalidToken) => Authenticated::Refused,
        Err(error) => match crate::api::Error::from(error) {
            crate::api::Error::DatabaseUnavailable => Authenticated::DatabaseUnavailable,
            _ => Authenticated::Failed,
        },
    };
    let user = if let Authenticated::As(caller) = &found { Some(caller.user.id) } else { None };
    request.extensions_mut().insert(found);
    let mut response = next.run(request).await;
    if let Some(user) = user {
        response.extensions_mut().insert(SignedIn(user));
    }
    response
}

/// What says whether the database answers must not wait for it first, whatever token comes along.
fn is_for_monitors(request: &Request) -> bool {
    let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    matches!(route, Some("/health" | "/health/live" | "/metrics"))
}

fn bearer(request: &Request) -> Option<&str> {
    let value = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim()).filter(|token| !token.is_empty())
}
