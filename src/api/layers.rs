//! What happens around every request, outermost first.

pub mod authenticate;

use axum::Router;
use axum::middleware::from_fn_with_state;

use crate::app::App;

/// The routes within their layers; the last one added is the outermost.
pub fn around(router: Router<App>, app: &App) -> Router<App> {
    router.layer(from_fn_with_state(app.clone(), authenticate::authenticate))
}
