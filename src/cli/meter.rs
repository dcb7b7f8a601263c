//! How far a copy is: a bar of bytes on a terminal, a line for each phase elsewhere.

use std::future::Future;
use std::io::{self, IsTerminal as _};
use std::time::Duration;

use indicatif::{HumanBytes, ProgressBar, ProgressStyle};

use super::output::talk;
use crate::backup::{Meter, Phase};

/// How often a bar is drawn, and how often a line is written where there is none.
const DRAW: Duration = Duration::from_millis(200);
const LINES: u32 = 50;

/// Waits for `work`, and shows what `meter` says meanwhile.
pub(super) async fn watched<T>(meter: &Meter, work: impl Future<Output = T>) -> T {
    let mut shown = Shown::new();
    let mut tick = tokio::time::interval(DRAW);
    tokio::pin!(work);
    let result = loop {
        tokio::select! {
            result = &mut work => break result,
            _ = tick.tick() => shown.show(meter),
        }
    };
    // However short the last phase was, it is told.
    shown.show(meter);
    shown.finish();
    result
}

struct Shown {
    bar: Option<ProgressBar>,
    phase: Option<Phase>,
    silent: u32,
}

impl Shown {
    fn new() -> Self {
        let bar = io::stderr().is_terminal().then(|| ProgressBar::new(0));
        Self { bar, phase: None, silent: 0 }
    }

    fn show(&mut self, meter: &Meter) {
        let (phase, done, total) = meter.read();
        if phase == Phase::Waiting {
            return;
        }
        let begins = self.phase.replace(phase) != Some(phase);
        let Some(bar) = &self.bar else {
            self.silent += 1;
            if begins || self.silent >= LINES {
                self.silent = 0;
                talk(line(phase, done, total));
            }
            return;
        };
        if begins {
            let template = match phase {
                Phase::Counting => "{msg:10} {human_pos} rows  {elapsed}",
                Phase::Saving => "{msg:10} {bar:30} {human_pos}/{human_len} links  {eta} left",
                _ => "{msg:10} {bar:30} {bytes}/{total_bytes}  {bytes_per_sec}, {eta} left",
            };
            bar.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar.reset();
            bar.set_message(phase.as_str());
        }
        // What is compressed may turn out larger than it was thought to be.
        bar.set_length(total.max(done));
        bar.set_position(done);
        // Time goes by when nothing else does.
        bar.tick();
    }

    fn finish(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}

fn line(phase: Phase, done: u64, total: u64) -> String {
    let name = phase.as_str();
    match (phase, total) {
        (Phase::Counting, _) => format!("{name}: {done} rows"),
        (Phase::Saving, total) => format!("{name}: {done} of {total} links"),
        (_, 0) => format!("{name}: {}", HumanBytes(done)),
        (_, total) => format!("{name}: {} of {}", HumanBytes(done.min(total)), HumanBytes(total)),
    }
}
