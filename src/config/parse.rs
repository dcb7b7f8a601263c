//! How what came from strangers is read: in processes of their own, within limits.

use std::path::PathBuf;
use std::time::Duration;

use super::reader::Reader;
use super::setting::{DefaultValue, Setting, Values};
use super::value;

/// Limits of the processes that read pages and documents.
#[derive(Clone, Debug)]
pub struct Parse {
    /// Bytes that one of them may use, the program itself included.
    pub memory: u64,
    /// Time for one page, on the clock and on the processor; a document gets a third more.
    pub timeout: Duration,
    /// The program that they run; this one when `None`. No operator needs to set it: it is for programs that are not
    /// `brainly` and hold all of it, such as tests.
    pub program: Option<PathBuf>,
}

const MEMORY: Setting = Setting {
    name: "PARSE_MEMORY",
    default: DefaultValue::Fixed("1GiB"),
    values: Values::Between("128MiB", "64GiB"),
    about: "How much memory a process that reads pages and documents may use. There are as many as processors, when there is as much to do.",
    secret: false,
};

const TIMEOUT: Setting = Setting {
    name: "PARSE_TIMEOUT",
    default: DefaultValue::Fixed("15s"),
    values: Values::Between("1s", "5m"),
    about: "How long one page may take to be read; a document may take a third more. What takes longer keeps its title and first words.",
    secret: false,
};

impl Parse {
    pub(super) fn read(from: &mut Reader<'_>) -> Self {
        from.section("Reading pages");
        Self {
            memory: from.value(&MEMORY, value::within(&MEMORY, value::size)),
            timeout: from.value(&TIMEOUT, value::within(&TIMEOUT, value::duration)),
            program: None,
        }
    }
}
