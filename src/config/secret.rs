//! A value that must not be seen by accident.

use std::fmt;

/// Wraps a password, a key or a token: no `Display`, no `Serialize`, and a `Debug` that tells nothing, not even a length.
///
/// Comparing secrets in constant time is the business of whoever verifies them, hence no `PartialEq`.
#[derive(Clone)]
pub struct Secret<T>(T);

impl<T> Secret<T> {
    /// Hides `value`.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself; keep the borrow short and never log it.
    pub const fn expose(&self) -> &T {
        &self.0
    }
}

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[hidden]")
    }
}
