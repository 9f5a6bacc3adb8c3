//! Figures of our own for CloudWatch, as log lines in its embedded metric format: no call, no permission.

use serde_json::json;
use types::Clock;

/// The namespace of all of them.
const NAMESPACE: &str = "Setten";

/// One figure.
#[derive(Debug, Clone, Copy)]
pub struct Metric<'a> {
    /// Its name, as alarms have it.
    pub name: &'a str,
    /// What it is about: the dimension's name and value.
    pub of: (&'a str, &'a str),
    /// How much; a count.
    pub value: i64,
}

impl Metric<'_> {
    /// Tells CloudWatch.
    #[expect(clippy::print_stdout, reason = "CloudWatch reads metrics from lines that are nothing but that")]
    pub fn write(&self, clock: &dyn Clock) {
        println!("{}", self.line(clock));
    }

    /// The line that tells CloudWatch.
    #[must_use]
    pub fn line(&self, clock: &dyn Clock) -> String {
        let (dimension, of) = self.of;
        let metrics = json!({
            "Namespace": NAMESPACE,
            "Dimensions": [[dimension]],
            "Metrics": [{"Name": self.name, "Unit": "Count"}],
        });
        let at = clock.now().as_millisecond();
        let head = json!({"Timestamp": at, "CloudWatchMetrics": [metrics]});
        json!({"_aws": head, dimension: of, self.name: self.value}).to_string()
    }
}

#[cfg(test)]
mod tests {
    use types::ManualClock;

    use super::*;

    #[test]
    fn a_line_is_what_the_embedded_metric_format_asks_for() {
        let clock = ManualClock::at("2026-01-01T00:00:00Z".parse().unwrap());
        let metric = Metric { name: "CredentialDaysLeft", of: ("Secret", "setten/a"), value: -2 };
        let line: serde_json::Value = serde_json::from_str(&metric.line(&clock)).unwrap();
        let expected = json!({
            "_aws": {
                "Timestamp": 1_767_225_600_000_u64,
                "CloudWatchMetrics": [{
                    "Namespace": "Setten",
                    "Dimensions": [["Secret"]],
                    "Metrics": [{"Name": "CredentialDaysLeft", "Unit": "Count"}],
                }],
            },
            "Secret": "setten/a",
            "CredentialDaysLeft": -2,
        });
        assert_eq!(line, expected);
    }
}
