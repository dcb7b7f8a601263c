//! Everything Brainly can do, one verb a file.
//!
//! An action takes `&App` and plain data, and is the only place where a transaction spans tables and the queue. Whoever
//! calls it (HTTP, terminal, a job) translates; none of them adds a rule.
//!
//! To add one: a file named after the verb, its function re-exported here.

mod error;
mod open_account;
mod prove_password;

mod api_tokens;
pub mod archive;
mod authenticate;
pub mod backup;
mod cancel_jobs;
mod capture;
mod change_password;
mod check_health;
mod delete_account;
pub mod doctor;
mod edit_content;
mod embed_content;
mod embedding_status;
mod enrich_content;
mod export_brain;
pub mod import_links;
mod index_content;
mod items_of_jobs;
mod list_contents;
mod list_jobs;
mod measure;
pub mod migrate;
mod pause_queue;
mod purge;
mod queue_stats;
mod rate_limit;
mod read_content;
mod read_enrichment;
mod read_job;
mod read_markdown;
mod read_shared_brain;
mod reconcile;
mod related_contents;
mod remove_job;
mod request_enrichment;
mod retry_jobs;
mod revoke_sessions;
mod save_content;
mod search;
mod set_tags;
mod share_brain;
mod sign_in;
mod sign_in_with_google;
mod sign_up;
mod similar_contents;
mod tags;
mod trash_content;
mod users;
mod validate_link;

pub use error::{Error, Result};

pub use api_tokens::{ApiToken, MadeApiToken, NewApiToken, create_api_token, delete_api_token, list_api_tokens};
pub use authenticate::{Caller, authenticate};
pub use cancel_jobs::{CancelledJobs, cancel_job, cancel_jobs};
pub use capture::{Capture, Captured, capture};
pub use change_password::change_password;
pub use check_health::{Health, check_health};
pub use delete_account::{delete_account, delete_user};
pub use edit_content::{EditContent, edit_content};
pub use embed_content::{embed_content, give_up_embedding};
pub use embedding_status::{EmbeddingStatus, embedding_status, model_change};
pub use enrich_content::{enrich_content, give_up_enrichment, refresh_content};
pub use export_brain::{ExportPlace, export_page};
pub use index_content::index_content;
pub use list_contents::list_contents;
pub use list_jobs::{JobPage, list_jobs};
pub use measure::measure;
pub use pause_queue::{pause_queue, resume_queue};
pub use purge::purge;
pub use queue_stats::{QueueStatus, queue_stats};
pub use rate_limit::{Counted, rate_limit};
pub use read_content::{FullItem, read_content};
pub use read_enrichment::{Embedding, Enrichment, read_enrichment};
pub use read_job::read_job;
pub use read_markdown::read_markdown;
pub use read_shared_brain::{SharedBrain, read_shared_brain};
pub use reconcile::{Reconciled, reconcile};
pub use related_contents::related_contents;
pub use remove_job::remove_job;
pub use request_enrichment::request_enrichment;
pub use retry_jobs::{RetriedJobs, retry_job, retry_jobs};
pub use revoke_sessions::revoke_sessions;
pub use save_content::{NewContent, Saved, save_content};
pub use search::{Found, Position, Scores, Search, SearchAnswer, search};
pub use set_tags::set_tags;
pub use share_brain::{share_brain, unshare_brain};
pub use sign_in::{expect_old_passwords, sign_in};
pub use sign_in_with_google::sign_in_with_google;
pub use sign_up::sign_up;
pub use similar_contents::SimilarItem;
pub use tags::{Tag, create_tag, delete_tag, list_tags, rename_tag};
pub use trash_content::{restore_content, trash_content};
pub use users::{User, create_user, find_user, list_users, reset_password, set_admin, set_disabled};
pub use validate_link::{Provider, Recognized, provider_of, providers, validate_link};

// What answers are made of; whoever calls an action needs no other room.
pub use crate::queue::control::{Cancelled, Retried};
pub use crate::queue::inspect::{
    Attempt as JobAttempt, Depth, Filter as JobFilter, Job, JobDetails, KindStats, Oldest, Pace, QueueStats, Schedule,
    Window,
};
pub use crate::queue::{State as JobState, UnknownState};
pub use crate::search::Mode;
pub use crate::store::attempts::Attempt;
pub use crate::store::content_list::{Filter, Page, Start, TagRef};
pub use crate::store::contents::{Item, Texts};
