//! Writes an archive: rows come from one transaction, and go out as they come.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use age::stream::StreamWriter;
use flate2::Compression;
use flate2::write::GzEncoder;
use futures::TryStreamExt as _;
use sha2::{Digest as _, Sha256};
use tokio::sync::mpsc;

use super::row::write_row;
use super::{FORMAT, HEADER, Header, MANIFEST, PART, PartSum, Totals, VERSION, tar};
use crate::backup::fingerprint::Fingerprint;
use crate::backup::meter::{Meter, Phase};
use crate::backup::survey::schema;
use crate::backup::tables::{self, TABLES, Treatment};
use crate::backup::temporary::Temporary;
use crate::backup::{Error, Keys, Result, TableSum};
use crate::db::table::{self, Table};
use crate::db::{Db, Tx};

/// Writes all that can't be made anew to a new file at `path`, which is there whole or not at all; encrypted where `keys` has
/// any.
///
/// # Errors
/// [`Error::Database`], or [`Error::Machine`] when the file can't be written.
pub async fn export(db: &Db, path: &Path, keys: &Keys, meter: &Meter) -> Result<Totals> {
    let unusable = || Error::machine(format!("{} can't be written", path.display()));
    let mut half = path.as_os_str().to_owned();
    half.push(".half");
    let half = Temporary(half.into());
    let file = half.make().map_err(unusable())?;

    let (sender, receiver) = mpsc::channel(2);
    let keys = keys.clone();
    let writing = tokio::task::spawn_blocking(move || write_to(file, &keys, receiver));
    let produced = produce(db, sender, meter).await;
    let written = writing.await.unwrap_or_else(|cause| Err(io::Error::other(cause)));
    // Whoever stopped first knows why.
    written.map_err(unusable())?;
    let totals = produced?;
    std::fs::rename(&half.0, path).map_err(unusable())?;
    Ok(totals)
}

fn write_to(file: File, keys: &Keys, entries: mpsc::Receiver<(String, Vec<u8>)>) -> io::Result<()> {
    let file = BufWriter::with_capacity(256 * 1024, file);
    let written = if keys.encryption().is_some() {
        write(keys.seal(file)?, entries)?.map(StreamWriter::finish).transpose()?
    } else {
        write(file, entries)?
    };
    match written {
        Some(file) => file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all(),
        // The producer has an error to tell.
        None => Ok(()),
    }
}

/// Writes what comes; none when it ends before the manifest.
fn write<W: Write>(to: W, mut entries: mpsc::Receiver<(String, Vec<u8>)>) -> io::Result<Option<W>> {
    let mut zip = GzEncoder::new(to, Compression::new(4));
    let mut whole = false;
    while let Some((name, bytes)) = entries.blocking_recv() {
        tar::write(&mut zip, &name, &bytes)?;
        whole = name == MANIFEST;
    }
    if !whole {
        return Ok(None);
    }
    tar::end(&mut zip)?;
    zip.finish().map(Some)
}

async fn produce(db: &Db, entries: mpsc::Sender<(String, Vec<u8>)>, meter: &Meter) -> Result<Totals> {
    let mut tx = db.snapshot().await?;
    let mut there = BTreeMap::<String, BTreeSet<String>>::new();
    for (table, column, _) in table::catalogue(&mut tx).await? {
        there.entry(table).or_default().insert(column);
    }
    let copied: Vec<(&str, Table)> = TABLES
        .iter()
        .filter(|rule| rule.treatment == Treatment::Copied && there.contains_key(rule.table))
        .map(|rule| (rule.key, tables::table(rule.table, |column| there[rule.table].contains(column))))
        .collect();
    let mut rows = 0;
    for (_, table) in &copied {
        rows += table::count(&mut tx, &table.name).await?;
    }
    meter.begin(Phase::Counting, rows);
    let columns = |table: &Table| {
        let kinds = tables::known().filter(|(name, ..)| *name == table.name);
        let kinds = kinds.filter(|(_, column, _)| table.columns.iter().any(|known| known.name == *column));
        (table.name.clone(), kinds.map(|(_, column, kind)| (column.to_owned(), kind.to_owned())).collect())
    };
    let header = Header {
        format: FORMAT.to_owned(),
        version: VERSION,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        engine: db.engine().name().to_owned(),
        schema: schema(&mut tx).await?,
        tables: copied.iter().map(|(_, table)| columns(table)).collect(),
    };
    send(&entries, HEADER, serde_json::to_vec_pretty(&header).unwrap_or_default()).await?;
    let mut totals = Totals { parts: Vec::new(), tables: BTreeMap::new() };
    for (key, table) in &copied {
        let sum = write_table(&mut tx, table, key, &entries, &mut totals.parts, meter).await?;
        let sum = TableSum { rows: sum.rows(), fingerprint: Some(sum.to_hex()) };
        totals.tables.insert(table.name.clone(), sum);
    }
    send(&entries, MANIFEST, serde_json::to_vec_pretty(&totals).unwrap_or_default()).await?;
    Ok(totals)
}

async fn write_table(
    tx: &mut Tx<'_>,
    table: &Table,
    key: &str,
    entries: &mpsc::Sender<(String, Vec<u8>)>,
    parts: &mut Vec<PartSum>,
    meter: &Meter,
) -> Result<Fingerprint> {
    let order: Vec<&str> = key.split(", ").collect();
    let (mut sum, mut part, mut in_part, mut number) = (Fingerprint::default(), Vec::new(), 0, 0);
    let mut rows = table.rows(tx, &order);
    loop {
        let row = rows.try_next().await?;
        if let Some(row) = &row {
            sum.add(row);
            write_row(row, &mut part);
            in_part += 1;
            meter.add(1);
        }
        if in_part > 0 && (row.is_none() || part.len() >= PART) {
            number += 1;
            let name = format!("tables/{}/{number:06}.jsonl", table.name);
            let bytes = std::mem::take(&mut part);
            let sha256 = hex::encode(Sha256::digest(&bytes));
            parts.push(PartSum { name: name.clone(), rows: in_part, bytes: bytes.len() as u64, sha256 });
            in_part = 0;
            send(entries, &name, bytes).await?;
        }
        if row.is_none() {
            return Ok(sum);
        }
    }
}

async fn send(entries: &mpsc::Sender<(String, Vec<u8>)>, name: &str, bytes: Vec<u8>) -> Result<()> {
    let gone = |_| Error::Machine("the archive can't be written".into(), io::ErrorKind::BrokenPipe.into());
    entries.send((name.to_owned(), bytes)).await.map_err(gone)
}
