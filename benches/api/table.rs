//! Tables in Markdown.

use std::time::Duration;

/// A table that is filled row by row.
pub(crate) struct Table {
    title: String,
    columns: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(title: String, columns: &[&'static str]) -> Self {
        Self { title, columns: columns.to_vec(), rows: Vec::new() }
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// Writes it to standard output. The first column is text, the others are figures.
    pub(crate) fn print(&self) {
        println!("\n### {}\n\n| {} |", self.title, self.columns.join(" | "));
        let figures = " ---: |".repeat(self.columns.len().saturating_sub(1));
        println!("| --- |{figures}");
        for row in &self.rows {
            println!("| {} |", row.join(" | "));
        }
    }
}

/// Milliseconds.
pub(crate) fn ms(time: Duration) -> String {
    let ms = time.as_secs_f64() * 1000.0;
    if ms < 10.0 { format!("{ms:.2} ms") } else { format!("{ms:.0} ms") }
}

/// A whole number of requests per second.
pub(crate) fn rate(rate: f64) -> String {
    format!("{rate:.0}")
}

/// A share of one.
pub(crate) fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

/// How many times as much.
pub(crate) fn times(factor: f64) -> String {
    format!("{factor:.2} ×")
}
