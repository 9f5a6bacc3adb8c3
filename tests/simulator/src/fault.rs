//! Failures on demand: `POST /_sim/faults`.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use regex_lite::Regex;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A rule as it is sent.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewFault {
    /// Which requests.
    #[serde(rename = "match", default)]
    pub(crate) matching: Match,
    /// What happens to them.
    pub(crate) action: Action,
    /// How many requests it strikes; 0: every one until it is removed.
    #[serde(default = "once")]
    pub(crate) times: u32,
}

fn once() -> u32 {
    1
}

/// Which requests; every given member must hold.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(crate) struct Match {
    /// The HTTP method, in any case.
    pub(crate) method: Option<String>,
    /// Part of the path with its query, or a regular expression over it; inner requests of a batch are
    /// seen with `/v1.0` before them.
    pub(crate) path: Option<String>,
    /// The mailbox: any address or the object id of its owner.
    pub(crate) mailbox: Option<String>,
    /// Only from the nth such request on, counted from 1.
    pub(crate) nth: Option<u32>,
    /// From there on only every so-manyth.
    pub(crate) every: Option<u32>,
}

/// What happens.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(crate) struct Action {
    /// Answer with this status; the request takes no effect.
    pub(crate) status: Option<u16>,
    /// Headers of that answer; null leaves one out that would be there (`Retry-After` of 429 and 503).
    pub(crate) headers: BTreeMap<String, Option<String>>,
    /// The body of that answer; an error in Graph's (or Entra's) shape if absent.
    pub(crate) body: Option<Value>,
    /// Close the connection instead of answering, after the request took effect. For a request inside a
    /// batch the whole batch stays without an answer.
    pub(crate) drop_reply: bool,
    /// Close the connection before the request takes effect.
    pub(crate) drop_request: bool,
    /// Wait before anything else, milliseconds.
    pub(crate) delay_ms: u64,
    /// Wait before the answer, after the request took effect, milliseconds.
    pub(crate) reply_delay_ms: u64,
}

impl Action {
    pub(crate) fn delay(&self) -> Duration {
        Duration::from_millis(self.delay_ms)
    }

    pub(crate) fn reply_delay(&self) -> Duration {
        Duration::from_millis(self.reply_delay_ms)
    }

    /// The headers of the answer with `status`.
    pub(crate) fn answer_headers(&self, status: u16) -> Vec<(String, String)> {
        let named = |name: &str| self.headers.keys().any(|given| given.eq_ignore_ascii_case(name));
        let mut headers: Vec<(String, String)> =
            self.headers.iter().filter_map(|(name, value)| Some((name.clone(), value.clone()?))).collect();
        if matches!(status, 429 | 503) && !named("retry-after") {
            headers.push(("Retry-After".to_owned(), "1".to_owned()));
        }
        headers
    }
}

/// A request as the rules see it.
#[derive(Debug)]
pub(crate) struct Probe<'a> {
    pub(crate) method: &'a str,
    /// Path and query as sent.
    pub(crate) path: &'a str,
    /// Every name of the mailbox's owner.
    pub(crate) mailbox: &'a [String],
}

#[derive(Debug)]
struct Rule {
    fault: NewFault,
    pattern: Option<Regex>,
    seen: u32,
    struck: u32,
}

impl Rule {
    fn matches(&self, probe: &Probe<'_>) -> bool {
        let Match { method, path, mailbox, .. } = &self.fault.matching;
        let decoded = percent_encoding::percent_decode_str(probe.path).decode_utf8_lossy();
        let on_path = |text: &String| {
            let matches = |path: &str| {
                path.contains(text) || self.pattern.as_ref().is_some_and(|pattern| pattern.is_match(path))
            };
            matches(probe.path) || matches(&decoded)
        };
        method.as_ref().is_none_or(|method| method.eq_ignore_ascii_case(probe.method))
            && path.as_ref().is_none_or(on_path)
            && mailbox.as_ref().is_none_or(|name| probe.mailbox.iter().any(|m| m.eq_ignore_ascii_case(name)))
    }
}

/// The rules in force, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<Vec<Rule>>);

impl Faults {
    /// Adds a rule.
    pub(crate) fn add(&self, fault: NewFault) {
        let pattern = fault.matching.path.as_deref().and_then(|path| Regex::new(path).ok());
        let rule = Rule { fault, pattern, seen: 0, struck: 0 };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(rule);
    }

    /// What happens to this request: the first rule that matches and has not struck often enough. Every
    /// matching rule counts the request.
    pub(crate) fn strike(&self, probe: &Probe<'_>) -> Option<Action> {
        let mut rules = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut action = None;
        for rule in rules.iter_mut().filter(|rule| rule.matches(probe)) {
            rule.seen += 1;
            let Match { nth, every, .. } = &rule.fault.matching;
            let since = rule.seen.checked_sub(nth.unwrap_or(1));
            let due = since.is_some_and(|since| since % every.unwrap_or(1).max(1) == 0);
            let left = rule.fault.times == 0 || rule.struck < rule.fault.times;
            if action.is_none() && due && left {
                rule.struck += 1;
                action = Some(rule.fault.action.clone());
            }
        }
        action
    }

    /// The rules with how often they saw a request and struck.
    pub(crate) fn list(&self) -> Vec<Value> {
        let rules = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let show = |rule: &Rule| {
            serde_json::json!({
                "match": rule.fault.matching, "action": rule.fault.action, "times": rule.fault.times,
                "seen": rule.seen, "struck": rule.struck,
            })
        };
        rules.iter().map(show).collect()
    }

    pub(crate) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(json: Value) -> Faults {
        let faults = Faults::default();
        faults.add(serde_json::from_value(json).expect("a rule"));
        faults
    }

    fn post(path: &str) -> Probe<'_> {
        Probe { method: "POST", path, mailbox: &[] }
    }

    #[test]
    fn a_rule_strikes_from_the_nth_match_on_as_often_as_told() {
        let rule = serde_json::json!({"match": {"method": "post", "path": "/contacts$", "nth": 2},
            "action": {"status": 500}, "times": 2});
        let faults = faults(rule);
        let struck: Vec<bool> = (0..5).map(|_| faults.strike(&post("/v1.0/me/contacts")).is_some()).collect();
        assert_eq!(struck, [false, true, true, false, false]);
        assert!(faults.strike(&post("/v1.0/me/contacts/1")).is_none(), "another path");
    }

    #[test]
    fn a_rule_strikes_every_so_manyth() {
        let rule =
            serde_json::json!({"match": {"nth": 2, "every": 3}, "action": {"status": 500}, "times": 0});
        let faults = faults(rule);
        let struck: Vec<bool> = (0..8).map(|_| faults.strike(&post("/")).is_some()).collect();
        assert_eq!(struck, [false, true, false, false, true, false, false, true]);
    }

    #[test]
    fn a_path_is_a_part_or_a_pattern_also_when_it_is_encoded() {
        let rule = serde_json::json!({"match": {"path": "$batch"}, "action": {"status": 500}, "times": 0});
        assert!(faults(rule).strike(&post("/v1.0/%24batch")).is_some());
        let pattern = serde_json::json!({"match": {"path": "^/v1.0/(me|users)/"}, "action": {}, "times": 0});
        assert!(faults(pattern).strike(&post("/v1.0/me/contacts")).is_some());
    }
}
