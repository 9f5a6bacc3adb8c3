//! The mails of each step, one a person, with ids that are the same however often the step is tried.

use accounts::SiteSettings;
use jiff::Timestamp;
use outbox::{Mail, Mailbox};

use crate::{
    Appointment,
    invite::{Method, Outlook, invite},
    letters::{self, Letter, Links, Reader},
    subjects::subject,
    tokens::GuestTokens,
};

/// Writes mails.
#[derive(Clone)]
pub(crate) struct Mails {
    site: SiteSettings,
    tokens: GuestTokens,
}

/// What a mail needs to know beside the appointment.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Circumstances<'a> {
    /// The event; none when there was none.
    pub(crate) event: Option<Outlook<'a>>,
    /// Why the event could not be taken out of Outlook, if so.
    pub(crate) left: Option<&'a str>,
}

impl Mails {
    pub(crate) fn new(site: SiteSettings, tokens: GuestTokens) -> Self {
        Self { site, tokens }
    }

    /// Where the guest looks after the appointment, and where it was booked.
    pub(crate) fn links(&self, appointment: &Appointment) -> Links {
        let token = self.tokens.appointment(&appointment.id);
        Links {
            manage: self.site.below(&["book", &appointment.page_key, &token]).into(),
            page: self.site.below(&["book", &appointment.page_key]).into(),
        }
    }

    /// A mail to one side.
    pub(crate) fn mail(
        &self,
        letter: Letter,
        reader: Reader,
        appointment: &Appointment,
        circumstances: Circumstances<'_>,
        now: Timestamp,
    ) -> Mail {
        let guest =
            Mailbox { name: appointment.guest.name.clone(), address: appointment.guest.email.clone() };
        let host = Mailbox { name: appointment.host_name.clone(), address: appointment.host_email.clone() };
        let (to, reply_to) = match reader {
            Reader::Guest => (guest, host),
            Reader::Host => (host, guest),
        };
        let method = match letter {
            Letter::Confirmed => Some(Method::Publish),
            Letter::Cancelled => Some(Method::Cancel),
            Letter::Failed => None,
        };
        Mail {
            id: format!("{}-{}-{}", appointment.id, letter.word(), reader.word()),
            organization_id: appointment.organization_id.clone(),
            to,
            from_name: appointment.organization_name.clone(),
            reply_to: Some(reply_to),
            subject: subject(letter, reader, appointment),
            text: letters::text(letter, reader, appointment, &self.links(appointment), circumstances.left),
            html: None,
            calendar: method
                .zip(circumstances.event)
                .map(|(method, event)| invite(appointment, event, now, method)),
        }
    }
}
