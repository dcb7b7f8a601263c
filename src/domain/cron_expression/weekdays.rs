//! Weekdays as crontab(5) counts them, 0 or 7 for Sunday, told to the crate, which counts from Sunday = 1.

/// The days' names; three letters or more of one do.
const NAMES: [&str; 7] = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/// The field in the crate's numbers; `None` when it can't be read.
pub(super) fn translated(field: &str) -> Option<String> {
    if matches!(field, "*" | "?") {
        return Some("*".to_owned());
    }
    let mut days = Vec::new();
    for item in field.split(',') {
        days.extend(item_days(item)?);
    }
    days.sort_unstable();
    days.dedup();
    Some(days.iter().map(ToString::to_string).collect::<Vec<_>>().join(","))
}

/// The days of `5`, `MON-FRI`, `*/2`, `1-5/2` or `1/2`, from 1.
fn item_days(item: &str) -> Option<impl Iterator<Item = usize> + use<>> {
    let (span, step) = match item.split_once('/') {
        Some((span, step)) => (span, Some(number(step).filter(|step| *step > 0)?)),
        None => (item, None),
    };
    let (from, to) = match span.split_once('-') {
        _ if matches!(span, "*" | "?") => (0, 6),
        Some((from, to)) => {
            let (from, end) = (day(from)?, day(to)?);
            // `FRI-SUN`: a week that ends with Sunday.
            (from, if end == 0 && number(to).is_none() { 7 } else { end })
        }
        None => {
            let from = day(span)?;
            (from, if step.is_some() { from.max(6) } else { from })
        }
    };
    (from <= to).then(|| (from..=to).step_by(step.unwrap_or(1)).map(|day| day % 7 + 1))
}

/// 0 to 7.
fn day(text: &str) -> Option<usize> {
    let by_name = || {
        let name = text.to_ascii_lowercase();
        NAMES.iter().position(|full| name.len() >= 3 && full.starts_with(&name))
    };
    number(text).or_else(by_name)
}

/// A single digit up to 7.
fn number(text: &str) -> Option<usize> {
    match text.as_bytes() {
        [digit @ b'0'..=b'7'] => Some(usize::from(digit - b'0')),
        _ => None,
    }
}
