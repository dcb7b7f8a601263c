//! A number for the rows of a table: the same for the same rows, in any order, on either engine.
//!
//! Each row is written in one canonical form and hashed (SHA-256); the sum of the hashes, modulo 2²⁵⁶, is the table's. Two
//! equal rows count twice. It tells damage and mistakes; whoever wants to forge a backup can forge its manifest as well.

use sha2::{Digest as _, Sha256};

use crate::db::Value;

/// The sum over rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Fingerprint {
    rows: u64,
    sum: [u64; 4],
}

impl Fingerprint {
    /// Adds a row; the order of its values is the caller's, and always the same.
    pub fn add(&mut self, row: &[Value]) {
        let mut hash = Sha256::new();
        for value in row {
            update(&mut hash, value);
        }
        let digest = hash.finalize();
        let mut carry = false;
        for (sum, part) in self.sum.iter_mut().zip(digest.chunks_exact(8)) {
            let part = part.try_into().map_or(0, u64::from_le_bytes);
            let (next, over) = sum.overflowing_add(part);
            let (next, over_again) = next.overflowing_add(u64::from(carry));
            (*sum, carry) = (next, over || over_again);
        }
        self.rows += 1;
    }

    /// How many rows were added.
    pub const fn rows(&self) -> u64 {
        self.rows
    }

    /// As it is written.
    pub fn to_hex(&self) -> String {
        hex::encode(self.sum.map(u64::to_be_bytes).concat())
    }
}

/// A value with its kind and length, so that no two rows are written alike. Times count in microseconds, which both engines
/// keep; numbers of one value count as one, whatever their width.
fn update(hash: &mut Sha256, value: &Value) {
    match value {
        Value::Bool(Some(value)) => part(hash, b'b', &[u8::from(*value)]),
        Value::Int(Some(value)) => part(hash, b'i', &i64::from(*value).to_le_bytes()),
        Value::Big(Some(value)) => part(hash, b'i', &value.to_le_bytes()),
        Value::Real(Some(value)) => part(hash, b'r', &value.to_bits().to_le_bytes()),
        Value::Text(Some(value)) => part(hash, b't', value.as_bytes()),
        Value::Bytes(Some(value)) => part(hash, b'x', value),
        Value::Uuid(Some(value)) => part(hash, b'u', value.as_bytes()),
        Value::Time(Some(value)) => part(hash, b'z', &value.timestamp_micros().to_le_bytes()),
        Value::Json(Some(value)) => {
            let mut text = String::new();
            canonical(value, &mut text);
            part(hash, b'j', text.as_bytes());
        }
        _ => hash.update(b"n"),
    }
}

fn part(hash: &mut Sha256, kind: u8, bytes: &[u8]) {
    hash.update([kind]);
    hash.update((bytes.len() as u64).to_le_bytes());
    hash.update(bytes);
}

/// JSON with its keys in order and its numbers in one spelling: `jsonb` keeps neither.
fn canonical(value: &serde_json::Value, out: &mut String) {
    use serde_json::Value as Json;
    match value {
        Json::Number(number) => match number.as_f64() {
            Some(real) if number.is_f64() && real.fract() == 0.0 && real.abs() < 9e15 => {
                #[expect(clippy::cast_possible_truncation, reason = "a whole number below 2^53")]
                out.push_str(&(real as i64).to_string());
            }
            _ => out.push_str(&number.to_string()),
        },
        Json::Array(items) => {
            out.push('[');
            for item in items {
                canonical(item, out);
                out.push(',');
            }
            out.push(']');
        }
        Json::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort();
            out.push('{');
            for key in keys {
                out.push_str(&Json::String(key.clone()).to_string());
                out.push(':');
                canonical(&map[key], out);
                out.push(',');
            }
            out.push('}');
        }
        plain => out.push_str(&plain.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Fingerprint;
    use crate::db::Value;

    fn of(rows: &[Vec<Value>]) -> String {
        let mut sum = Fingerprint::default();
        for row in rows {
            sum.add(row);
        }
        sum.to_hex()
    }

    #[test]
    fn order_does_not_count_and_everything_else_does() {
        let row = |text: &str, number: i64| vec![Value::from(text), Value::from(number)];

        assert_eq!(of(&[row("a", 1), row("b", 2)]), of(&[row("b", 2), row("a", 1)]));
        for other in [vec![row("a", 1)], vec![row("a", 2), row("b", 1)], vec![row("a", 1), row("b", 2), row("b", 2)]] {
            assert_ne!(of(&[row("a", 1), row("b", 2)]), of(&other));
        }
        assert_ne!(of(&[vec![Value::from("ab"), "".into()]]), of(&[vec![Value::from("a"), "b".into()]]));
        assert_ne!(of(&[vec![Value::from("")]]), of(&[vec![Value::Text(None)]]));
    }

    #[test]
    fn json_is_compared_by_what_it_says() {
        let of = |json: serde_json::Value| of(&[vec![Value::from(json)]]);

        assert_eq!(
            of(json!({ "a": 1, "b": [1.0, null] })),
            of(serde_json::from_str(r#"{"b":[1,null],"a":1.0}"#).unwrap())
        );
        assert_ne!(of(json!(["ab"])), of(json!(["a", "b"])));
        assert_ne!(of(json!(1.5)), of(json!(1)));
    }
}
