//! What kind of thing a saved item is.
/// Kind
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Link
    Link,
}
impl Kind {
    /// text
    pub const fn as_str(self) -> &'static str {
        "link"
    }
}
