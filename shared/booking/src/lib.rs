//! Booking: pages on which guests book, times claimed, appointments written into the host's Outlook calendar
//! (features E12, E14, E15, E17 to E19, E23; requirements R12, R33, R35 to R39).

mod appointment;
mod calendars;
mod cells;
mod clerk;
mod desk;
mod error;
mod fault;
mod guest;
mod hours;
mod invite;
mod job;
mod letters;
mod mails;
mod moment;
mod page;
#[cfg(test)]
mod sample;
mod settings;
mod slots;
mod state;
mod store;
mod subjects;
mod title;
mod tokens;
mod zone;

pub use appointment::{Appointment, EndedBy};
pub use clerk::Clerk;
pub use desk::{BookRequest, Booked, Desk, FreeTimes, OpenPage, Refusal, Why};
pub use error::BookingError;
pub use fault::{Fault, FieldFault};
pub use guest::{Answer, Guest};
pub use hours::{Hours, InvalidTimeOfDay, TimeOfDay, WorkingHours};
pub use job::{BookingJob, CalendarJob, ClerkJob, queue_calendars, queue_due};
pub use page::{BookingPage, Place, Question, Terms};
pub use settings::{BookingSettings, QueueSettings};
pub use state::AppointmentState;
pub use store::{BookingStore, Filter};
pub use zone::{UnknownZone, Zone};
