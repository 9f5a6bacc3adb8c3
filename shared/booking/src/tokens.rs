//! What guests carry: forms and links to their appointments, signed by us.

use accounts::{AppSecrets, Signer};
use jiff::{SignedDuration, Timestamp};
use types::AppointmentId;
use uuid::Uuid;

use crate::{BookingError, Refusal};

/// Makes and reads what guests carry.
#[derive(Clone)]
pub(crate) struct GuestTokens {
    forms: Signer,
    appointments: Signer,
}

/// How long a form can be sent.
const FORM_LIFETIME: SignedDuration = SignedDuration::from_hours(6);

/// What clocks of two machines may differ by.
const SKEW: SignedDuration = SignedDuration::from_mins(5);

impl GuestTokens {
    pub(crate) fn new(secrets: &AppSecrets) -> Result<Self, BookingError> {
        Ok(Self { forms: secrets.signer("booking-form")?, appointments: secrets.signer("appointment")? })
    }

    /// A new form for the page with this key: the id of the appointment that it will make.
    pub(crate) fn form(&self, key: &str, now: Timestamp) -> String {
        self.forms.sign(&format!("{}~{}~{key}", Uuid::new_v4(), now.as_second()))
    }

    /// The id in a form of this page.
    pub(crate) fn id_of_form(&self, key: &str, form: &str, now: Timestamp) -> Result<AppointmentId, Refusal> {
        let text = self.forms.verify(form).ok_or(Refusal::FormForged)?;
        let mut parts = text.splitn(3, '~');
        let id = parts.next().and_then(|id| id.parse().ok()).ok_or(Refusal::FormForged)?;
        let made = parts.next().and_then(|second| second.parse().ok());
        let made = made.and_then(|second| Timestamp::from_second(second).ok()).ok_or(Refusal::FormForged)?;
        if parts.next() != Some(key) {
            return Err(Refusal::FormForged);
        }
        let age = now.duration_since(made);
        if age > FORM_LIFETIME || age < -SKEW { Err(Refusal::FormExpired) } else { Ok(id) }
    }

    /// What opens an appointment, for the guest who made it.
    pub(crate) fn appointment(&self, id: &AppointmentId) -> String {
        self.appointments.sign(id.as_str())
    }

    /// The appointment that a token opens.
    pub(crate) fn id_of_appointment(&self, token: &str) -> Option<AppointmentId> {
        self.appointments.verify(token)?.parse().ok()
    }
}
