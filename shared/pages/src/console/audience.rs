//! Whom a group of the directory switches a feature on for (peer row P14).

use jiff::Timestamp;
use types::Feature;

use super::{Notice, Problem};

/// `GET` and `POST /console/microsoft365/tenants/{t}/audiences/{feature}`. The form posts `group_id` and
/// `excluded`; the other one posts to `…/remove`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audience {
    /// The directory (tenant) id.
    pub tenant_id: String,
    /// What the group switches on.
    pub feature: Feature,
    /// The group that was chosen; none yet.
    pub chosen: Option<ChosenGroup>,
    /// The form, as typed or as it is stored.
    pub form: AudienceForm,
    /// What was just done.
    pub notice: Option<Notice>,
}

/// A chosen group and how it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChosenGroup {
    /// Its object id.
    pub group_id: String,
    /// How it stands.
    pub state: GroupState,
    /// When the whole group was read last.
    pub read_at: Option<Timestamp>,
    /// Who was found then.
    pub headcount: Option<GroupHeadcount>,
}

/// How a group stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GroupState {
    /// It is being read.
    Waiting,
    /// It was read, and everybody in it is seen to.
    Current,
    /// It cannot be read until somebody acts.
    Stopped(Problem),
}

/// Who is in a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GroupHeadcount {
    /// People in it.
    pub members: u32,
    /// Users of the organization among them.
    pub users: u32,
    /// Those of them who are excluded.
    pub excluded: u32,
    /// People who are no users of the organization.
    pub unknown: u32,
}

/// The form for a group.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AudienceForm {
    /// The group's object id. Field `group_id`.
    pub group_id: String,
    /// Whom the group never switches on: ids or addresses, one a line. Field `excluded`.
    pub excluded: String,
    /// What is wrong with it.
    pub fault: Option<AudienceFault>,
}

/// What is wrong with the form for a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AudienceFault {
    /// Not 36 characters of an object id.
    NotAnId,
    /// Somebody who is excluded is no user.
    NoSuchUser(String),
    /// More users are excluded than may be.
    TooMany,
    /// Nothing can be chosen until somebody acts.
    Refused(Problem),
    /// Microsoft did not answer.
    Unavailable,
}
