//! The desk: where guests see what is free, book, look and cancel. Called by the pages for guests.

use std::collections::BTreeMap;

use accounts::{Accounts, AppSecrets, Tokens};
use aws::Queue;
use graph::Graph;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use types::Language;

use crate::{Appointment, BookingError, BookingJob, BookingPage, BookingStore, FieldFault, Guest, Zone};

/// Serves guests.
#[derive(Clone)]
#[expect(dead_code, reason = "being written")]
pub struct Desk {
    store: BookingStore,
    accounts: Accounts,
    tokens: Tokens,
    graph: Graph,
    jobs: Queue<BookingJob>,
}

/// A page as guests see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenPage {
    /// The page.
    pub page: BookingPage,
    /// Whom the guest deals with.
    pub organization_name: String,
    /// Whom the guest meets.
    pub host_name: String,
    pub(crate) host_email: String,
}

/// The times at which guests may begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FreeTimes {
    /// These; perhaps none.
    Open(Vec<Timestamp>),
    /// The host's calendar cannot be read, so nothing is offered (requirement R36).
    Unreadable(Why),
}

/// Why nothing can be offered or booked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", content = "code", rename_all = "snake_case")]
pub enum Why {
    /// The host has not connected the calendar, or has to connect it again.
    NotLinked,
    /// The page promises a Teams meeting, which this calendar cannot make (requirement R38).
    NoOnlineMeetings,
    /// Microsoft 365 refuses the calendar, with this code.
    Refused(String),
    /// It cannot be reached right now; a moment later it may.
    Unavailable,
}

/// What a guest sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookRequest {
    /// From [`Desk::new_form`]: the same form is the same appointment, however often it is sent.
    pub form: String,
    /// When the meeting shall begin.
    pub start: Timestamp,
    /// Who comes.
    pub guest: Guest,
    /// Answers by the question's id. Empty ones may be there.
    pub answers: BTreeMap<String, String>,
    /// The language to write in.
    pub language: Language,
    /// The zone to write times in.
    pub time_zone: Zone,
}

/// What became of a request to book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Booked {
    /// The time is the guest's. Show the appointment at `/book/{key}/{token}`.
    Made {
        /// Opens the appointment; it is in the guest's mail too.
        token: String,
    },
    /// Somebody else has the time. Nothing was kept.
    Taken {
        /// Other times near it, as far as they are known without asking the calendar.
        others: Vec<Timestamp>,
    },
    /// The request cannot be taken as it is. Nothing was kept.
    Refused(Refusal),
    /// Fields are at fault: `company`, `name`, `email`, `answers`, `answers.{question}`. Nothing was kept.
    Invalid(Vec<FieldFault>),
    /// The host's calendar cannot be read or cannot hold the meeting. Nothing was kept.
    Unreadable(Why),
}

/// Why a request to book is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The form was not made by us for this page.
    FormForged,
    /// The form is some hours old; a fresh one is needed.
    FormExpired,
    /// The form was used for another time.
    FormUsed,
    /// The time lies in the past.
    Past,
    /// The time is nearer than the page's notice allows.
    TooSoon,
    /// The time is farther away than the page's horizon.
    TooFar,
    /// The page never offers this time: outside of its hours or between its steps.
    NotOffered,
}

impl Desk {
    /// A desk on these.
    ///
    /// # Errors
    /// The signing key is malformed.
    pub fn new(
        store: BookingStore,
        accounts: Accounts,
        tokens: Tokens,
        graph: Graph,
        jobs: Queue<BookingJob>,
        secrets: &AppSecrets,
    ) -> Result<Self, BookingError> {
        let _ = secrets;
        Ok(Self { store, accounts, tokens, graph, jobs })
    }

    /// The page under a key.
    ///
    /// # Errors
    /// `NotFound` for an unknown key and for a page that is not active alike; otherwise the store failed.
    pub async fn page(&self, key: &str) -> Result<OpenPage, BookingError> {
        let page = self.store.public_page(key).await?.ok_or(BookingError::NotFound("booking page"))?;
        let organization = self.accounts.organization(&page.organization_id).await?;
        let host = self.accounts.user(&page.organization_id, &page.terms.host).await?;
        Ok(OpenPage {
            page,
            organization_name: organization.name,
            host_name: host.display_name,
            host_email: host.email,
        })
    }

    /// The free times that begin within `from..until`, in order; nothing beyond the page's horizon, and at most
    /// six weeks at once.
    ///
    /// # Errors
    /// The store failed.
    pub async fn free_times(
        &self,
        _page: &OpenPage,
        _from: Timestamp,
        _until: Timestamp,
    ) -> Result<FreeTimes, BookingError> {
        Ok(FreeTimes::Unreadable(Why::Unavailable))
    }

    /// A new form for a page, good for some hours. Makes no call.
    #[must_use]
    pub fn new_form(&self, page: &OpenPage) -> String {
        page.page.key.clone()
    }

    /// Books.
    ///
    /// # Errors
    /// The store failed; nobody knows whether the time was claimed. The same request may be sent again.
    pub async fn book(&self, _page: &OpenPage, _request: BookRequest) -> Result<Booked, BookingError> {
        Ok(Booked::Unreadable(Why::Unavailable))
    }

    /// The appointment that a token opens, also once its page is gone.
    ///
    /// # Errors
    /// `NotFound` when key or token are not ours or do not belong together; otherwise the store failed.
    pub async fn appointment(&self, _key: &str, _token: &str) -> Result<Appointment, BookingError> {
        Err(BookingError::NotFound("appointment"))
    }

    /// Ends an appointment for the guest; one that is ending or over is answered as it stands.
    ///
    /// # Errors
    /// As [`Desk::appointment`].
    pub async fn cancel(&self, key: &str, token: &str) -> Result<Appointment, BookingError> {
        self.appointment(key, token).await
    }
}
