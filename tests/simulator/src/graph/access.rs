//! Who may do what: the permissions of the token, and the mailbox behind a path.
//! Source: the official per-path permission data (least privileged and accepted).

use crate::entra::Caller;
use crate::model::World;
use crate::model::directory::{MailboxKind, MailboxRules, User};
use crate::settings::Settings;

use super::error::GraphError;
use super::route::{Route, Target, Who};
use super::{calendar, mail, subscriptions};

const READ_CONTACTS: [&str; 2] = ["Contacts.Read", "Contacts.ReadWrite"];
const WRITE_CONTACTS: [&str; 1] = ["Contacts.ReadWrite"];
const READ_ME: [&str; 7] = [
    "User.Read",
    "User.ReadWrite",
    "User.ReadBasic.All",
    "User.Read.All",
    "User.ReadWrite.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
];
const READ_USERS: [&str; 5] = [
    "User.ReadBasic.All",
    "User.Read.All",
    "User.ReadWrite.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
];

const READ_GROUPS: [&str; 7] = [
    "GroupMember.Read.All",
    "GroupMember.ReadWrite.All",
    "Group.Read.All",
    "Group.ReadWrite.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
    "Directory.AccessAsUser.All",
];

/// The user whose data a request is about.
#[derive(Debug, Clone)]
pub(super) struct Owner {
    /// The object id, the key of the mailbox.
    pub(super) id: String,
    /// The address that counts and faults name the mailbox by.
    pub(super) address: String,
    /// Every name a fault may use.
    pub(super) names: Vec<String>,
    pub(super) mailbox: MailboxKind,
}

impl Owner {
    fn of(user: &User) -> Self {
        Self {
            id: user.id.clone(),
            address: user.mail.clone().unwrap_or_else(|| user.user_principal_name.clone()),
            names: user.addresses().map(str::to_owned).chain([user.id.clone()]).collect(),
            mailbox: user.mailbox,
        }
    }
}

/// The user that a path is about; none for the directory as a whole.
///
/// # Errors
/// An app asks for `/me`, or nobody has that id or name in the caller's tenant.
pub(super) fn owner(world: &World, caller: &Caller, route: &Route) -> Result<Option<Owner>, GraphError> {
    let key = match &route.who {
        Who::Tenant => return Ok(None),
        Who::Me => caller.user_object_id.as_deref().ok_or_else(GraphError::me_needs_a_user)?,
        Who::User(key) => key,
    };
    let user = world.directory.tenant(&caller.tenant_id).and_then(|tenant| tenant.user(key));
    match (user, &route.target) {
        (Some(user), _) => Ok(Some(Owner::of(user))),
        (None, Target::User) => Err(GraphError::no_such_user(key)),
        (None, _) => Err(GraphError::invalid_user(key)),
    }
}

/// What Exchange Online makes of the calling application's permissions.
pub(super) fn rules<'a>(world: &'a World, caller: &Caller, now: i64) -> Option<&'a MailboxRules> {
    let tenant = world.directory.tenant(&caller.tenant_id)?;
    tenant.principal(&caller.app_id)?.mailbox_rules_at(now)
}

/// Whether the token carries what the request needs, and the mailbox is one that Graph reaches.
///
/// # Errors
/// 403 when a permission is missing or a delegated token reaches for somebody else's mailbox; 404 when there
/// is no mailbox in the cloud.
pub(super) fn check(
    route: &Route,
    method: &str,
    caller: &Caller,
    owner: Option<&Owner>,
    rules: Option<&MailboxRules>,
    settings: &Settings,
) -> Result<(), GraphError> {
    let delegated = caller.user_object_id.is_some();
    let held = if delegated { &caller.scopes } else { &caller.roles };
    let holds = |accepted: &[&str]| held.iter().any(|h| accepted.iter().any(|a| a.eq_ignore_ascii_case(h)));
    let is_self = owner.is_none_or(|owner| caller.user_object_id.as_deref() == Some(&owner.id));
    match &route.target {
        // Which permission is needed stands in the body: the handler looks.
        Target::Subscriptions(target) => match subscriptions::accepted(target, method, delegated) {
            Some(accepted) if !holds(accepted) => Err(GraphError::mailbox_denied()),
            _ => Ok(()),
        },
        Target::Users | Target::User => {
            let own = delegated && route.target == Target::User && is_self;
            let accepted: &[&str] = if own { &READ_ME } else { &READ_USERS };
            if holds(accepted) { Ok(()) } else { Err(GraphError::directory_denied()) }
        }
        Target::GroupPeople(_) if holds(&READ_GROUPS) => Ok(()),
        Target::GroupPeople(_) => Err(GraphError::directory_denied()),
        target => {
            let accepted: &[&str] = match target {
                Target::Mail(target) => mail::accepted(target, method, delegated),
                Target::Calendar(target) => calendar::accepted(target, method, delegated),
                _ if method == "GET" => &READ_CONTACTS,
                _ => &WRITE_CONTACTS,
            };
            let id = owner.map_or("", |owner| owner.id.as_str());
            let admits = match rules.filter(|_| !delegated) {
                Some(rules) => rules.admit(id, holds(accepted), accepted),
                None => holds(accepted) && (!delegated || is_self),
            };
            if !admits {
                let by_rule = rules.is_some() && holds(accepted) && !delegated;
                return Err(if by_rule {
                    GraphError::mailbox_closed()
                } else {
                    GraphError::mailbox_denied()
                });
            }
            let in_cloud = owner.is_some_and(|owner| owner.mailbox == MailboxKind::Cloud);
            let status = settings.mailbox_not_enabled_status;
            if in_cloud { Ok(()) } else { Err(GraphError::mailbox_not_enabled(status)) }
        }
    }
}
