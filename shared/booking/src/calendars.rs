//! Hosts' calendars: opened through the host's link, asked when they are busy.

use std::time::{Duration, Instant};

use accounts::{Accounts, AccountsError, Link, LinkStatus, PERIOD, Tokens, link_failure};
use graph::{
    Graph, GraphError, Mailbox,
    calendar::{Busy, Schedule},
};
use jiff::{SignedDuration, Timestamp};
use types::{Chain, Feature, OrganizationId, UserId};
use uuid::Uuid;

use crate::{
    BookingError, BookingPage, BookingStore, Place, Why, slots,
    store::{CalendarAnswer, CalendarId, KnownCalendar, Window},
};

/// Opens calendars.
#[derive(Clone)]
pub(crate) struct Calendars {
    pub(crate) store: BookingStore,
    accounts: Accounts,
    tokens: Tokens,
    graph: Graph,
}

/// A host's calendar, open for work.
pub(crate) struct HostCalendar {
    link: Link,
    pub(crate) mailbox: Mailbox,
    pub(crate) known: KnownCalendar,
}

/// What can go wrong with a calendar: it cannot be used, or our own store failed.
pub(crate) type Opened<T> = Result<Result<T, Why>, BookingError>;

/// How often, and after which wait, a guest's request looks whether another has the calendar's answer.
const LOOKS: u32 = 50;
const LOOK_AGAIN: Duration = Duration::from_millis(200);

/// A page waits no longer for a calendar.
const PATIENCE: Duration = Duration::from_secs(8);

/// A link's last success is noted no more often.
const NOTED: SignedDuration = SignedDuration::from_mins(10);

impl Calendars {
    pub(crate) fn new(store: BookingStore, accounts: Accounts, tokens: Tokens, graph: Graph) -> Self {
        Self { store, accounts, tokens, graph }
    }

