//! How long things are kept.

use std::num::NonZeroU32;

use super::reader::Reader;
use super::setting::{DefaultValue, Setting, Values};
use super::value;

/// Days until upkeep removes things for good.
#[derive(Clone, Debug)]
pub struct Retention {
    /// Items in the trash.
    pub trash_days: NonZeroU32,
    /// Finished, cancelled and discarded jobs.
    pub job_retention_days: NonZeroU32,
}

const TRASH_DAYS: Setting = Setting {
    name: "TRASH_DAYS",
    default: DefaultValue::Fixed("30"),
    values: Values::Between("1", "36500"),
    about: "Days that deleted items stay in the trash, where they can be restored.",
    secret: false,
};

const JOB_RETENTION_DAYS: Setting = Setting {
    name: "JOB_RETENTION_DAYS",
    default: DefaultValue::Fixed("14"),
    values: Values::Between("1", "36500"),
    about: "Days that finished, cancelled and discarded jobs are kept for a look.",
    secret: false,
};

impl Retention {
    pub(super) fn read(from: &mut Reader<'_>) -> Self {
        from.section("Retention");
        Self {
            trash_days: from.value(&TRASH_DAYS, value::within(&TRASH_DAYS, value::number)),
            job_retention_days: from.value(&JOB_RETENTION_DAYS, value::within(&JOB_RETENTION_DAYS, value::number)),
        }
    }
}
