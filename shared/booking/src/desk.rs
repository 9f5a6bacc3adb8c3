//! The desk: where guests see what is free, book, look and cancel. Called by the pages for guests.

use std::collections::{BTreeMap, HashSet};

use accounts::{Accounts, AccountsError, AppSecrets, Tokens};
use aws::Queue;
use graph::Graph;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use types::{AppointmentId, Chain, Language};

use crate::{
    Answer, Appointment, AppointmentState, BookingError, BookingJob, BookingPage, BookingStore, EndedBy,
    FieldFault, Guest, Place, Zone,
    calendars::Calendars,
    guest::checked_answers,
    slots,
    store::{CalendarAnswer, Claim, Window},
    tokens::GuestTokens,
};

/// Serves guests.
#[derive(Clone)]
pub struct Desk {
    store: BookingStore,
    accounts: Accounts,
    calendars: Calendars,
    jobs: Queue<BookingJob>,
    tokens: GuestTokens,
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

/// The most that is looked at for one page of free times.
const LONGEST_WINDOW: SignedDuration = SignedDuration::from_hours(42 * 24);

/// How many other times are named to a guest who came too late, how far away they may be, and how old what is
/// known of the calendar may be: they are asked for again when they are booked.
const MOST_OTHERS: usize = 6;
const OTHERS_WITHIN: SignedDuration = SignedDuration::from_hours(7 * 24);
const OTHERS_KNOWN_FOR: SignedDuration = SignedDuration::from_mins(10);

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
        let calendars = Calendars::new(store.clone(), accounts.clone(), tokens, graph);
        Ok(Self { store, accounts, calendars, jobs, tokens: GuestTokens::new(secrets)? })
    }

    /// The page under a key.
    ///
    /// # Errors
    /// `NotFound` for an unknown key and for a page that is not active or without its host alike; otherwise the
    /// store failed.
    pub async fn page(&self, key: &str) -> Result<OpenPage, BookingError> {
        let gone = || BookingError::NotFound("booking page");
        let page = self.store.public_page(key).await?.ok_or_else(gone)?;
        let there = |error| match error {
            AccountsError::NotFound(_) => gone(),
            error => error.into(),
        };
        let organization = self.accounts.organization(&page.organization_id).await.map_err(there)?;
        let host = self.accounts.user(&page.organization_id, &page.terms.host).await.map_err(there)?;
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
        page: &OpenPage,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<FreeTimes, BookingError> {
        let (page, now) = (&page.page, self.store.now());
        let from = from.max(now);
        let until = until
            .min(slots::horizon(&page.terms, now))
            .min(from.saturating_add(LONGEST_WINDOW).expect("a duration"));
        if until <= from {
            return Ok(FreeTimes::Open(Vec::new()));
        }
        let mut busy = Vec::new();
        for window in Window::of(from, until) {
            match self.calendars.answer(page, window).await? {
                CalendarAnswer::Unreadable(why) => return Ok(FreeTimes::Unreadable(why)),
                CalendarAnswer::Busy { allows_teams: false, .. } if page.terms.place == Place::WebMeeting => {
                    return Ok(FreeTimes::Unreadable(Why::NoOnlineMeetings));
                }
                answer => busy.extend(answer.busy()),
            }
        }
        let claimed = self.claimed(page, from, until).await?;
        Ok(FreeTimes::Open(slots::free(&page.terms, now, (from, until), &busy, &claimed)))
    }

    /// A new form for a page, good for some hours. Makes no call.
    #[must_use]
    pub fn new_form(&self, page: &OpenPage) -> String {
        self.tokens.form(&page.page.key, self.store.now())
    }

    /// Books. The time is claimed first: of any number of guests who want it at once one gets it, and the others
    /// are told without a call to the calendar (requirement R35). Only then the calendar is asked once more.
    ///
    /// # Errors
    /// The store failed; nobody knows whether the time was claimed. The same request may be sent again.
    pub async fn book(&self, page: &OpenPage, request: BookRequest) -> Result<Booked, BookingError> {
        let id = match self.tokens.id_of_form(&page.page.key, &request.form, self.store.now()) {
            Ok(id) => id,
            Err(refusal) => return Ok(Booked::Refused(refusal)),
        };
        let (guest, answers) = match checked(&page.page, &request) {
            Ok(checked) => checked,
            Err(faults) => return Ok(Booked::Invalid(faults)),
        };
        let appointment = self.appointment_of(page, id, &request, guest, answers);
        if let Err(refusal) = slots::check(&page.page.terms, self.store.now(), request.start) {
            // Sent again, when the time it got is too near by now.
            let before = self.store.item(&appointment.organization_id, &appointment.id).await?;
            return Ok(match before {
                Some(before) => self.made_before(&before.appointment, request.start),
                None => Booked::Refused(refusal),
            });
        }
        match self.store.claim(&appointment).await? {
            Claim::Before(before) => Ok(self.made_before(&before, request.start)),
            Claim::Taken => self.taken(&page.page, request.start).await,
            Claim::Won => self.confirm_claim(&page.page, &appointment).await,
        }
    }

    /// The appointment that a token opens, also once its page is gone.
    ///
    /// # Errors
    /// `NotFound` when key or token are not ours or do not belong together; otherwise the store failed.
    pub async fn appointment(&self, key: &str, token: &str) -> Result<Appointment, BookingError> {
        let not_found = || BookingError::NotFound("appointment");
        let id = self.tokens.id_of_appointment(token).ok_or_else(not_found)?;
        let opened = self.store.opened(key).await?.ok_or_else(not_found)?;
        let appointment = self.store.appointment(&opened.organization_id, &id).await?;
        if appointment.page_key == key { Ok(appointment) } else { Err(not_found()) }
    }

    /// Ends an appointment for the guest; one that is ending, over or past is answered as it stands.
    ///
    /// # Errors
    /// As [`Desk::appointment`].
    pub async fn cancel(&self, key: &str, token: &str) -> Result<Appointment, BookingError> {
        let appointment = self.appointment(key, token).await?;
        if appointment.end <= self.store.now() {
            return Ok(appointment);
        }
        let (organization, id) = (&appointment.organization_id, &appointment.id);
        let appointment = self.store.cancel(organization, id, EndedBy::Guest).await?;
        if appointment.state == AppointmentState::Cancelling {
            self.hurry(&appointment).await;
        }
        Ok(appointment)
    }

    /// The winner asks the calendar once more. What it does not allow is taken back.
    async fn confirm_claim(
        &self,
        page: &BookingPage,
        appointment: &Appointment,
    ) -> Result<Booked, BookingError> {
        let room = match self.calendars.has_room(page, appointment.start, appointment.end).await {
            Ok(room) => room,
            Err(error) => {
                tracing::warn!(error = %Chain(&error), "the worker checks the calendar instead");
                Ok(true)
            }
        };
        let answer = match room {
            Ok(true) => None,
            Ok(false) => Some(None),
            Err(why) => Some(Some(why)),
        };
        if let Some(why) = answer
            && self.store.take_back(appointment).await?
        {
            let organization = &page.organization_id;
            let Some(why) = why else {
                self.store.forget(organization, &page.terms.host, appointment.start, appointment.end).await?;
                return self.taken(page, appointment.start).await;
            };
            return Ok(Booked::Unreadable(why));
        }
        self.hurry(appointment).await;
        Ok(Booked::Made { token: self.tokens.appointment(&appointment.id) })
    }

    /// The job; without it the tick makes one.
    async fn hurry(&self, appointment: &Appointment) {
        let Appointment { organization_id, id, .. } = appointment.clone();
        let job = BookingJob { organization_id, appointment_id: id };
        if let Err(error) = self.jobs.send(&job).await {
            tracing::warn!(error = %Chain(&error), "the appointment waits for the tick");
        }
    }

    fn made_before(&self, before: &Appointment, start: Timestamp) -> Booked {
        if before.start == start {
            Booked::Made { token: self.tokens.appointment(&before.id) }
        } else {
            Booked::Refused(Refusal::FormUsed)
        }
    }

    /// Other times near a taken one, as far as the calendar's last answers tell.
    async fn taken(&self, page: &BookingPage, start: Timestamp) -> Result<Booked, BookingError> {
        let now = self.store.now();
        let from = (start - OTHERS_WITHIN).max(now);
        let until = start + OTHERS_WITHIN;
        let mut busy = Vec::new();
        for window in Window::of(from, until) {
            let kept = self.store.kept(&page.organization_id, &page.terms.host, window).await?;
            let is_known = now.as_millisecond() - kept.answered_at < OTHERS_KNOWN_FOR.as_secs() * 1_000;
            match kept.answer {
                Some(answer @ CalendarAnswer::Busy { .. }) if is_known => busy.extend(answer.busy()),
                _ => return Ok(Booked::Taken { others: Vec::new() }),
            }
        }
        let claimed = self.claimed(page, from, until).await?;
        let mut others = slots::free(&page.terms, now, (from, until), &busy, &claimed);
        others.retain(|other| *other != start);
        others.sort_by_key(|other| other.duration_since(start).abs());
        others.truncate(MOST_OTHERS);
        others.sort_unstable();
        Ok(Booked::Taken { others })
    }

    /// The claimed cells that meetings which begin within these could need.
    async fn claimed(
        &self,
        page: &BookingPage,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<HashSet<Timestamp>, BookingError> {
        let (_, after) =
            slots::with_buffer(until, until + slots::duration(&page.terms), page.terms.buffer_minutes);
        self.store.claimed(page, from, after).await
    }

    fn appointment_of(
        &self,
        page: &OpenPage,
        id: AppointmentId,
        request: &BookRequest,
        guest: Guest,
        answers: Vec<Answer>,
    ) -> Appointment {
        let now = self.store.now();
        let OpenPage { page, organization_name, host_name, host_email } = page;
        let terms = &page.terms;
        Appointment {
            id,
            organization_id: page.organization_id.clone(),
            organization_name: organization_name.clone(),
            page_id: page.id.clone(),
            page_key: page.key.clone(),
            host: terms.host.clone(),
            host_name: host_name.clone(),
            host_email: host_email.clone(),
            host_language: terms.language,
            host_zone: terms.time_zone.clone(),
            state: AppointmentState::Pending,
            ended_by: None,
            start: request.start,
            end: request.start.saturating_add(slots::duration(terms)).expect("a duration"),
            buffer_minutes: terms.buffer_minutes,
            title: terms.title.clone(),
            place: terms.place.clone(),
            guest,
            answers,
            language: request.language,
            time_zone: request.time_zone.clone(),
            join_url: None,
            created_at: now,
            updated_at: now,
            confirmed_at: None,
        }
    }
}

/// The guest and the answers, or everything that is wrong with either.
fn checked(page: &BookingPage, request: &BookRequest) -> Result<(Guest, Vec<Answer>), Vec<FieldFault>> {
    let guest = request.guest.checked();
    let answers = checked_answers(&page.terms.questions, &request.answers);
    match (guest, answers) {
        (Ok(guest), Ok(answers)) => Ok((guest, answers)),
        (guest, answers) => {
            let faults = [guest.err(), answers.err()];
            Err(faults.into_iter().flatten().flatten().collect())
        }
    }
}
