//! When a call is repeated, after how long, and for how long at most.

use std::time::Duration;

use jiff::fmt::rfc2822;
use tokio::time::Instant;

/// How often and how long a call is repeated before its refusal is given back.
#[derive(Debug, Clone, Copy)]
pub struct RetryPolicy {
    /// The most times one request is sent.
    pub attempts: u32,
    /// The most time one call may take, pauses included. A pause that would go beyond it is not begun.
    pub budget: Duration,
    /// The longest first pause when the far side names none; it doubles with each attempt.
    pub first_pause: Duration,
    /// The longest pause of our own choice. A pause that the far side asks for is kept whatever it is.
    pub longest_pause: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempts: 6,
            budget: Duration::from_secs(60),
            first_pause: Duration::from_millis(500),
            longest_pause: Duration::from_secs(20),
        }
    }
}

impl RetryPolicy {
    /// The pause after the attempt of this number (from 1): what the far side asked for, else exponential
    /// backoff with full jitter, so that callers refused together do not come back together.
    pub(crate) fn pause(&self, attempt: u32, asked: Option<Duration>) -> Duration {
        asked.unwrap_or_else(|| {
            let doubled = self.first_pause.saturating_mul(2_u32.saturating_pow(attempt.saturating_sub(1)));
            rand::random_range(Duration::ZERO..=doubled.min(self.longest_pause))
        })
    }

    /// The instant after which a call that begins now may not wait.
    pub(crate) fn limit(&self, deadline: Option<Instant>) -> Instant {
        let own = Instant::now() + self.budget;
        deadline.map_or(own, |deadline| deadline.min(own))
    }
}

/// Reads `Retry-After`: whole seconds, or an HTTP date. A date counts from the reply's own `Date`, so the
/// two clocks need not agree; without that it says nothing.
pub(crate) fn retry_after(value: &str, date: Option<&str>) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = rfc2822::parse(value).ok()?;
    let from = rfc2822::parse(date?.trim()).ok()?;
    Some(Duration::try_from(until.timestamp().duration_since(from.timestamp())).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let date = Some("Sun, 22 Nov 2026 08:00:00 GMT");
        for (value, date, expected) in [
            ("7", None, Some(7)),
            (" 120 ", date, Some(120)),
            ("0", None, Some(0)),
            ("Sun, 22 Nov 2026 08:01:30 GMT", date, Some(90)),
            ("Sun, 22 Nov 2026 07:00:00 GMT", date, Some(0)),
            ("Sun, 22 Nov 2026 08:01:30 GMT", None, None),
            ("soon", date, None),
            ("-3", date, None),
            ("1.5", date, None),
            ("", date, None),
        ] {
            assert_eq!(retry_after(value, date), expected.map(Duration::from_secs), "{value:?}");
        }
    }

    #[test]
    fn the_far_side_decides_the_pause_else_it_grows_up_to_a_cap() {
        let policy = RetryPolicy::default();
        assert_eq!(policy.pause(1, Some(Duration::from_secs(90))), Duration::from_secs(90));
        for attempt in 1..40 {
            let most = policy.first_pause.as_millis() << (attempt - 1).min(20);
            for _ in 0..50 {
                let pause = policy.pause(attempt, None);
                assert!(pause.as_millis() <= most && pause <= policy.longest_pause, "{attempt} {pause:?}");
            }
        }
        let pauses: Vec<_> = (0..50).map(|_| policy.pause(10, None)).collect();
        assert!(pauses.iter().any(|pause| *pause != pauses[0]), "jitter");
        assert!(pauses.iter().any(|pause| *pause > policy.first_pause * 4), "growth");
    }
}