    /// What the host's calendar says of a window, no older than a minute. However many ask at once, one of them
    /// asks Graph and the rest wait for it.
    pub(crate) async fn answer(
        &self,
        page: &BookingPage,
        window: Window,
    ) -> Result<CalendarAnswer, BookingError> {
        let (organization, host, reader) = (&page.organization_id, &page.terms.host, Uuid::new_v4());
        for _ in 0..LOOKS {
            let kept = self.store.kept(organization, host, window).await?;
            let age = self.store.now().as_millisecond() - kept.answered_at;
            if let Some(answer) = &kept.answer
                && i128::from(age) < answer.lasts().as_millis()
            {
                return Ok(answer.clone());
            }
            if self.store.take_reading(organization, host, window, &kept, reader).await? {
                let answer = self.ask(page, window.bounds()).await?;
                self.store.keep(organization, host, window, reader, &answer).await?;
                return Ok(answer);
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        Ok(CalendarAnswer::Unreadable(Why::Unavailable))
    }

    async fn ask(
        &self,
        page: &BookingPage,
        bounds: (Timestamp, Timestamp),
    ) -> Result<CalendarAnswer, BookingError> {
        let opened = self.open(&page.organization_id, &page.terms.host, None).await?;
        let read = match opened {
            Ok(calendar) => {
                let busy = self.busy(&calendar, bounds.0, bounds.1).await?;
                busy.map(|busy| (busy, calendar.known.allows_teams))
            }
            Err(why) => Err(why),
        };
        Ok(match read {
            Err(why) => CalendarAnswer::Unreadable(why),
            Ok((busy, allows_teams)) => {
                let seconds = |busy: &Busy| (busy.from.as_second(), ceil(busy.until));
                CalendarAnswer::Busy { times: busy.iter().map(seconds).collect(), allows_teams }
            }
        })
    }

    /// Whether the host's calendar, asked now, has this time free and can hold the meeting.
    pub(crate) async fn has_room(
        &self,
        page: &BookingPage,
        start: Timestamp,
        end: Timestamp,
    ) -> Opened<bool> {
        let calendar = match self.open(&page.organization_id, &page.terms.host, None).await? {
            Ok(calendar) => calendar,
            Err(why) => return Ok(Err(why)),
        };
        if page.terms.place == Place::WebMeeting && !calendar.known.allows_teams {
            return Ok(Err(Why::NoOnlineMeetings));
        }
        self.is_free(&calendar, start, end, page.terms.buffer_minutes).await
    }

    /// Whether a time with its buffer around is free.
    pub(crate) async fn is_free(
        &self,
        calendar: &HostCalendar,
        start: Timestamp,
        end: Timestamp,
        buffer_minutes: u16,
    ) -> Opened<bool> {
        let (first, after) = slots::with_buffer(start, end, buffer_minutes);
        let busy = self.busy(calendar, first, after).await?;
        Ok(busy.map(|busy| !slots::meets(&busy, start, end, buffer_minutes)))
    }

    /// Opens a host's calendar; no call to it waits beyond the deadline, or longer than a page's patience. A link that a person has to mend is not
    /// tried; one that Microsoft refused is, since it may have been mended there.
    pub(crate) async fn open(
        &self,
        organization: &OrganizationId,
        host: &UserId,
        deadline: Option<Instant>,
    ) -> Opened<HostCalendar> {
        let link = self.accounts.link(organization, host, Feature::Calendar).await?;
        let Some(link) = link.filter(is_usable) else { return Ok(Err(Why::NotLinked)) };
        let Some(account) = &link.account else { return Ok(Err(Why::NotLinked)) };
        let token = match self.tokens.access_token(&link).await {
            Ok(token) => token,
            Err(error) => return Ok(Err(self.closed(&link, error.into()).await?)),
        };
        let deadline = deadline.unwrap_or_else(|| Instant::now() + PATIENCE);
        let mailbox = self.graph.with_deadline(deadline.into()).mailbox(token);
        let id = CalendarId { tenant_id: link.tenant_id.clone(), object_id: account.object_id.clone() };
        let known = match self.store.known_calendar(organization, host, &id).await? {
            Some(known) => known,
            None => match mailbox.calendar().await {
                Ok(calendar) => {
                    let allows_teams = calendar.allows_teams();
                    let owner = calendar.owner.map(|owner| owner.address);
                    let address = owner.unwrap_or_else(|| account.name.clone());
                    let known = self.store.calendar_now(id, address, allows_teams);
                    // What is missing may be given at any time.
                    if allows_teams {
                        self.store.keep_calendar(organization, host, &known).await?;
                    }
                    known
                }
                Err(error) => return Ok(Err(self.closed(&link, error.into()).await?)),
            },
        };
        Ok(Ok(HostCalendar { link, mailbox, known }))
    }

    /// Refreshes the token of a calendar link that rested for long; a link that a person has to mend is left
    /// alone. What fails in passing brings the link up again.
    pub(crate) async fn keep_alive(
        &self,
        organization: &OrganizationId,
        host: &UserId,
    ) -> Result<(), BookingError> {
        let link = self.accounts.link(organization, host, Feature::Calendar).await?;
        let Some(link) = link.filter(is_usable) else { return Ok(()) };
        let Err(error) = self.tokens.keep_alive(&link).await else { return Ok(()) };
        if self.closed(&link, error.into()).await? == Why::Unavailable {
            self.accounts.bring_up_in(&link, PERIOD).await?;
        }
        Ok(())
    }

    async fn busy(&self, calendar: &HostCalendar, from: Timestamp, until: Timestamp) -> Opened<Vec<Busy>> {
        match calendar.mailbox.schedule(&calendar.known.address, from, until).await {
            Ok(Schedule::Busy(busy)) => {
                self.note_success(&calendar.link).await?;
                Ok(Ok(busy))
            }
            Ok(Schedule::Unreadable(code)) => {
                tracing::warn!(user_id = %calendar.link.user_id, code, "the schedule is not readable");
                Ok(Err(Why::Refused(code)))
            }
            Err(error) => Ok(Err(self.refused(calendar, error).await?)),
        }
    }

    /// Why Graph did not do something in an open calendar. What only a person can mend is noted at the link.
    pub(crate) async fn refused(
        &self,
        calendar: &HostCalendar,
        error: GraphError,
    ) -> Result<Why, BookingError> {
        self.closed(&calendar.link, error.into()).await
    }

    async fn closed(&self, link: &Link, error: BookingError) -> Result<Why, BookingError> {
        tracing::warn!(error = %Chain(&error), user_id = %link.user_id, "the calendar is closed");
        let (why, (status, reason)) = match &error {
            // Our own store, not the calendar.
            BookingError::Account(AccountsError::Store(_)) => return Err(error),
            error if error.is_retryable() => return Ok(Why::Unavailable),
            BookingError::Account(error @ AccountsError::SignInNeeded(_)) => {
                (Why::NotLinked, error.link_status())
            }
            BookingError::Account(error) => {
                let (status, reason) = error.link_status();
                (Why::Refused(reason.clone()), (status, reason))
            }
            BookingError::Calendar(error) => {
                let (status, reason) = link_failure(error);
                (Why::Refused(reason.clone()), (status, reason))
            }
            _ => return Err(error),
        };
        self.accounts.note_outcome(link, status, Some(&reason)).await?;
        Ok(why)
    }

    async fn note_success(&self, link: &Link) -> Result<(), BookingError> {
        let is_fresh = |noted: Timestamp| self.store.now() < noted + NOTED;
        if link.status != LinkStatus::Linked || !link.last_success_at.is_some_and(is_fresh) {
            self.accounts.note_outcome(link, LinkStatus::Linked, None).await?;
        }
        Ok(())
    }
}

/// Whether a link can be tried: a person need not mend it first.
fn is_usable(link: &Link) -> bool {
    !matches!(link.status, LinkStatus::Unlinked | LinkStatus::ReconnectNeeded | LinkStatus::Syncing)
}

/// The whole second that is not before the instant.
fn ceil(instant: Timestamp) -> i64 {
    instant.as_second() + i64::from(instant.subsec_nanosecond() > 0)
}
