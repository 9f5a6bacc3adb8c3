//! Booking: pages on which guests book, times claimed, appointments written into the host's Outlook calendar
//! (features E12, E14, E15, E17 to E19, E23; requirements R12, R33, R35 to R39).

mod appointment;
mod desk;
mod error;
mod fault;
mod guest;
mod hours;
mod job;
mod page;
mod settings;
mod state;
mod store;
mod zone;

pub use appointment::{Appointment, EndedBy};
pub use desk::{BookRequest, Booked, Desk, FreeTimes, OpenPage, Refusal, Why};
pub use error::BookingError;
pub use fault::{Fault, FieldFault};
pub use guest::{Answer, Guest};
pub use hours::{Hours, InvalidTimeOfDay, TimeOfDay, WorkingHours};
pub use job::{BookingJob, queue_due};
pub use page::{BookingPage, Place, Question, Terms};
pub use settings::{BookingSettings, QueueSettings};
pub use state::AppointmentState;
pub use store::BookingStore;
pub use zone::{UnknownZone, Zone};
