//! What happens around every request, whatever route it takes.
//!
//! [`around`] lists the layers, outermost first. To add one: a file here with one function, one line in the list. What
//! concerns a single route is its handler's business; what a client must prove is [`crate::api::extract`]'s.

pub mod authenticate;
mod catch_panic;
mod client_address;
mod compress;
mod cors;
mod count_requests;
mod etag;
mod limit_rate;
mod log_request;
mod read_body;
mod request_id;
mod security_headers;

use std::sync::Arc;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use tower::ServiceBuilder;

use crate::app::App;

/// The routes within their layers. One stack, so that a request is boxed for each route once and not once a layer.
pub fn around(router: Router<App>, app: &App) -> Router<App> {
    let origins = Arc::new(cors::Origins::new(&app.config.http.cors_origins));
    router.layer(
        ServiceBuilder::new()
            .layer(compress::layer())
            .layer(from_fn_with_state(app.clone(), log_request::log_request))
            .layer(from_fn_with_state(origins, cors::cors))
            .layer(from_fn(etag::etag))
            .layer(catch_panic::layer())
            .layer(from_fn_with_state(app.clone(), authenticate::authenticate))
            .layer(from_fn_with_state(app.clone(), limit_rate::limit_rate))
            .layer(from_fn(read_body::read_body)),
    )
}
