//! What runs in a process that parses: `brainly parse-worker`, started by a [`super::Parser`] and by nobody else.
//!
//! It reads questions from standard input and writes answers to standard output until there are no more, or nobody is left
//! to answer: whoever started it may have been killed. No network, no database, no settings, no secrets.

use std::io::{self, Write as _};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

use super::limits;
use super::wire::{self, Answer, Question};
use crate::extract::article;

/// Documents nest deep, and what reads them calls itself. Taken as it is used.
const STACK: usize = 64 * 1024 * 1024;
/// Pages that one process reads before it is replaced, so that what fragments or leaks comes to an end.
const MOST_PAGES: u32 = 2_000;
/// The part of its memory that a process may still hold between two pages.
const MOST_BETWEEN: u64 = 4;

/// Reads pages until nobody asks any more; `memory` is what this process may use, in bytes.
///
/// # Errors
/// When the limits can't be set, or what is asked is no question: then nothing is read.
pub fn serve(memory: u64) -> io::Result<()> {
    limits::restrict(memory)?;
    let (to_reader, questions) = sync_channel(1);
    thread::Builder::new().stack_size(STACK).spawn(move || {
        // No unwinding past this: a panic in the middle of a page leaves no process to go on with.
        let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| answer(&questions, memory)));
        end(i32::from(!matches!(ended, Ok(Ok(())))));
    })?;
    let mut input = io::stdin().lock();
    // Read here while the other thread is at a page, so that the end of the input ends it too.
    while let Some(question) = wire::question_from(&mut input)? {
        if to_reader.send(question).is_err() {
            break;
        }
    }
    end(0)
}

fn answer(questions: &Receiver<(Question, Vec<u8>)>, memory: u64) -> io::Result<()> {
    let mut output = io::stdout().lock();
    output.write_all(wire::GREETING)?;
    output.flush()?;
    let mut pages = 0;
    for (question, body) in questions {
        limits::allow(question.seconds)?;
        let outcome = article::read(&body, question.content_type.as_deref(), &question.url);
        drop(body);
        pages += 1;
        let is_spent = pages == MOST_PAGES || limits::in_use() > memory / MOST_BETWEEN;
        wire::answer(&mut output, &Answer { outcome, is_spent })?;
    }
    Ok(())
}

#[expect(clippy::exit, reason = "the other thread may be at a page for ever")]
fn end(code: i32) -> ! {
    std::process::exit(code)
}
