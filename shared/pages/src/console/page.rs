//! The pages, who looks at them, and what several of them show.

use std::collections::BTreeSet;

use jiff::{Timestamp, civil::Date};
use types::{Feature, Language};

use super::{
    Audience, Audit, Checks, Me, MeUnlink, Microsoft365, Notice, Outage, Refused, SignIn, Unlink, UserDetail,
    Users,
};
use crate::{failure::Failure, page::Failed, zone::Zone};

/// Who looks at the page, in which session.
#[derive(Debug, Clone)]
pub struct Viewer {
    /// The organization's name.
    pub organization_name: String,
    /// The member's name.
    pub user_name: String,
    /// Whether the member may see the admin pages; others see `/me` only.
    pub is_admin: bool,
    /// The session's token against forged forms; goes into every form as `csrf`.
    pub csrf: String,
    /// The path and query of this request: where the language switch leads, which menu entry is marked.
    pub path: String,
    /// The zone in which times are shown; it is named wherever one stands.
    pub zone: Zone,
    /// The present, by which a date is today's.
    pub now: Timestamp,
    /// The features of the organization's plan (A01); others are not shown.
    pub features: BTreeSet<Feature>,
    /// Where the product sends people back to, as the portal link said.
    pub return_url: Option<String>,
}

/// A page of the console.
#[derive(Debug, Clone)]
pub enum Page {
    /// `GET /console`
    Overview(Box<Overview>),
    /// `GET /console/microsoft365`
    Microsoft365(Box<Microsoft365>),
    /// `GET /console/microsoft365/tenants/{t}/unlink`
    Unlink(Box<Unlink>),
    /// `GET` and `POST /console/microsoft365/tenants/{t}/audiences/{feature}`
    Audience(Box<Audience>),
    /// `GET` and `POST /console/microsoft365/tenants/{t}/checks`
    Checks(Box<Checks>),
    /// `GET /console/users`
    Users(Box<Users>),
    /// `GET /console/users/{u}`
    UserDetail(Box<UserDetail>),
    /// `GET /console/audit`
    Audit(Box<Audit>),
    /// `GET /console/settings`, and `POST` when something is wrong with it
    Settings(Box<Settings>),
    /// `GET /me`
    Me(Box<Me>),
    /// `GET /me/links/{feature}/unlink`
    MeUnlink(Box<MeUnlink>),
    /// Nobody is signed in.
    SignIn(Box<SignIn>),
    /// There is nothing to show, and why.
    Refused(Refused),
    /// Signing in with Microsoft did not work: leads to the result page of `/connect`.
    Failed(Box<Failed>),
}

macro_rules! boxed {
    ($($page:ident),*) => {
        $(impl From<$page> for Page {
            fn from(page: $page) -> Self {
                Self::$page(Box::new(page))
            }
        })*
    };
}

boxed!(
    Overview,
    Microsoft365,
    Unlink,
    Audience,
    Checks,
    Users,
    UserDetail,
    Audit,
    Settings,
    Me,
    MeUnlink,
    SignIn,
    Failed
);

impl From<Refused> for Page {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

/// The first page of the console.
#[derive(Debug, Clone)]
pub struct Overview {
    /// What a person has to look at, the worst first; empty when all is well.
    pub attention: Vec<Attention>,
    /// One card for each feature of the plan.
    pub features: Vec<FeatureCard>,
    /// What was just done.
    pub notice: Option<Notice>,
}

/// Something that a person has to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attention {
    /// No tenant is linked yet: the first step.
    NoTenant,
    /// No tenant granted this feature of the plan yet.
    NotGranted(Feature),
    /// Nothing works in a tenant, or nothing of a feature, whoever the user is (P12).
    Outage {
        /// In which tenant.
        tenant_id: String,
        /// Why, and since when.
        outage: Outage,
    },
    /// A grant is gone, so that everything under it stands still.
    GrantLost {
        /// Of which feature.
        feature: Feature,
        /// In which tenant.
        tenant_id: String,
    },
    /// Links of this feature stand so and wait for somebody.
    Links {
        /// Of which feature.
        feature: Feature,
        /// How they stand.
        status: Status,
        /// How many.
        count: u32,
    },
    /// Cards that Microsoft refused in the last pushes.
    RefusedCards {
        /// How many.
        count: u32,
    },
}

