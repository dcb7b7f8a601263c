//! What is in a database: the rows of every table, and a fingerprint of those that people's data are in.

use std::collections::{BTreeMap, BTreeSet};

use futures::TryStreamExt as _;

use super::fingerprint::Fingerprint;
use super::meter::Meter;
use super::tables::{self, Treatment};
use super::{Manifest, TableSum};
use crate::db::table::{self, Table};
use crate::db::{self, Tx, sql};

/// Counts and fingerprints every table that `tx` sees; columns that this program does not know are left out.
///
/// # Errors
/// When the database does.
pub async fn survey(tx: &mut Tx<'_>, meter: &Meter) -> db::Result<BTreeMap<String, TableSum>> {
    let mut columns = BTreeMap::<String, BTreeSet<String>>::new();
    for (table, column, _) in table::catalogue(&mut *tx).await? {
        columns.entry(table).or_default().insert(column);
    }
    let mut sums = BTreeMap::new();
    for (name, there) in columns {
        let is_copied = tables::rule(&name).is_some_and(|rule| rule.treatment == Treatment::Copied);
        let sum = if is_copied {
            let sum = fingerprint(tx, &tables::table(&name, |column| there.contains(column)), meter).await?;
            TableSum { rows: sum.rows(), fingerprint: Some(sum.to_hex()) }
        } else {
            let rows = table::count(tx, &name).await?;
            meter.add(rows);
            TableSum { rows, fingerprint: None }
        };
        sums.insert(name, sum);
    }
    Ok(sums)
}

/// The fingerprint of one table.
///
/// # Errors
/// When the database can't be read.
pub async fn fingerprint(tx: &mut Tx<'_>, table: &Table, meter: &Meter) -> db::Result<Fingerprint> {
    let mut sum = Fingerprint::default();
    let mut rows = table.rows(tx, &[]);
    while let Some(row) = rows.try_next().await? {
        sum.add(&row);
        meter.add(1);
    }
    Ok(sum)
}

/// The newest migration that the database has; 0 when it has no ledger.
pub(super) async fn schema(tx: &mut Tx<'_>) -> db::Result<i64> {
    if !table::catalogue(&mut *tx).await?.iter().any(|(table, ..)| table == "schema_migrations") {
        return Ok(0);
    }
    let (version,): (Option<i64>,) = sql("SELECT MAX(version) FROM schema_migrations").fetch_one(tx).await?;
    Ok(version.unwrap_or(0))
}

/// In which tables `found` is not what `manifest` says, in words; empty when it is.
pub fn differences(manifest: &Manifest, found: &BTreeMap<String, TableSum>) -> Vec<String> {
    let names: BTreeSet<&String> = manifest.tables.keys().chain(found.keys()).collect();
    let differs = names.into_iter().filter_map(|name| match (manifest.tables.get(name), found.get(name)) {
        (Some(wanted), Some(found)) if wanted.rows != found.rows => {
            Some(format!("{name} has {} rows instead of {}", found.rows, wanted.rows))
        }
        (Some(wanted), Some(found)) if wanted.fingerprint != found.fingerprint => {
            Some(format!("the rows of {name} are others"))
        }
        (Some(_), None) => Some(format!("{name} is missing")),
        (None, Some(_)) => Some(format!("{name} is one too many")),
        _ => None,
    });
    differs.collect()
}
