//! When a crontab line is due.

use brainly::domain::{CronExpression, Timestamp};

fn cron(text: &str) -> CronExpression {
    CronExpression::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn at(time: &str) -> Timestamp {
    time.parse().unwrap_or_else(|error| panic!("{time}: {error}"))
}

/// The times after `from` and up to `to`, to the minute and with the weekday, each found from the one before.
fn due(text: &str, from: &str, to: &str) -> Vec<String> {
    let expression = cron(text);
    let times = std::iter::successors(expression.next_after(at(from)), |time| expression.next_after(*time));
    times.take_while(|time| *time <= at(to)).map(|time| time.format("%a %d %H:%M").to_string()).collect()
}

/// The weekdays of a week on which a line is due.
fn weekdays(field: &str) -> String {
    // 1 March 2026 is a Sunday.
    let times = due(&format!("0 12 * * {field}"), "2026-03-01T00:00:00Z", "2026-03-08T00:00:00Z");
    times.iter().map(|time| &time[..3]).collect::<Vec<_>>().join(" ")
}

#[test]
fn weekdays_are_those_of_crontab() {
    let all = "Sun Mon Tue Wed Thu Fri Sat";
    for (field, expected) in [
        ("0", "Sun"),
        ("7", "Sun"),
        ("1", "Mon"),
        ("6", "Sat"),
        ("SUN", "Sun"),
        ("mon", "Mon"),
        ("Thursday", "Thu"),
        ("1-5", "Mon Tue Wed Thu Fri"),
        ("MON-FRI", "Mon Tue Wed Thu Fri"),
        ("5-7", "Sun Fri Sat"),
        ("FRI-SUN", "Sun Fri Sat"),
        ("0,3,6", "Sun Wed Sat"),
        ("0,7", "Sun"),
        ("MON,4", "Mon Thu"),
        ("*/2", "Sun Tue Thu Sat"),
        ("1-5/2", "Mon Wed Fri"),
        ("1/3", "Mon Thu"),
        ("0-7", all),
        ("0-6", all),
        ("*", all),
        ("?", all),
    ] {
        assert_eq!(weekdays(field), expected, "{field}");
    }
}

#[test]
fn a_line_means_what_crontab_says() {
    let from = "2026-03-02T08:00:00Z";
    for (line, expected) in [
        ("30 3 * * *", "2026-03-03T03:30:00Z"),
        ("  30\t3  * * * ", "2026-03-03T03:30:00Z"),
        ("*/15 * * * *", "2026-03-02T08:15:00Z"),
        ("0 9-17/4 * * *", "2026-03-02T09:00:00Z"),
        ("0 0 29 2 *", "2028-02-29T00:00:00Z"),
        ("0 0 1 JAN,jul *", "2026-07-01T00:00:00Z"),
        ("0 0 31 * *", "2026-03-31T00:00:00Z"),
        ("@hourly", "2026-03-02T09:00:00Z"),
        ("@daily", "2026-03-03T00:00:00Z"),
        ("@midnight", "2026-03-03T00:00:00Z"),
        ("@weekly", "2026-03-08T00:00:00Z"),
        ("@monthly", "2026-04-01T00:00:00Z"),
        ("@yearly", "2027-01-01T00:00:00Z"),
        ("@annually", "2027-01-01T00:00:00Z"),
        ("10 * * * * *", "2026-03-02T08:00:10Z"),
        ("5 30 3 * * MON", "2026-03-09T03:30:05Z"),
        ("0 30 3 * * * 2030", "2030-01-01T03:30:00Z"),
        ("CRON_TZ=Europe/Berlin 30 3 * * *", "2026-03-03T02:30:00Z"),
        ("TZ=America/New_York 0 9 * * 1-5", "2026-03-02T14:00:00Z"),
        ("CRON_TZ=Asia/Kathmandu @daily", "2026-03-02T18:15:00Z"),
    ] {
        assert_eq!(cron(line).next_after(at(from)), Some(at(expected)), "{line}");
        assert_eq!(cron(line).as_str(), line.trim());
    }
    assert_eq!(cron("0 0 0 1 1 * 2027").next_after(at("2027-01-01T00:00:00Z")), None, "never the time itself");
}

#[test]
fn when_day_and_weekday_are_both_restricted_either_is_enough() {
    let march = |line| due(line, "2026-03-01T00:00:00Z", "2026-03-20T00:00:00Z").join(", ");

    assert_eq!(march("0 12 13 * 5"), "Fri 06 12:00, Fri 13 12:00");
    assert_eq!(march("0 12 1,10 * FRI"), "Sun 01 12:00, Fri 06 12:00, Tue 10 12:00, Fri 13 12:00");
    // With a star in front both must hold.
    assert_eq!(march("0 12 */5 * FRI"), "Fri 06 12:00");
    assert_eq!(march("0 12 13 * *"), "Fri 13 12:00");
}

#[test]
fn a_time_that_the_clock_skips_is_left_out() {
    // On 29 March 2026 the clock in Berlin goes from 02:00 to 03:00, which is 01:00 UTC.
    let night = |line| due(line, "2026-03-28T00:00:00Z", "2026-03-30T01:00:00Z").join(", ");

    assert_eq!(night("CRON_TZ=Europe/Berlin 30 2 * * *"), "Sat 28 01:30, Mon 30 00:30");
    assert_eq!(night("CRON_TZ=Europe/Berlin 30 3 * * *"), "Sat 28 02:30, Sun 29 01:30");
    let hours = due("CRON_TZ=Europe/Berlin 17 * * * *", "2026-03-28T23:30:00Z", "2026-03-29T02:30:00Z");
    assert_eq!(hours, ["Sun 29 00:17", "Sun 29 01:17", "Sun 29 02:17"]);
}

#[test]
fn a_time_that_the_clock_shows_twice_is_due_twice() {
    // On 25 October 2026 the clock in Berlin goes from 03:00 back to 02:00, which is 01:00 UTC.
    let night = |line| due(line, "2026-10-24T12:00:00Z", "2026-10-26T02:00:00Z").join(", ");

    assert_eq!(night("CRON_TZ=Europe/Berlin 30 2 * * *"), "Sun 25 00:30, Sun 25 01:30, Mon 26 01:30");
    assert_eq!(night("CRON_TZ=Europe/Berlin 30 3 * * *"), "Sun 25 02:30");
    let hours = due("CRON_TZ=Europe/Berlin 17,47 * * * *", "2026-10-24T23:50:00Z", "2026-10-25T02:30:00Z");
    assert_eq!(
        hours,
        ["Sun 25 00:17", "Sun 25 00:47", "Sun 25 01:17", "Sun 25 01:47", "Sun 25 02:17"],
        "no hour is skipped, and none goes back"
    );
}

#[test]
fn around_a_change_of_clocks_the_times_are_those_of_the_crate() {
    // Seconds first, as the crate has it; where a time is shown twice it names both, though not in order.
    let lines = ["30 2 * * *", "*/20 * * * *", "0 0 * * *", "1,59 1-3 * * *", "0 */3 * * *"];
    for (zone, from, to) in [
        ("Europe/Berlin", "2026-03-27T00:00:00Z", "2026-03-31T00:00:00Z"),
        ("Europe/Berlin", "2026-10-23T00:00:00Z", "2026-10-27T00:00:00Z"),
        ("Australia/Lord_Howe", "2026-04-03T00:00:00Z", "2026-04-07T00:00:00Z"),
        ("America/Havana", "2026-10-30T00:00:00Z", "2026-11-03T00:00:00Z"),
    ] {
        for line in lines {
            let crates: cron::Schedule = format!("0 {line}").parse().unwrap();
            let start = at(from).with_timezone(&zone.parse::<chrono_tz::Tz>().unwrap());
            let mut expected: Vec<Timestamp> = crates.after(&start).map(|time| time.to_utc()).take(2000).collect();
            expected.retain(|time| *time <= at(to));
            expected.sort_unstable();
            expected.dedup();

            let ours = cron(&format!("CRON_TZ={zone} {line}"));
            let mut found = Vec::new();
            let mut time = at(from);
            while let Some(next) = ours.next_after(time).filter(|next| *next <= at(to)) {
                assert!(next > time, "{zone} {line}: {next} is not after {time}");
                found.push(next);
                time = next;
            }

            assert_eq!(found, expected, "{zone} {line}");
        }
    }
}

#[test]
fn whenever_one_asks_the_next_time_is_later() {
    let expression = cron("CRON_TZ=Europe/Berlin 30 2 * * *");
    let mut time = at("2026-10-24T22:00:00Z");
    while time < at("2026-10-25T04:00:00Z") {
        let next = expression.next_after(time).unwrap();
        let expected = ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-26T01:30:00Z"].map(at);
        assert_eq!(Some(next), expected.into_iter().find(|expected| *expected > time), "after {time}");
        time += chrono::TimeDelta::seconds(307);
    }
}

#[test]
fn what_cannot_be_read_is_answered_with_what_is_wrong_and_what_would_be_right() {
    let five = "such as \"30 3 * * *\" (daily at 03:30)";
    let numbers = "lists, ranges and steps, such as";
    for (text, expected) in [
        ("", format!("it is empty; write minute, hour, day of the month, month and weekday, {five}")),
        (
            "CRON_TZ=Europe/Berlin",
            format!("it is empty; write minute, hour, day of the month, month and weekday, {five}"),
        ),
        (
            "* * *",
            format!(
                "\"* * *\" has 3 fields; write five (minute, hour, day of the month, month, weekday), {five}, or six or \
                 seven with the second first and the year last"
            ),
        ),
        ("60 3 * * *", format!("\"60\" is no minute; it takes 0 to 59, {numbers} \"30\" or \"*/5\"")),
        ("** 3 * * *", format!("\"**\" is no minute; it takes 0 to 59, {numbers} \"30\" or \"*/5\"")),
        ("*/0 3 * * *", format!("\"*/0\" is no minute; it takes 0 to 59, {numbers} \"30\" or \"*/5\"")),
        ("0 25 * * *", format!("\"25\" is no hour; it takes 0 to 23, {numbers} \"3\" or \"9-17\"")),
        ("0 17-9 * * *", format!("\"17-9\" is no hour; it takes 0 to 23, {numbers} \"3\" or \"9-17\"")),
        ("0 0 32 * *", format!("\"32\" is no day of the month; it takes 1 to 31, {numbers} \"1\" or \"1,15\"")),
        ("0 0 L * *", format!("\"L\" is no day of the month; it takes 1 to 31, {numbers} \"1\" or \"1,15\"")),
        ("0 0 1 13 *", format!("\"13\" is no month; it takes 1 to 12 or JAN to DEC, {numbers} \"6\" or \"JAN,JUL\"")),
        (
            "0 0 * * 8",
            format!(
                "\"8\" is no weekday; it takes 0 to 7 (Sunday is 0 or 7) or SUN to SAT, {numbers} \"1-5\" or \"MON,THU\""
            ),
        ),
        (
            "0 0 * * MO",
            format!(
                "\"MO\" is no weekday; it takes 0 to 7 (Sunday is 0 or 7) or SUN to SAT, {numbers} \"1-5\" or \"MON,THU\""
            ),
        ),
        ("90 0 0 * * *", format!("\"90\" is no second; it takes 0 to 59, {numbers} \"0\" or \"*/10\"")),
        ("0 0 0 * * * 1492", format!("\"1492\" is no year; it takes 1970 to 2100, {numbers} \"2027\" or \"*/2\"")),
        (
            "@dayly",
            "\"@dayly\" is not known; write @hourly, @daily, @weekly, @monthly or @yearly, or five fields such as \
             \"30 3 * * *\""
                .to_owned(),
        ),
        (
            "CRON_TZ=Europe/Berlim 30 3 * * *",
            "\"Europe/Berlim\" is no time zone; write its name in the IANA database, such as \"CRON_TZ=Europe/Berlin \
             30 3 * * *\""
                .to_owned(),
        ),
        (
            "30 3 30 2 *",
            "\"30 3 30 2 *\" never comes; check the day and the month, such as \"30 3 28 2 *\" (each 28 February)"
                .to_owned(),
        ),
    ] {
        assert_eq!(CronExpression::parse(text).unwrap_err().to_string(), expected, "{text:?}");
    }
    for text in ["0 0 * * 1-", "0 0 * * 5-1", "0 0 * * ,", "0 0 * * */0", "0 0 * * +1", "0 0 * * 1//2", "0 0 * * **"] {
        assert!(CronExpression::parse(text).is_err(), "{text:?}");
    }
}
