//! One field at a time, so that an error can name it.

use super::{InvalidCron, weekdays};

/// What a field is, and how it is written.
struct Field {
    name: &'static str,
    takes: &'static str,
    example: &'static str,
    /// A whole expression around it.
    around: (&'static str, &'static str),
}

/// All but the weekday, in the crate's order.
const FIELDS: [Field; 6] = [
    Field {
        name: "second",
        takes: "0 to 59, lists, ranges and steps",
        example: "\"0\" or \"*/10\"",
        around: ("", " * * * * * *"),
    },
    Field {
        name: "minute",
        takes: "0 to 59, lists, ranges and steps",
        example: "\"30\" or \"*/5\"",
        around: ("0 ", " * * * * *"),
    },
    Field {
        name: "hour",
        takes: "0 to 23, lists, ranges and steps",
        example: "\"3\" or \"9-17\"",
        around: ("0 0 ", " * * * *"),
    },
    Field {
        name: "day of the month",
        takes: "1 to 31, lists, ranges and steps",
        example: "\"1\" or \"1,15\"",
        around: ("0 0 0 ", " * * *"),
    },
    Field {
        name: "month",
        takes: "1 to 12 or JAN to DEC, lists, ranges and steps",
        example: "\"6\" or \"JAN,JUL\"",
        around: ("0 0 0 * ", " * *"),
    },
    Field {
        name: "year",
        takes: "1970 to 2100, lists, ranges and steps",
        example: "\"2027\" or \"*/2\"",
        around: ("0 0 0 * * * ", ""),
    },
];

/// Looks at second, minute, hour, day of the month, month and year.
///
/// Each is tried in its place with the others given: together they could be read as something else, since to the crate
/// `**` is two fields.
pub(super) fn check(written: [&str; 6]) -> Result<(), InvalidCron> {
    for (field, text) in FIELDS.iter().zip(written) {
        let whole = format!("{}{text}{}", field.around.0, field.around.1);
        if whole.parse::<::cron::Schedule>().is_err() {
            return Err(InvalidCron::Field {
                text: text.to_owned(),
                name: field.name,
                takes: field.takes,
                example: field.example,
            });
        }
    }
    Ok(())
}

/// The weekday in the crate's numbers.
pub(super) fn weekday(text: &str) -> Result<String, InvalidCron> {
    weekdays::translated(text).ok_or_else(|| InvalidCron::Field {
        text: text.to_owned(),
        name: "weekday",
        takes: "0 to 7 (Sunday is 0 or 7) or SUN to SAT, lists, ranges and steps",
        example: "\"1-5\" or \"MON,THU\"",
    })
}
