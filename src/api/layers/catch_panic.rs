//! A handler that panics is our fault, told as any other.

use std::any::Any;

use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;

use crate::api::Error;

type OnPanic = fn(Box<dyn Any + Send>) -> Response;

/// Turns a panic into a 500 and logs its message.
pub(super) fn layer() -> CatchPanicLayer<OnPanic> {
    CatchPanicLayer::custom(answer)
}

#[expect(clippy::needless_pass_by_value, reason = "the layer hands it over")]
fn answer(panic: Box<dyn Any + Send>) -> Response {
    // A message that was made at run time may hold what somebody sent.
    let message = panic.downcast_ref::<&'static str>().copied().unwrap_or("(not shown: it was made at run time)");
    tracing::error!(error = message, "a handler panicked");
    Error::Internal.into_response()
}
