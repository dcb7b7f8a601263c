//! What handlers take from a request: bodies, queries and callers that hold.

mod body;
mod caller;
mod id;
mod query;
mod upload;

pub use body::{MAX_BODY_BYTES, ValidJson};
pub use caller::{AdminUser, CurrentUser, SessionUser};
pub use id::PathId;
pub use query::ValidQuery;
pub use upload::{MAX_UPLOAD_BYTES, UPLOADS, Upload};
