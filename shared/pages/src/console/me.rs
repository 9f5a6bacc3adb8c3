//! A user's own page: the links, and what they do (B01–B18).

use types::Feature;

use super::{Link, Notice, Push, RefusedCard};

/// `GET /me`. Connecting posts to `/me/links/{feature}`, pushing now to `/me/push`; disconnecting leads to
/// `/me/links/{feature}/unlink`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Me {
    /// One for each feature of the plan.
    pub links: Vec<MyLink>,
    /// What was just done.
    pub notice: Option<Notice>,
}

/// The user's own link of a feature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MyLink {
    /// The link; `NotLinked` where there is none.
    pub link: Link,
    /// Whether the organization granted the feature; without it nobody can connect (A03).
    pub is_granted: bool,
    /// Our folder in Outlook, for contacts (B06).
    pub folder: Option<String>,
    /// Cards in Outlook, for contacts.
    pub cards: Option<u32>,
    /// The last push, for contacts.
    pub push: Option<Push>,
    /// Cards that Microsoft refuses; at most some hundred.
    pub refused: Vec<RefusedCard>,
    /// Outlook's own page of what is linked.
    pub outlook_url: Option<String>,
}

/// `GET /me/links/{feature}/unlink`: asks once. The form posts to the same path, for contacts with
/// `remove_folder=on` when the folder is to go too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeUnlink {
    /// What.
    pub feature: Feature,
    /// The Microsoft account.
    pub account: Option<String>,
    /// Our folder in Outlook, for contacts.
    pub folder: Option<String>,
    /// Cards in it.
    pub cards: Option<u32>,
}
