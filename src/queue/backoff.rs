//! How long to wait before the next attempt.

use std::time::Duration;

const SHORTEST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_hours(1);

/// A random time between 1 s and `4^attempt` s, at most an hour: exponential with full jitter, so that jobs which failed
/// together don't come back together.
///
/// `attempt` counts from 1. See <https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/>.
pub(super) fn pause(attempt: u32) -> Duration {
    rand::random_range(SHORTEST..=longest(attempt))
}

fn longest(attempt: u32) -> Duration {
    4_u64.checked_pow(attempt).map_or(LONGEST, Duration::from_secs).clamp(SHORTEST, LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_pause_grows_from_four_seconds_to_an_hour() {
        let seconds = [1, 2, 3, 4, 5, 6, 7, 40, u32::MAX].map(|attempt| longest(attempt).as_secs());

        assert_eq!(seconds, [4, 16, 64, 256, 1024, 3600, 3600, 3600, 3600]);
    }

    #[test]
    fn a_pause_lies_between_a_second_and_the_longest() {
        for attempt in (1..=7).cycle().take(700) {
            assert!((SHORTEST..=longest(attempt)).contains(&pause(attempt)), "attempt {attempt}");
        }
    }
}
