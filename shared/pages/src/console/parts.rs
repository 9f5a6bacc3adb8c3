//! What several pages show: how a link stands, why, and what its pushes did.

use types::Feature;

use super::{
    Link, Notice, Problem, Push, PushState, RefusedCard, Status, Viewer,
    frame::{number, when},
};
use crate::{
    date::When,
    failed_view::{Piece, linked, who_name},
    failure::Way,
    text::{Texts, plain, shorten},
};

impl Status {
    /// Every one, in the order of filters.
    pub const ALL: [Self; 8] = [
        Self::Linked,
        Self::Syncing,
        Self::ReconnectNeeded,
        Self::AuthenticationFailed,
        Self::NoPermission,
        Self::Failed,
        Self::NotLinked,
        Self::Unlinked,
    ];

    /// The name in addresses (`?status=`), as links are stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotLinked => "not_linked",
            Self::Linked => "linked",
            Self::Syncing => "syncing",
            Self::AuthenticationFailed => "authentication_failed",
            Self::NoPermission => "no_permission",
            Self::Failed => "failed",
            Self::ReconnectNeeded => "reconnect_needed",
            Self::Unlinked => "unlinked",
        }
    }

    /// The status of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == name)
    }

    /// Whether there is a link that can be unlinked.
    pub(super) fn is_live(self) -> bool {
        !matches!(self, Self::NotLinked | Self::Unlinked)
    }
}

/// A word and a shape; never colour alone.
pub(super) struct StatusView {
    /// The name in classes, by which the template picks the shape.
    pub(super) name: String,
    pub(super) word: String,
}

impl StatusView {
    pub(super) fn of(texts: &Texts, status: Status) -> Self {
        let name = status.as_str().replace('_', "-");
        Self { word: texts.get(&format!("link-{name}")), name }
    }

    /// A state that is no link's: the name picks shape and colour, the key the word.
    pub(super) fn named(texts: &Texts, name: &str, key: &str) -> Self {
        Self { name: name.to_owned(), word: texts.get(key) }
    }
}

/// Why a link does not stand well, who must act, and how.
pub(super) struct ProblemView {
    pub(super) title: String,
    pub(super) why: String,
    pub(super) who: String,
    pub(super) who_name: &'static str,
    pub(super) steps: Vec<Vec<Piece>>,
    /// What to write to an administrator.
    pub(super) message: Option<String>,
    pub(super) code: Option<String>,
}

/// Who reads a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum For {
    /// An administrator, who acts.
    Admin,
    /// The user, who may have to ask an administrator.
    User,
}

impl ProblemView {
    pub(super) fn of(texts: &Texts, problem: &Problem, reader: For) -> Self {
        let failure = problem.failure;
        let part = |name: &str| format!("failure-{}.{name}", failure.key());
        let who_name = who_name(failure.who());
        let ask = texts.lines(&part("ask"));
        let (steps, message) = match (failure.way(), reader) {
            (Way::Support, _) => (texts.lines("problem-support"), None),
            // What the administrator would be asked; the first line says only what it is about.
            (Way::Forward, For::Admin) => (ask.into_iter().skip(1).collect(), None),
            (Way::Forward, For::User) => (texts.lines(&part("steps")), Some(ask.join("\n"))),
            _ => (texts.lines(&part("steps")), None),
        };
        Self {
            title: texts.get(&part("title")),
            why: texts.get(&part("why")),
            who: texts.get(&format!("who-{who_name}")),
            who_name,
            steps: steps.iter().map(|line| linked(line)).collect(),
            message,
            code: problem.code.as_deref().map(|code| shorten(&plain(code))),
        }
    }
}

/// A text of several lines, each with the portal that it names as a link.
pub(super) fn pieces(texts: &Texts, key: &str) -> Vec<Vec<Piece>> {
    texts.lines(key).iter().map(|line| linked(line)).collect()
}

/// A field for an id of 36 characters, and where to find it.
pub(super) struct IdField {
    /// The element's own id.
    pub(super) at: &'static str,
    pub(super) name: &'static str,
    pub(super) label: String,
    pub(super) hint: String,
    pub(super) typed: String,
    pub(super) fault: Option<String>,
    pub(super) how_title: String,
    pub(super) how: Vec<Vec<Piece>>,
}

/// The name of a feature for people.
pub(super) fn feature_name(texts: &Texts, feature: Feature) -> String {
    texts.get(&format!("feature-{}.name", feature.as_str()))
}

/// A link with everything known about it.
pub(super) struct LinkView {
    pub(super) feature: &'static str,
    pub(super) name: String,
    pub(super) status: StatusView,
    pub(super) account: Option<String>,
    pub(super) linked_at: Option<When>,
    pub(super) last_success: Option<When>,
    pub(super) problem: Option<ProblemView>,
    pub(super) push: Option<PushView>,
    pub(super) cards: Option<String>,
    pub(super) refused: Vec<RefusedView>,
    pub(super) is_live: bool,
}

