//! The booking table and how its items are keyed.
//!
//! | partition | sort key | what |
//! |---|---|---|
//! | `PAGES#{organization}` | `PAGE#{page}` | a page |
//! | `KEY#{key}` | `KEY` | which page has this key |
//! | `APPOINTMENTS#{organization}` | `AT#{start}#{appointment}` | an appointment, with its turn and its place in `due` |
//! | `APPOINTMENTS#{organization}` | `ID#{appointment}` | when it begins |
//! | `HOST#{organization}#{host}` | `CELL#{instant}` | five claimed minutes |
//! | `HOST#{organization}#{host}` | `BUSY#{window}` | what the calendar said of four weeks, for a minute |
//! | `HOST#{organization}#{host}` | `CALENDAR` | whose calendar it is and what it can do, for an hour |

mod appointments;
mod due;
mod free_busy;
mod pages;
mod turn;

pub use appointments::Filter;
pub(crate) use appointments::{CalendarId, Claim, Item, Progress};
pub(crate) use free_busy::{Answer as CalendarAnswer, KnownCalendar, Window};
pub(crate) use turn::Turn;

use std::sync::Arc;

use aws::{Aws, Key, Table};
use jiff::Timestamp;
use types::{AppointmentId, BookingPageId, Clock, OrganizationId, UserId};

use crate::BookingSettings;

/// Pages, claims and appointments. One file per kind of item adds its methods.
#[derive(Clone)]
pub struct BookingStore {
    pub(crate) aws: Aws,
    pub(crate) table: Table,
    pub(crate) clock: Arc<dyn Clock>,
}

impl BookingStore {
    /// The bookings in that table, at that clock's time.
    #[must_use]
    pub fn new(aws: Aws, settings: &BookingSettings, clock: Arc<dyn Clock>) -> Self {
        Self { table: aws.table(settings.table.as_str()), aws, clock }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

pub(crate) const PAGE: &str = "PAGE#";
pub(crate) const AT: &str = "AT#";

pub(crate) fn pages_of(organization: &OrganizationId) -> String {
    format!("PAGES#{organization}")
}

pub(crate) fn page_key(organization: &OrganizationId, page: &BookingPageId) -> Key {
    Key::new(pages_of(organization), format!("{PAGE}{page}"))
}

pub(crate) fn public_key(key: &str) -> Key {
    Key::new(format!("KEY#{key}"), "KEY")
}

pub(crate) fn appointments_of(organization: &OrganizationId) -> String {
    format!("APPOINTMENTS#{organization}")
}

/// Instants of the same length, so that their order as texts is their order in time.
pub(crate) fn sortable(instant: Timestamp) -> String {
    instant.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

pub(crate) fn appointment_key(organization: &OrganizationId, start: Timestamp, id: &AppointmentId) -> Key {
    Key::new(appointments_of(organization), format!("{AT}{}#{id}", sortable(start)))
}

pub(crate) fn pointer_key(organization: &OrganizationId, id: &AppointmentId) -> Key {
    Key::new(appointments_of(organization), format!("ID#{id}"))
}

pub(crate) fn host_partition(organization: &OrganizationId, host: &UserId) -> String {
    format!("HOST#{organization}#{host}")
}
