//! `brainly queue stats`: the queues at one glance, once or again and again.

use std::time::Duration;

use clap::Args;

use crate::actions::{self, Depth, JobState, Oldest, Pace, QueueStatus};
use crate::api::time::Time;
use crate::api::v1::admin::queue::QueueStatusBody;
use crate::app::App;
use crate::cli::output::{Output, clean, screen};
use crate::cli::{shutdown, table};
use crate::domain::Timestamp;

/// The cursor to the corner; what stood there is written over.
const HOME: &str = "\x1b[H";
/// Clears the rest of the line.
const REST_OF_LINE: &str = "\x1b[K";
/// Clears the rest of the screen.
const REST_OF_SCREEN: &str = "\x1b[J";
/// Clears the whole screen.
const CLEAR: &str = "\x1b[2J";
/// Lines are cut at the edge of the screen from now on, or go on below again: a wrapped one would leave its end behind.
const CUT: &str = "\x1b[?7l";
const WRAP: &str = "\x1b[?7h";

#[derive(Debug, Args)]
pub(in crate::cli) struct Stats {
    /// Show it again every so many seconds, until Ctrl-C
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, default_missing_value = "2", value_parser = clap::value_parser!(u32).range(1..=86_400))]
    watch: Option<u32>,
    /// Print JSON; with --watch a line each time
    #[arg(long)]
    json: bool,
}

impl Stats {
    pub(super) async fn run(self, app: &App, out: &mut Output) -> anyhow::Result<()> {
        let Some(every) = self.watch else {
            let (status, now) = (actions::queue_stats(app).await?, app.clock.now());
            if self.json {
                return out.json(&QueueStatusBody::new(status, now));
            }
            return block(&status, now, screen()).into_iter().try_for_each(|line| out.line(line));
        };
        let stop = shutdown::on_signal();
        let mut beat = tokio::time::interval(Duration::from_secs(every.into()));
        let mut first = true;
        while stop.run_until_cancelled(beat.tick()).await.is_some() {
            let (status, now) = (actions::queue_stats(app).await?, app.clock.now());
            if self.json {
                out.line(serde_json::to_string(&QueueStatusBody::new(status, now))?)?;
                out.flush()?;
            } else {
                let screen = screen();
                out.text(&frame(&block(&status, now, screen), now, first, screen))?;
            }
            first = false;
        }
        Ok(())
    }
}

/// The block as it is shown again and again: in place on a terminal, as far as it has room, one below the other elsewhere.
fn frame(block: &[String], now: Timestamp, first: bool, screen: Option<(usize, usize)>) -> String {
    let end = if screen.is_some() { format!("{REST_OF_LINE}\n") } else { "\n".to_owned() };
    // The cursor stands below the last line.
    let room = screen.map_or(usize::MAX, |(_, lines)| lines - 1);
    let lines = std::iter::once(Time(now).to_string()).chain(block.iter().cloned()).take(room);
    let text = lines.fold(String::new(), |text, line| text + &line + &end);
    match (screen.is_some(), first) {
        (true, true) => format!("{CUT}{CLEAR}{HOME}{text}{REST_OF_SCREEN}{WRAP}"),
        (true, false) => format!("{CUT}{HOME}{text}{REST_OF_SCREEN}{WRAP}"),
        (false, true) => text,
        (false, false) => format!("\n{text}"),
    }
}

const HEADER: [&str; 13] = [
    "QUEUE",
    "AVAILABLE",
    "SCHEDULED",
    "RUNNING",
    "RETRYABLE",
    "COMPLETED",
    "CANCELLED",
    "DISCARDED",
    "OLDEST",
    "DONE/MIN",
    "DONE/H",
    "FAILED/H",
    "AVERAGE",
];

/// What a narrow screen can do without, the first of these first.
const EXPENDABLE: [&str; 6] = ["AVERAGE", "DONE/H", "COMPLETED", "CANCELLED", "SCHEDULED", "FAILED/H"];

