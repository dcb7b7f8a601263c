//! The only way out to the network: [`Fetcher::get`] reads one page that a stranger's link names, or says why not.
//!
//! A link may be hostile, so may its host, its name server and what it answers. What holds for every fetch:
//!
//! - Only `http` and `https`, no credentials, ports 80, 443, 8080 and 8443. Every hop of a redirect is checked anew.
//! - A name is resolved once per hop, every address must be public, and the connection goes to those very addresses, so an
//!   answer that changes in between changes nothing. `FETCH_ALLOW_PRIVATE` opens named exceptions, on any port they name.
//! - Time in all, to connect and to the headers, size of headers and of the decoded body, and redirects have limits. A body is
//!   packed once or not at all, and what unpacks to hundreds of times its size is a bomb.
//! - No cookies, no referrer, no proxy from the environment. What a caller adds to a request stays with the link's origin.
//! - The hosts of one owner get a few requests at a time, one a second, and none while they asked to be left alone, from all who
//!   share a [`Pace`] together.
//! - Neither errors, logs nor `Debug` show more of a link than its host.
//!
//! To refuse a further address block: one row in `address`. A further local name: one row in `guard`. A site that wants more
//! peace: one row in `hosts`.
//!
//! Reading what came back is `extract`'s business; when to try again that of the queue, which asks [`Error::retry`].

mod address;
mod attempt;
mod body;
mod deadlines;
mod error;
mod fetcher;
mod guard;
mod hosts;
mod memory;
mod pace;
mod page;
mod politeness;
mod redirect;
mod refusal;
mod request;
mod resolve;
mod retry;
mod tls;

pub use address::special_use;
pub use error::{Error, Stage};
pub use fetcher::Fetcher;
pub use pace::{Answer, Ask, Decision, Host, Pace, Pacing, Visit, Visitor};
pub use page::Page;
pub use redirect::Redirect;
pub use refusal::Refusal;
pub use request::Request;
pub use reqwest::header::HeaderName;
pub use resolve::{Resolve, Resolving, SystemResolver};
pub use retry::Retry;
pub use tls::config as tls;
