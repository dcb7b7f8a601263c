//! Who may see what goes on, and who is told.

use super::reader::Reader;
use super::secret::Secret;
use super::setting::{DefaultValue, Setting, Values};
use super::value::Parsed;

/// Metrics.
#[derive(Clone, Debug)]
pub struct Observability {
    /// What `/metrics` wants as bearer; anybody may read them without.
    pub metrics_token: Option<Secret<String>>,
}

const METRICS_TOKEN: Setting = Setting {
    name: "METRICS_TOKEN",
    default: DefaultValue::Unset,
    values: Values::Like("at least 16 characters without spaces"),
    about: "What `/metrics` wants as `Authorization: Bearer …`. Without it anybody who reaches Brainly may read the metrics.",
    secret: true,
};

impl Observability {
    pub(super) fn read(from: &mut Reader<'_>) -> Self {
        from.section("Observability");
        Self { metrics_token: from.optional(&METRICS_TOKEN, token) }
    }
}

fn token(text: &str) -> Parsed<Secret<String>> {
    if text.len() < 16 || text.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err("must have at least 16 characters and no spaces".to_owned());
    }
    Ok(Secret::new(text.to_owned()))
}
