//! What Exchange Online makes of an application's permissions, mailbox by mailbox (facts §8).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// What is in force for an application.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MailboxRules {
    /// An application access policy (`RestrictAccess`): what tokens permit counts for these users' mailboxes
    /// only. Absent: there is no policy. Object ids.
    pub policy_members: Option<BTreeSet<String>>,
    /// RBAC for Applications: permissions that count in the scope, whether or not tokens carry them.
    pub roles: BTreeSet<String>,
    /// Who is in that scope. Object ids.
    pub role_members: BTreeSet<String>,
}

/// Rules with the instant (seconds since 1970) from which Exchange Online heeds them.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DatedRules {
    /// From when.
    pub from: i64,
    /// What.
    pub rules: MailboxRules,
}

impl MailboxRules {
    /// Whether the application may enter this user's mailbox. `permitted`: its token carries one of the
    /// `accepted` permissions. The two ways add up: a permission of the token outside of any policy makes a
    /// scope of RBAC for Applications meaningless.
    #[must_use]
    pub fn admit(&self, user_id: &str, permitted: bool, accepted: &[&str]) -> bool {
        let in_policy = self.policy_members.as_ref().is_none_or(|members| members.contains(user_id));
        let holds = |role: &String| accepted.iter().any(|accepted| accepted.eq_ignore_ascii_case(role));
        (permitted && in_policy) || (self.role_members.contains(user_id) && self.roles.iter().any(holds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m07_a_policy_narrows_and_a_scoped_role_widens() {
        let set = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<BTreeSet<_>>();
        let accepted = ["Mail.Read", "Mail.ReadWrite"];
        let none = MailboxRules::default();
        assert!(none.admit("a", true, &accepted) && !none.admit("a", false, &accepted));
        let policy = MailboxRules { policy_members: Some(set(&["a"])), ..MailboxRules::default() };
        assert!(policy.admit("a", true, &accepted) && !policy.admit("b", true, &accepted));
        assert!(!policy.admit("a", false, &accepted));
        let scoped =
            MailboxRules { roles: set(&["mail.read"]), role_members: set(&["a"]), ..MailboxRules::default() };
        assert!(scoped.admit("a", false, &accepted) && !scoped.admit("b", false, &accepted));
        assert!(scoped.admit("b", true, &accepted), "the token's permission is for everybody");
        assert!(!scoped.admit("a", false, &["Contacts.Read"]));
    }
}
