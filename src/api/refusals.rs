//! The answers that many endpoints share, described once for OpenAPI.

use serde::Serialize;
use utoipa::{IntoResponses, ToSchema};

/// The body of every error.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Error)]
pub struct Refusal {
    /// For people.
    message: String,
    /// For programs: stable.
    code: String,
    /// Names the request in the server's log; only when the server is at fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
}

/// What any endpoint may answer.
#[derive(IntoResponses)]
pub enum Common {
    /// Something in the request is not what it must be.
    #[response(status = 400)]
    Invalid(#[to_schema] Refusal),
    /// Too many requests; `Retry-After` says when to come back.
    #[response(status = 429)]
    TooMany(#[to_schema] Refusal),
    /// The server's fault.
    #[response(status = 500)]
    Internal(#[to_schema] Refusal),
    /// The database is away, or there is too much to do.
    #[response(status = 503)]
    Unavailable(#[to_schema] Refusal),
}

/// What an endpoint for signed-in users may answer besides.
#[derive(IntoResponses)]
pub enum SignedIn {
    /// No token, or one that does not hold.
    #[response(status = 401)]
    Unauthorized(#[to_schema] Refusal),
    /// The token does not reach that far.
    #[response(status = 403)]
    Forbidden(#[to_schema] Refusal),
}

/// What an endpoint that takes a body may answer besides.
#[derive(IntoResponses)]
pub enum WithBody {
    /// The body is larger than 1 MiB.
    #[response(status = 413)]
    TooLarge(#[to_schema] Refusal),
    /// The body is not JSON.
    #[response(status = 415)]
    UnsupportedMediaType(#[to_schema] Refusal),
}

/// What an endpoint about one thing may answer besides.
#[derive(IntoResponses)]
pub enum AboutOne {
    /// There is no such thing, or it is somebody else's.
    #[response(status = 404)]
    NotFound(#[to_schema] Refusal),
}

/// What an endpoint that changes a job may answer besides.
#[derive(IntoResponses)]
pub enum InThatState {
    /// The job is in no state for that.
    #[response(status = 409)]
    Conflict(#[to_schema] Refusal),
}
