//! Why a request failed, kept with the request until its answer is known.

use std::cell::RefCell;
use std::future::Future;

use futures::future::Either;

use crate::domain::fault;

tokio::task_local! {
    static CAUSE: RefCell<Option<String>>;
}

/// Runs a request so that [`note`] reaches it, and gives what was noted last.
pub fn asked<T>(request: impl Future<Output = T>) -> impl Future<Output = (T, Option<String>)> {
    if !fault::is_heard() {
        return Either::Left(async { (request.await, None) });
    }
    Either::Right(CAUSE.scope(RefCell::default(), async {
        let answer = request.await;
        (answer, CAUSE.with(RefCell::take))
    }))
}

/// Notes why the request under way fails; whether there is one that is listened to.
pub fn note(cause: impl FnOnce() -> String) -> bool {
    CAUSE.try_with(|kept| *kept.borrow_mut() = Some(cause())).is_ok()
}
