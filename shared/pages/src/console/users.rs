//! The pages about users, and the audit log.

use jiff::Timestamp;
use types::Feature;

use super::{Link, Notice, Push, RefusedCard, Status};

/// `GET /console/users`. The bulk form posts `user` (repeated), `feature` and `action` (`link`, `unlink`) to
/// `/console/users/links`, with `return` = the path and query of the list, and `tenant` where it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Users {
    /// What is looked for.
    pub filter: UserFilter,
    /// The users of this page of the list.
    pub users: Vec<UserRow>,
    /// The tenants to choose from for members of whom it is not known where they sign in; empty where nothing is to
    /// be chosen (A13). Field `tenant`.
    pub tenants: Vec<String>,
    /// How many match in all.
    pub count: u32,
    /// Where the list goes on.
    pub paging: Paging,
    /// What was just done.
    pub notice: Option<Notice>,
}

/// What users are looked for. Fields `q`, `feature`, `status` of the address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserFilter {
    /// A part of a name or an address.
    pub q: String,
    /// The feature that `status` is about; none: any.
    pub feature: Option<Feature>,
    /// How the link stands; none: any.
    pub status: Option<Status>,
}

/// The pages of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Paging {
    /// Whether this is not the first page; a link then leads back to it.
    pub is_later: bool,
    /// `cursor` of the next page.
    pub next: Option<String>,
}

/// A user in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserRow {
    /// The CRM's id.
    pub user_id: String,
    /// The name people see.
    pub name: String,
    /// The address.
    pub email: String,
    /// Whether the user may see the admin pages.
    pub is_admin: bool,
    /// One link for each feature of the plan, `NotLinked` where there is none.
    pub links: Vec<Link>,
}

/// `GET /console/users/{u}`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserDetail {
    /// Who; its `links` are left out here.
    pub user: UserRow,
    /// Each feature's link.
    pub links: Vec<UserLink>,
    /// As of the list: empty where it is known where the user signs in.
    pub tenants: Vec<String>,
    /// What happened, the latest first.
    pub history: Vec<Entry>,
    /// What was just done.
    pub notice: Option<Notice>,
}

/// A link on the user's page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserLink {
    /// The link.
    pub link: Link,
    /// The last push, for contacts.
    pub push: Option<Push>,
    /// Cards in Outlook, for contacts.
    pub cards: Option<u32>,
    /// Cards that Microsoft refuses; at most some hundred.
    pub refused: Vec<RefusedCard>,
    /// Whether an admin may link it: the feature is linked by admins, and granted.
    pub may_link: bool,
}

/// `GET /console/audit`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audit {
    /// A part of a name, an id or an event. Field `q` of the address.
    pub q: String,
    /// Whose doings are looked for, as in [`Actor::as_str`]; none: everybody's. Field `actor` of the address.
    pub by: Option<&'static str>,
    /// What happened, the latest first.
    pub entries: Vec<Entry>,
    /// How many match in all, if known.
    pub count: Option<u32>,
    /// Where the list goes on.
    pub paging: Paging,
}

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// The deployment's operator.
    Operator,
    /// The product's backend.
    ApiKey {
        /// The first characters of its key.
        prefix: String,
    },
    /// A user, in the console or on the own page.
    User {
        /// The name, or the id of one who was removed.
        name: String,
    },
    /// Somebody who came back from Microsoft's pages.
    Microsoft {
        /// The account that signed in; none when nobody did.
        account: Option<String>,
    },
    /// Nobody: it went by itself.
    System,
}

impl Actor {
    /// The names by which the log is filtered, in the order of the choice.
    pub const NAMES: [&'static str; 5] = ["user", "api_key", "microsoft", "system", "operator"];
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub at: Timestamp,
    /// The event's name in the audit log, as `user_linked`; its text is `audit-<name>` with hyphens.
    pub event: String,
    /// Who did it; none where nobody knows.
    pub actor: Option<Actor>,
    /// The user it is about: id and name.
    pub user: Option<(String, String)>,
    /// The feature it is about.
    pub feature: Option<Feature>,
    /// The tenant it is about.
    pub tenant_id: Option<String>,
    /// The Microsoft account.
    pub account: Option<String>,
    /// Why, in a code.
    pub reason: Option<String>,
}