impl LinkView {
    pub(super) fn of(texts: &Texts, viewer: &Viewer, link: &Link, reader: For) -> Self {
        Self {
            feature: link.feature.as_str(),
            name: feature_name(texts, link.feature),
            status: StatusView::of(texts, link.status),
            account: link.account.as_deref().map(plain),
            linked_at: when(texts, viewer, link.linked_at),
            last_success: when(texts, viewer, link.last_success_at),
            problem: link.problem.as_ref().map(|problem| ProblemView::of(texts, problem, reader)),
            push: None,
            cards: None,
            refused: Vec::new(),
            is_live: link.status.is_live(),
        }
    }

    /// With what pushes did.
    pub(super) fn with(
        mut self,
        texts: &Texts,
        viewer: &Viewer,
        push: Option<&Push>,
        cards: Option<u32>,
        refused: &[RefusedCard],
    ) -> Self {
        self.push = push.map(|push| PushView::of(texts, viewer, push));
        self.cards = cards.map(number);
        self.refused = refused.iter().map(|card| RefusedView::of(texts, card)).collect();
        self
    }
}

/// The push of a user's cards.
pub(super) struct PushView {
    /// Asked for or at work: the page looks again.
    pub(super) is_running: bool,
    pub(super) word: String,
    pub(super) at: Option<When>,
    pub(super) numbers: String,
}

impl PushView {
    fn of(texts: &Texts, viewer: &Viewer, push: &Push) -> Self {
        let word = match push.state {
            PushState::Resting => "push-resting",
            PushState::Waiting => "push-waiting",
            PushState::Running => "push-running",
        };
        let counts = [
            ("created", number(push.created)),
            ("updated", number(push.updated)),
            ("deleted", number(push.deleted)),
            ("refused", number(push.refused)),
        ];
        Self {
            is_running: push.state != PushState::Resting,
            word: texts.get(word),
            at: when(texts, viewer, push.at),
            numbers: texts.get_with("push-numbers", &counts),
        }
    }
}

/// A card that Microsoft refuses.
pub(super) struct RefusedView {
    pub(super) name: String,
    pub(super) id: String,
    pub(super) reason: String,
}

impl RefusedView {
    fn of(texts: &Texts, card: &RefusedCard) -> Self {
        let name = card.name.as_deref().map(plain).filter(|name| !name.trim().is_empty());
        Self {
            name: name.unwrap_or_else(|| texts.get("refused-nameless")),
            id: plain(&card.card_id),
            reason: shorten(&plain(&card.reason)),
        }
    }
}

/// What was just done, in words, and whether it went well.
pub(super) struct NoticeView {
    pub(super) text: String,
    pub(super) is_good: bool,
}

impl NoticeView {
    pub(super) fn of(texts: &Texts, notice: Option<&Notice>) -> Option<Self> {
        let notice = notice?;
        let key = format!("notice-{}", notice.name());
        let (text, is_good) = match notice {
            Notice::UsersLinked { count, skipped } | Notice::UsersUnlinked { count, skipped } => {
                let values = [("count", number(*count)), ("skipped", number(*skipped))];
                let done = texts.get_with(&key, &values);
                match skipped {
                    0 => (done, true),
                    _ => {
                        (format!("{done}{}", texts.get_with(&format!("{key}-skipped"), &values)), *count > 0)
                    }
                }
            }
            Notice::GrantRevoked(feature) | Notice::Unlinked(feature) => {
                (texts.get_with(&key, &[("feature", feature_name(texts, *feature))]), true)
            }
            Notice::NobodyChosen | Notice::TenantNotChosen => (texts.get(&key), false),
            _ => (texts.get(&key), true),
        };
        Some(Self { text, is_good })
    }
}

#[cfg(test)]
mod tests {
    use types::Language;

    use super::*;

    #[test]
    fn the_words_of_a_status_are_those_of_every_page() {
        for (status, ja, en) in [
            (Status::NotLinked, "未連携", "Not linked"),
            (Status::Linked, "連携中", "Linked"),
            (Status::Syncing, "同期中", "Syncing"),
            (Status::AuthenticationFailed, "認証失敗", "Authentication failed"),
            (Status::NoPermission, "権限なし", "No permission"),
            (Status::Failed, "連携失敗", "Failed"),
            (Status::ReconnectNeeded, "要再連携", "Reconnect needed"),
            (Status::Unlinked, "解除済", "Unlinked"),
        ] {
            assert_eq!(StatusView::of(&Texts::new(Language::Ja), status).word, ja);
            assert_eq!(StatusView::of(&Texts::new(Language::En), status).word, en);
            assert_eq!(Status::parse(status.as_str()), Some(status));
        }
        assert_eq!(Status::parse("other"), None);
    }
}
