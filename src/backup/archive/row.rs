//! A row as a line of JSON, and back.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use chrono::SecondsFormat;
use serde_json::{Value as Json, json};

use crate::db::Value;
use crate::db::table::{ColumnKind, Table};
use crate::domain::Timestamp;

/// Appends a row as one line.
pub(super) fn write_row(row: &[Value], out: &mut Vec<u8>) {
    let values: Vec<Json> = row.iter().map(to_json).collect();
    // Writing JSON to memory can't fail.
    drop(serde_json::to_writer(&mut *out, &values));
    out.push(b'\n');
}

fn to_json(value: &Value) -> Json {
    match value {
        Value::Bool(value) => json!(value),
        Value::Int(value) => json!(value),
        Value::Big(value) => json!(value),
        Value::Real(Some(value)) if !value.is_finite() => json!(value.to_string()),
        Value::Real(value) => json!(value),
        Value::Text(value) => json!(value),
        Value::Bytes(value) => json!(value.as_ref().map(|bytes| BASE64_STANDARD.encode(bytes))),
        Value::Uuid(value) => json!(value),
        Value::Uuids(values) => json!(values),
        Value::Time(value) => json!(value.map(|time| time.to_rfc3339_opts(SecondsFormat::AutoSi, true))),
        Value::Vector(value) => json!(value),
        Value::Json(value) => value.as_ref().map_or(Json::Null, |value| json!([value])),
    }
}

/// Reads the rows of a part.
///
/// # Errors
/// The number of the first line that is no row of `table`, from 1.
pub fn read_rows(table: &Table, bytes: &[u8]) -> Result<Vec<Vec<Value>>, usize> {
    let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines.enumerate().map(|(at, line)| read_row(table, line).ok_or(at + 1)).collect()
}

fn read_row(table: &Table, line: &[u8]) -> Option<Vec<Value>> {
    let values: Vec<Json> = serde_json::from_slice(line).ok()?;
    if values.len() != table.columns.len() {
        return None;
    }
    table.columns.iter().zip(values).map(|(column, value)| from_json(column.kind, value)).collect()
}

fn from_json(kind: ColumnKind, value: Json) -> Option<Value> {
    if value.is_null() {
        return Some(kind.null());
    }
    Some(match kind {
        ColumnKind::Bool => Value::from(value.as_bool()?),
        ColumnKind::Int => Value::from(i32::try_from(value.as_i64()?).ok()?),
        ColumnKind::Big => Value::from(value.as_i64()?),
        ColumnKind::Real => match &value {
            Json::String(text) => Value::from(text.parse::<f64>().ok()?),
            other => Value::from(other.as_f64()?),
        },
        ColumnKind::Text => match value {
            Json::String(text) => Value::from(text),
            _ => return None,
        },
        ColumnKind::Bytes => Value::from(BASE64_STANDARD.decode(value.as_str()?).ok()?),
        ColumnKind::Uuid => Value::from(value.as_str()?.parse::<uuid::Uuid>().ok()?),
        ColumnKind::Time => Value::from(value.as_str()?.parse::<Timestamp>().ok()?),
        ColumnKind::Json => match value {
            Json::Array(mut items) if items.len() == 1 => Value::from(items.pop()?),
            _ => return None,
        },
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{read_rows, write_row};
    use crate::db::Value;
    use crate::db::table::{Column, ColumnKind, Table};

    const KINDS: [ColumnKind; 9] = [
        ColumnKind::Bool,
        ColumnKind::Int,
        ColumnKind::Big,
        ColumnKind::Real,
        ColumnKind::Text,
        ColumnKind::Bytes,
        ColumnKind::Uuid,
        ColumnKind::Time,
        ColumnKind::Json,
    ];

    fn table() -> Table {
        let column = |kind: &ColumnKind| Column { name: format!("{kind:?}"), kind: *kind };
        Table { name: "all".to_owned(), columns: KINDS.iter().map(column).collect() }
    }

    #[test]
    fn every_kind_of_value_comes_back_as_it_was() {
        let at: crate::domain::Timestamp = "2026-02-25T10:00:00.123456Z".parse().unwrap();
        let full = vec![
            Value::from(true),
            Value::from(-7),
            Value::from(i64::MAX),
            Value::from(0.1 + 0.2),
            Value::from("zwei\nzeilen 🏺 \u{7f} \"\\"),
            Value::from(vec![0_u8, 255, 10]),
            Value::from(uuid::Uuid::from_u128(7)),
            Value::from(at),
            Value::from(json!(null)),
        ];
        let empty: Vec<Value> = KINDS.iter().map(|kind| kind.null()).collect();
        let mut bytes = Vec::new();

        write_row(&full, &mut bytes);
        write_row(&empty, &mut bytes);

        assert_eq!(read_rows(&table(), &bytes), Ok(vec![full, empty]));
    }

    #[test]
    fn a_line_that_is_no_row_is_named() {
        let good =
            b"[true,1,1,1,\"\",\"\",\"00000000-0000-0000-0000-000000000000\",\"2026-02-25T10:00:00Z\",[1]]\n".to_vec();
        for bad in [
            &b"[]\n"[..],
            b"nonsense\n",
            b"[1,1,1,1,\"\",\"\",null,null,null]\n",
            b"[true,1,1,1,\"\",\"%\",null,null,null]\n",
        ] {
            let bytes = [&good, bad].concat();
            assert_eq!(read_rows(&table(), &bytes), Err(2), "{}", String::from_utf8_lossy(bad));
        }
    }
}