/// A feature on the overview.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeatureCard {
    /// Which.
    pub feature: Feature,
    /// Whether it is on.
    pub state: FeatureState,
    /// Users whose link stands well (`Linked` or `Syncing`).
    pub linked: u32,
    /// Users of the organization.
    pub users: u32,
    /// How many links stand how, without those that are none, in the order of [`Status::ALL`].
    pub statuses: Vec<(Status, u32)>,
    /// When its work last succeeded for anybody.
    pub last_success_at: Option<Timestamp>,
    /// Numbers of the last 24 hours, as far as they are known.
    pub numbers: Vec<(Measure, u64)>,
    /// What was done per day, oldest first, without gaps; up to 30 days. Empty: no chart.
    pub days: Vec<Day>,
}

/// Whether a feature is on for the organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeatureState {
    /// No tenant granted it.
    Off,
    /// Granted, and nobody is linked yet.
    Ready,
    /// Granted, and links stand well.
    On,
    /// Granted, and some links need somebody.
    Troubled,
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Contacts created in Outlook.
    CardsCreated,
    /// Contacts changed in Outlook.
    CardsUpdated,
    /// Contacts removed from Outlook.
    CardsDeleted,
    /// Cards that Microsoft refused.
    CardsRefused,
    /// Contact points found in mail.
    ContactPoints,
    /// Appointments booked.
    Appointments,
}

/// A bar of the chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// Which day, in the viewer's zone.
    pub date: Date,
    /// How much was done.
    pub count: u64,
}

/// How a link stands, in the words people see (`ui.md`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// 未連携
    NotLinked,
    /// 連携中
    Linked,
    /// 同期中
    Syncing,
    /// 認証失敗
    AuthenticationFailed,
    /// 権限なし
    NoPermission,
    /// 連携失敗
    Failed,
    /// 要再連携
    ReconnectNeeded,
    /// 解除済
    Unlinked,
}

/// One user's link for one feature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What.
    pub feature: Feature,
    /// How it stands.
    pub status: Status,
    /// Why it stands so; none while all is well.
    pub problem: Option<Problem>,
    /// The Microsoft account's sign-in name.
    pub account: Option<String>,
    /// When it was linked last.
    pub linked_at: Option<Timestamp>,
    /// When its work last succeeded.
    pub last_success_at: Option<Timestamp>,
}

/// Why a link does not stand well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What happened; its texts say who must act, and how.
    pub failure: Failure,
    /// Microsoft's code or ours, for the details.
    pub code: Option<String>,
}

/// The push of a user's cards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Push {
    /// What it does now.
    pub state: PushState,
    /// When the last one ended.
    pub at: Option<Timestamp>,
    /// Contacts that the last one created.
    pub created: u32,
    /// Contacts that the last one changed.
    pub updated: u32,
    /// Contacts that the last one removed.
    pub deleted: u32,
    /// Cards that Microsoft refuses, all in all.
    pub refused: u32,
}

/// What a push does now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PushState {
    /// Nothing; it comes by itself every 30 minutes (B03).
    Resting,
    /// Asked for, and not begun: the page looks again by itself.
    Waiting,
    /// At work: the page looks again by itself.
    Running,
}

/// A card that Microsoft refuses, with the reason (R16).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedCard {
    /// The CRM's id of the card.
    pub card_id: String,
    /// Whose card it is, if known.
    pub name: Option<String>,
    /// Microsoft's code and words.
    pub reason: String,
}

/// The organization's settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The name of the contact folder in Outlook (B06), as typed or stored. Field `folder_name`.
    pub folder_name: String,
    /// The language of mails and of names in Outlook. Field `language`: `ja` or `en`.
    pub language: Language,
    /// The fields of contacts (P13): each with the modes that it may have and whether it has it. The form's fields are
    /// called `field-` and the field's name.
    pub contact_fields: Vec<(&'static str, Vec<(&'static str, bool)>)>,
    /// The sources of cards that count first (P15), as typed or stored. Field `sources`.
    pub sources: String,
    /// The version the form was made from; field `version`, so that two editors notice each other.
    pub version: String,
    /// What is wrong with what was typed.
    pub fault: Option<SettingsFault>,
    /// What was just done.
    pub notice: Option<Notice>,
}

/// What is wrong with the settings as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingsFault {
    /// The folder has no name.
    FolderMissing,
    /// The folder's name is longer than this many characters.
    FolderTooLong {
        /// The most characters.
        most: usize,
    },
    /// The folder's name has a character that no folder's name has.
    FolderForbidden,
    /// What was typed is no order of sources.
    Sources {
        /// The most sources.
        most: usize,
    },
    /// Somebody else changed the settings meanwhile; the form shows theirs.
    Conflict,
}