/// A table of queues with their kinds, one of schedules, and how far a model has come that is to take the place of another.
fn block(status: &QueueStatus, now: Timestamp, screen: Option<(usize, usize)>) -> Vec<String> {
    let mut rows = vec![HEADER.map(str::to_owned)];
    for queue in &status.queues {
        let paused = queue
            .paused_at
            .map_or_else(String::new, |at| format!(" (paused for {})", span((now - at).num_milliseconds())));
        rows.push(row(format!("{}{paused}", clean(&queue.queue)), &queue.depth, queue.oldest, &queue.pace, now));
        let kinds = queue.kinds.iter();
        rows.extend(
            kinds.map(|kind| row(format!("  {}", clean(&kind.kind)), &kind.depth, kind.oldest, &kind.pace, now)),
        );
    }
    let mut lines =
        if status.queues.is_empty() { vec!["no job was ever enqueued".to_owned()] } else { fitted(rows, screen) };
    if !status.schedules.is_empty() {
        let mut rows = vec![["SCHEDULE", "WHEN", "LAST", "NEXT"].map(str::to_owned)];
        rows.extend(status.schedules.iter().map(|schedule| {
            let last = schedule.last_at.map_or_else(|| "-".to_owned(), |at| Time(at).to_string());
            [clean(&schedule.name), clean(&schedule.expression), last, Time(schedule.next_at).to_string()]
        }));
        lines.push(String::new());
        lines.extend(table::lines(&rows));
    }
    if let Some(change) = &status.model_change {
        let (done, all) = (change.totals.embedded_chunks, change.totals.chunks);
        let share = format!("{done} of {all} ({} %)", done * 100 / all.max(1));
        let old = change.serving.as_ref().map_or_else(String::new, |space| clean(&space.model));
        let new = change.model.as_deref().map_or_else(String::new, clean);
        lines.push(String::new());
        let header = ["NEW MODEL", "CHUNKS READ", "ANSWERING UNTIL THEN"].map(str::to_owned);
        lines.extend(table::lines(&[header, [new, share, old]]));
    }
    lines
}

/// The table as lines that are no wider than the screen, if that can be.
fn fitted(rows: Vec<[String; HEADER.len()]>, screen: Option<(usize, usize)>) -> Vec<String> {
    let mut rows: Vec<Vec<String>> = rows.into_iter().map(Vec::from).collect();
    let (width, _) = screen.unwrap_or((usize::MAX, usize::MAX));
    for name in EXPENDABLE {
        let lines = table::lines(&rows);
        if lines.iter().all(|line| line.chars().count() <= width) {
            return lines;
        }
        if let Some(at) = rows[0].iter().position(|header| header == name) {
            for row in &mut rows {
                row.remove(at);
            }
        }
    }
    table::lines(&rows)
}

fn row(name: String, depth: &Depth, oldest: Option<Oldest>, pace: &Pace, now: Timestamp) -> [String; 13] {
    let of = |state| depth.of(state).to_string();
    [
        name,
        of(JobState::Available),
        of(JobState::Scheduled),
        of(JobState::Running),
        of(JobState::Retryable),
        of(JobState::Completed),
        of(JobState::Cancelled),
        of(JobState::Discarded),
        oldest.map_or_else(|| "-".to_owned(), |job| span((now - job.run_at).num_milliseconds())),
        pace.last_minute.done.to_string(),
        pace.last_hour.done.to_string(),
        pace.last_hour.failed.to_string(),
        pace.average_busy_ms.map_or_else(|| "-".to_owned(), |ms| format!("{ms:.0} ms")),
    ]
}

/// Milliseconds in the largest unit that is at least one of; never below zero.
fn span(ms: i64) -> String {
    let seconds = (ms / 1000).max(0);
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min", seconds / 60),
        3600..86_400 => format!("{} h", seconds / 3600),
        _ => format!("{} d", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::{HEADER, fitted, frame, row};
    use crate::actions::{Depth, Pace};
    use crate::domain::Timestamp;

    #[test]
    fn a_narrow_screen_gets_the_columns_that_tell_of_trouble() {
        let kind = row("  enrich_content".into(), &Depth::default(), None, &Pace::default(), Timestamp::UNIX_EPOCH);
        let rows = vec![HEADER.map(str::to_owned), kind];

        let lines = fitted(rows.clone(), Some((80, 24)));

        assert!(lines.iter().all(|line| line.len() <= 80), "{lines:?}");
        for column in ["AVAILABLE", "RUNNING", "RETRYABLE", "DISCARDED", "OLDEST", "DONE/MIN"] {
            assert!(lines[0].contains(column), "{}", lines[0]);
        }
        assert!(fitted(rows, None)[0].ends_with("AVERAGE"));
    }

    #[test]
    fn a_low_screen_keeps_the_head_of_the_block() {
        let block: Vec<String> = (0..30).map(|line| line.to_string()).collect();

        let shown = frame(&block, Timestamp::UNIX_EPOCH, false, Some((80, 10)));

        assert_eq!(shown.matches('\n').count(), 9);
        assert!(shown.contains("\n7\x1b") && !shown.contains("\n8\x1b"), "{shown:?}");
    }
}
