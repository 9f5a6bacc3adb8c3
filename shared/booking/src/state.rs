//! The states of an appointment, written down as a table.
//!
//! ```text
//!            confirm                  cancel
//! pending ────────────▶ confirmed ─────────────▶ cancelling ──gone──▶ cancelled
//!    │ │                                             ▲     └──gone──▶ failed
//!    │ └────────── cancel, give up ──────────────────┘        (it was given up)
//!    └──refuse──▶ failed
//! ```

use serde::{Deserialize, Serialize};

/// How an appointment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AppointmentState {
    /// The time is the guest's; the event is not known to be in the calendar yet.
    Pending,
    /// The event is in the calendar.
    Confirmed,
    /// It ends; the event may still be in the calendar.
    Cancelling,
    /// Somebody ended it; the time is free.
    Cancelled,
    /// It could not be made; the time is free.
    Failed,
}

/// What happens to an appointment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// The event is in the calendar, with the Teams meeting where one is wanted.
    Confirm,
    /// The calendar does not take it, and certainly has no event.
    Refuse,
    /// It took too long; an event may be there.
    GiveUp,
    /// The guest or the organization ends it.
    Cancel,
    /// The event of what somebody cancelled is not in the calendar any more.
    Gone,
    /// The event of what was given up is not in the calendar.
    Undone,
}

impl AppointmentState {
    /// Every state.
    pub const ALL: [Self; 5] =
        [Self::Pending, Self::Confirmed, Self::Cancelling, Self::Cancelled, Self::Failed];

    /// The name in JSON and queries.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Confirmed => "confirmed",
            Self::Cancelling => "cancelling",
            Self::Cancelled => "cancelled",
            Self::Failed => "failed",
        }
    }

    /// The state of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// Whether nothing more happens to it.
    #[must_use]
    pub fn is_over(self) -> bool {
        matches!(self, Self::Cancelled | Self::Failed)
    }

    /// Where a step leads from here; none if it cannot be taken.
    pub(crate) fn after(self, step: Step) -> Option<Self> {
        TABLE.iter().find(|(from, by, _)| (*from, *by) == (self, step)).map(|(_, _, to)| *to)
    }
}

/// From, by, to. What is not here does not happen.
const TABLE: [(AppointmentState, Step, AppointmentState); 7] = {
    use AppointmentState::{Cancelled, Cancelling, Confirmed, Failed, Pending};
    [
        (Pending, Step::Confirm, Confirmed),
        (Pending, Step::Refuse, Failed),
        (Pending, Step::GiveUp, Cancelling),
        (Pending, Step::Cancel, Cancelling),
        (Confirmed, Step::Cancel, Cancelling),
        (Cancelling, Step::Gone, Cancelled),
        (Cancelling, Step::Undone, Failed),
    ]
};

#[cfg(test)]
mod tests {
    use super::*;

    const STEPS: [Step; 6] =
        [Step::Confirm, Step::Refuse, Step::GiveUp, Step::Cancel, Step::Gone, Step::Undone];

    #[test]
    fn what_is_over_stays_over_and_everything_else_can_end() {
        for state in AppointmentState::ALL {
            let leads_on = STEPS.iter().any(|step| state.after(*step).is_some());
            assert_eq!(leads_on, !state.is_over(), "{state:?}");
        }
    }

    #[test]
    fn nothing_ends_from_confirmed_without_the_event_being_taken_out() {
        for step in STEPS {
            let next = AppointmentState::Confirmed.after(step);
            assert!(matches!(next, None | Some(AppointmentState::Cancelling)), "{step:?}");
        }
        assert_eq!(
            AppointmentState::Cancelling.after(Step::Confirm),
            None,
            "a cancelled one never stands again"
        );
    }

    #[test]
    fn each_step_leads_to_one_place() {
        for (number, (from, by, _)) in TABLE.iter().enumerate() {
            assert!(TABLE[..number].iter().all(|(other, step, _)| (other, step) != (from, by)));
        }
    }

    #[test]
    fn names_are_those_of_json() {
        for state in AppointmentState::ALL {
            assert_eq!(serde_json::to_string(&state).unwrap(), format!("\"{}\"", state.as_str()));
            assert_eq!(AppointmentState::parse(state.as_str()), Some(state));
        }
        assert_eq!(AppointmentState::parse("held"), None);
    }
}
