//! How values are written: durations, sizes, numbers, words, URLs, lists.
//!
//! Each parser takes trimmed text and answers with what to write instead. It never repeats the value, which may be a secret.

use std::net::IpAddr;
use std::str::FromStr;
use std::time::Duration;

use ipnet::IpNet;
use url::Url;

use super::setting::{Setting, Values};

/// A value, or what to write instead.
pub(super) type Parsed<T> = Result<T, String>;

/// Text as it is.
#[expect(clippy::unnecessary_wraps, reason = "it stands where a parser stands")]
pub(super) fn text(text: &str) -> Parsed<String> {
    Ok(text.to_owned())
}

/// A whole number.
pub(super) fn number<T: FromStr>(text: &str) -> Parsed<T> {
    text.parse().map_err(|_| "must be a whole number".to_owned())
}

/// A number with or without decimals.
pub(super) fn fraction(text: &str) -> Parsed<f64> {
    text.parse().map_err(|_| "must be a number".to_owned())
}

/// A whole number and its unit: `500ms`, `15s`, `30m`, `12h`, `7d`.
pub(super) fn duration(text: &str) -> Parsed<Duration> {
    let (count, unit) = split_unit(text);
    let millis = match unit {
        "ms" => Some(1),
        "s" => Some(1000),
        "m" => Some(60_000),
        "h" => Some(3_600_000),
        "d" => Some(86_400_000),
        "" if !count.is_empty() => {
            return Err(format!("lacks a unit: write {count}s for seconds or {count}m for minutes"));
        }
        _ => None,
    };
    millis
        .and_then(|millis| count.parse::<u64>().ok()?.checked_mul(millis))
        .map(Duration::from_millis)
        .ok_or_else(|| "must be a number and a unit, such as 500ms, 15s, 30m, 12h or 7d".to_owned())
}

/// Bytes: a bare number, or one with `kB`, `KiB`, `MB`, `MiB`, `GB`, `GiB`.
pub(super) fn size(text: &str) -> Parsed<u64> {
    let (count, unit) = split_unit(text);
    let bytes = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => Some(1),
        "kb" => Some(1000),
        "kib" => Some(1 << 10),
        "mb" => Some(1_000_000),
        "mib" => Some(1 << 20),
        "gb" => Some(1_000_000_000),
        "gib" => Some(1 << 30),
        _ => None,
    };
    bytes
        .and_then(|bytes| count.parse::<u64>().ok()?.checked_mul(bytes))
        .ok_or_else(|| "must be a size in bytes, such as 500kB, 10MiB or 1GB".to_owned())
}

fn split_unit(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    (&text[..end], text[end..].trim())
}

/// Holds what `parse` reads to the range of `setting`, whose ends are written in the same format.
pub(super) fn within<T: PartialOrd>(
    setting: &'static Setting,
    parse: impl Fn(&str) -> Parsed<T>,
) -> impl Fn(&str) -> Parsed<T> {
    move |text| {
        let Values::Between(low, high) = setting.values else { unreachable!("{} has no range", setting.name) };
        let value = parse(text).map_err(|why| format!("{why}, from {low} to {high}"))?;
        if parse(low)? <= value && value <= parse(high)? {
            Ok(value)
        } else {
            Err(format!("must be from {low} to {high}"))
        }
    }
}

/// One of the words of `setting`; `meanings` are theirs, in the same order.
pub(super) fn choice<T: Copy>(setting: &'static Setting, meanings: &[T]) -> impl Fn(&str) -> Parsed<T> {
    move |text| {
        let Values::OneOf(words) = setting.values else { unreachable!("{} has no words", setting.name) };
        let word = words.iter().position(|word| *word == text);
        word.map(|at| meanings[at]).ok_or_else(|| format!("must be one of {}", words.join(", ")))
    }
}

/// What stands between commas; blanks around and empty places don't count.
pub(super) fn list<T>(text: &str, parse: impl Fn(&str) -> Parsed<T>) -> Parsed<Vec<T>> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(parse).collect()
}

/// An absolute `http` or `https` URL without credentials.
pub(super) fn http_url(text: &str) -> Parsed<Url> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let url = url.ok_or("must be a whole URL that starts with https:// or http://")?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not contain a user name or password".to_owned());
    }
    Ok(url)
}

/// A network such as `10.0.0.0/8`, or one address.
pub(super) fn network(text: &str) -> Option<IpNet> {
    let network = text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from));
    network.map(|network| network.trunc())
}
