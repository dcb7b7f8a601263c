//! Version 1 of the API: every route once.

pub mod admin;
pub mod api_tokens;
pub mod brain;
pub mod capture;
pub mod content;
pub mod enrichment;
pub mod imports;
pub mod item;
pub mod links;
pub mod me;
pub mod my_export;
pub mod page;
pub mod search;
pub mod sessions;
pub mod signin;
pub mod signup;
pub mod tags;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

/// The routes below `/api/v1`.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(content::create, content::list, content::trash_by_body))
        .routes(routes!(content::read, content::edit, content::trash))
        .routes(routes!(content::restore))
        .routes(routes!(content::set_tags))
        .routes(routes!(enrichment::request))
        .routes(routes!(enrichment::read))
        .routes(routes!(capture::capture))
        .routes(routes!(links::validate))
        .routes(routes!(links::providers))
        .routes(routes!(tags::list, tags::create))
        .routes(routes!(tags::rename, tags::delete))
        .routes(routes!(brain::share))
        .routes(routes!(brain::read))
        .routes(routes!(search::find))
        .routes(routes!(signup::sign_up))
        .routes(routes!(signin::sign_in))
        .routes(routes!(signin::sign_in_with_google))
        .routes(routes!(me::read, me::delete))
        .routes(routes!(my_export::export))
        .routes(routes!(imports::create, imports::list))
        .routes(routes!(imports::read, imports::undo))
        .routes(routes!(imports::rows))
        .routes(routes!(sessions::change_password))
        .routes(routes!(sessions::revoke))
        .routes(routes!(api_tokens::list, api_tokens::create))
        .routes(routes!(api_tokens::delete))
        .routes(routes!(admin::queues::list))
        .routes(routes!(admin::queues::pause))
        .routes(routes!(admin::queues::resume))
        .routes(routes!(admin::jobs::list))
        .routes(routes!(admin::jobs::retry_many))
        .routes(routes!(admin::jobs::read, admin::jobs::remove))
        .routes(routes!(admin::jobs::retry))
        .routes(routes!(admin::jobs::cancel))
}
