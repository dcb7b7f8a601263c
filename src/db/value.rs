//! What may be bound to a statement: each engine gets its own native type.

use pgvector::HalfVector;
use sqlx::Arguments;
use sqlx::encode::IsNull;
use sqlx::postgres::PgArguments;
use sqlx::sqlite::SqliteArguments;
use uuid::Uuid;

use crate::domain::{ApiTokenId, ContentId, JobId, Kind, TagId, Timestamp, UserId};

/// A value for a `$n`; `None` is NULL of that type.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `boolean` | INTEGER 0 or 1
    Bool(Option<bool>),
    /// `integer` | INTEGER
    Int(Option<i32>),
    /// `bigint` | INTEGER
    Big(Option<i64>),
    /// `double precision` | REAL
    Real(Option<f64>),
    /// `text` | TEXT
    Text(Option<String>),
    /// `bytea` | BLOB
    Bytes(Option<Vec<u8>>),
    /// `uuid` | BLOB of 16 bytes
    Uuid(Option<Uuid>),
    /// `uuid[]` | BLOB of 16 bytes each
    Uuids(Vec<Uuid>),
    /// `timestamptz` | TEXT, RFC 3339
    Time(Option<Timestamp>),
    /// `jsonb` | TEXT
    Json(Option<serde_json::Value>),
    /// `halfvec` | BLOB of 32-bit floats, as sqlite-vec reads them
    Vector(Option<Vec<f32>>),
}

impl Value {
    /// Whether it is NULL.
    pub const fn is_null(&self) -> bool {
        match self {
            Self::Bool(value) => value.is_none(),
            Self::Int(value) => value.is_none(),
            Self::Big(value) => value.is_none(),
            Self::Real(value) => value.is_none(),
            Self::Text(value) => value.is_none(),
            Self::Bytes(value) => value.is_none(),
            Self::Uuid(value) => value.is_none(),
            Self::Uuids(_) => false,
            Self::Time(value) => value.is_none(),
            Self::Json(value) => value.is_none(),
            Self::Vector(value) => value.is_none(),
        }
    }
}

macro_rules! values {
    ($($variant:ident($rust:ty);)*) => { $(
        impl From<$rust> for Value {
            fn from(value: $rust) -> Self {
                Self::$variant(Some(value.into()))
            }
        }
        impl From<Option<$rust>> for Value {
            fn from(value: Option<$rust>) -> Self {
                Self::$variant(value.map(Into::into))
            }
        }
    )* };
}

values! {
    Bool(bool);
    Int(i32);
    Big(i64);
    Real(f64);
    Text(String);
    Text(&str);
    Bytes(Vec<u8>);
    Bytes([u8; 32]);
    Uuid(Uuid);
    Time(Timestamp);
    Json(serde_json::Value);
    Vector(Vec<f32>);
    Vector(&[f32]);
}

impl From<Vec<Uuid>> for Value {
    fn from(ids: Vec<Uuid>) -> Self {
        Self::Uuids(ids)
    }
}

macro_rules! ids {
    ($($id:ident)*) => { $(
        impl From<$id> for Value {
            fn from(id: $id) -> Self {
                Self::Uuid(Some(id.0))
            }
        }
        impl From<Option<$id>> for Value {
            fn from(id: Option<$id>) -> Self {
                Self::Uuid(id.map(|id| id.0))
            }
        }
    )* };
}

ids!(UserId ContentId TagId ApiTokenId JobId);

impl From<Kind> for Value {
    fn from(kind: Kind) -> Self {
        kind.as_str().into()
    }
}

macro_rules! bind_all {
    ($values:expr, $arguments:ty, $vector:expr, $uuids:expr) => {{
        let mut arguments = <$arguments>::default();
        for value in $values {
            match value {
                Value::Bool(v) => arguments.add(v),
                Value::Int(v) => arguments.add(v),
                Value::Big(v) => arguments.add(v),
                Value::Real(v) => arguments.add(v),
                Value::Text(v) => arguments.add(v),
                Value::Bytes(v) => arguments.add(v),
                Value::Uuid(v) => arguments.add(v),
                Value::Uuids(v) => arguments.add($uuids(v)),
                Value::Time(v) => arguments.add(v),
                Value::Json(v) => arguments.add(v.map(sqlx::types::Json)),
                Value::Vector(v) => arguments.add(v.as_deref().map($vector)),
            }
            .map_err(sqlx::Error::Encode)?;
        }
        arguments
    }};
}

/// The bytes of 32-bit floats in the machine's own order.
fn floats(vector: &[f32]) -> Vec<u8> {
    vector.iter().flat_map(|x| x.to_ne_bytes()).collect()
}

/// The values as SQLite takes them.
pub(super) fn for_sqlite(values: Vec<Value>) -> sqlx::Result<SqliteArguments> {
    Ok(bind_all!(values, SqliteArguments, floats, |ids: Vec<Uuid>| -> Vec<u8> {
        ids.iter().flat_map(|id| *id.as_bytes()).collect()
    }))
}

/// The values as PostgreSQL takes them.
pub(super) fn for_postgres(values: Vec<Value>) -> sqlx::Result<PgArguments> {
    Ok(bind_all!(values, PgArguments, HalfVector::from_f32_slice, std::convert::identity::<Vec<Uuid>>))
}

macro_rules! read_ids {
    ($($id:ident)*) => { $(
        impl<DB: sqlx::Database> sqlx::Type<DB> for $id where Uuid: sqlx::Type<DB> {
            fn type_info() -> DB::TypeInfo {
                <Uuid as sqlx::Type<DB>>::type_info()
            }
            fn compatible(ty: &DB::TypeInfo) -> bool {
                <Uuid as sqlx::Type<DB>>::compatible(ty)
            }
        }
        impl<'r, DB: sqlx::Database> sqlx::Decode<'r, DB> for $id where Uuid: sqlx::Decode<'r, DB> {
            fn decode(value: <DB as sqlx::Database>::ValueRef<'r>) -> Result<Self, sqlx::error::BoxDynError> {
                <Uuid as sqlx::Decode<'r, DB>>::decode(value).map(Self)
            }
        }
        impl<'q, DB: sqlx::Database> sqlx::Encode<'q, DB> for $id where Uuid: sqlx::Encode<'q, DB> {
            fn encode_by_ref(
                &self,
                buffer: &mut <DB as sqlx::Database>::ArgumentBuffer,
            ) -> Result<IsNull, sqlx::error::BoxDynError> {
                self.0.encode_by_ref(buffer)
            }
        }
    )* };
}

// Rows hold our ids themselves, not bare UUIDs.
read_ids!(UserId ContentId TagId ApiTokenId JobId);
