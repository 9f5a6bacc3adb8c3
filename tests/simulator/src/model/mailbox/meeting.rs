//! What happens between mailboxes: invitations, answers, cancellations.
//!
//! As with Exchange, an event with attendees is never written without mailing them.

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value;
use uuid::Uuid;

use super::{
    Answer, Attendee, Event, EventChanges, Invitation, InvitationKind, Mailbox, Person, Response,
    TransactionIdRepeat, ZonedTime, room, teams,
};
use crate::model::World;
use crate::model::directory::MailboxKind;

/// What only the owner of the mailbox sees: changing it mails nobody.
const OWN: [&str; 3] = ["categories", "isReminderOn", "reminderMinutesBeforeStart"];

/// Why something cannot be done to an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventProblem {
    /// There is no such event.
    NotFound,
    /// Only the organizer may do that.
    NotOrganizer,
    /// The organizer cannot do that.
    IsOrganizer,
    /// The `transactionId` was used before.
    Repeated,
}

/// An answer to an invitation as an attendee sends it.
#[derive(Debug, Clone)]
pub struct Reply {
    /// Which.
    pub answer: Answer,
    /// Whether the organizer is told.
    pub send: bool,
}

impl World {
    /// Puts an event into a user's calendar and invites its attendees; its number comes back. A
    /// `transactionId` that an event of the calendar has already makes no second one.
    ///
    /// # Errors
    /// The `transactionId` is known, and this calendar is to answer so.
    pub fn create_event(
        &mut self,
        user_id: &str,
        mut changes: EventChanges,
        now: Timestamp,
    ) -> Result<u64, EventProblem> {
        let mailbox = self.mailboxes.entry(user_id.to_owned()).or_default();
        if let Some(known) = mailbox.by_transaction(changes.transaction_id.as_deref()) {
            return match mailbox.calendar.behaviour.transaction_id_repeat {
                TransactionIdRepeat::Return => Ok(known),
                TransactionIdRepeat::Conflict => Err(EventProblem::Repeated),
            };
        }
        let organizer = self.person(user_id);
        let mut event = blank(organizer, now);
        event.attendees = changes.attendees.take().unwrap_or_default();
        event.transaction_id = changes.transaction_id.take();
        if changes.online {
            event.online = self.meeting(user_id, now);
        }
        event.apply(changes);
        event.open_meeting(now);
        let to = everybody(&event);
        let number = self.mailboxes.entry(user_id.to_owned()).or_default().add_event(event);
        self.mail(user_id, number, InvitationKind::Request, &to, None, now);
        Ok(number)
    }

    /// Changes an event and tells the attendees: all of them, or, when nothing but the list of attendees
    /// changes, those who come or go.
    ///
    /// # Errors
    /// There is no such event.
    pub fn update_event(
        &mut self,
        user_id: &str,
        number: u64,
        mut changes: EventChanges,
        now: Timestamp,
    ) -> Result<(), EventProblem> {
        let meeting = changes.online.then(|| self.meeting(user_id, now)).flatten();
        let mailbox = self.mailboxes.get_mut(user_id).ok_or(EventProblem::NotFound)?;
        let before = mailbox.event(number).ok_or(EventProblem::NotFound)?.clone();
        let concerns_all = concerns_all(&changes);
        let moved = [(&changes.start, &before.start), (&changes.end, &before.end)];
        let moved = moved.iter().any(|(new, old)| new.as_ref().is_some_and(|new| new != *old));
        let attendees = changes.attendees.take();
        mailbox.change_event(number, now, |event| {
            let has_body = changes.properties.contains_key("body");
            event.apply(changes);
            if has_body {
                event.close_meeting_without_link();
            }
            if event.online.is_none() {
                event.online = meeting;
            }
            event.open_meeting(now);
            event.invite(attendees, moved);
        });
        let after = mailbox.event(number).ok_or(EventProblem::NotFound)?;
        if !before.is_organizer {
            return Ok(());
        }
        let (old, new) = (everybody(&before), everybody(after));
        let is_in = |list: &[String], one: &String| list.iter().any(|other| other.eq_ignore_ascii_case(one));
        let (kept, came): (Vec<_>, Vec<_>) = new.iter().cloned().partition(|one| is_in(&old, one));
        let went: Vec<_> = old.into_iter().filter(|one| !is_in(&new, one)).collect();
        if concerns_all {
            self.mail(user_id, number, InvitationKind::Update, &kept, None, now);
        }
        self.mail(user_id, number, InvitationKind::Request, &came, None, now);
        self.mail(user_id, number, InvitationKind::Cancel, &went, None, now);
        Ok(())
    }

    /// Cancels a meeting, or a series on one day: attendees are told, and it goes to Deleted Items.
    ///
    /// # Errors
    /// There is no such event, or the mailbox is an attendee's.
    pub fn cancel_event(
        &mut self,
        user_id: &str,
        number: u64,
        day: Option<Date>,
        comment: Option<&str>,
        now: Timestamp,
    ) -> Result<(), EventProblem> {
        let mailbox = self.mailboxes.get(user_id).ok_or(EventProblem::NotFound)?;
        let event = mailbox.event(number).ok_or(EventProblem::NotFound)?;
        if !event.is_organizer {
            return Err(EventProblem::NotOrganizer);
        }
        self.delete_event(user_id, number, day, comment, now)
    }

    /// Deletes an event, or a series on one day. The organizer's deletion cancels it for everybody, an
    /// attendee's takes away only the own copy.
    ///
    /// # Errors
    /// There is no such event.
    pub fn delete_event(
        &mut self,
        user_id: &str,
        number: u64,
        day: Option<Date>,
        comment: Option<&str>,
        now: Timestamp,
    ) -> Result<(), EventProblem> {
        let mailbox = self.mailboxes.get_mut(user_id).ok_or(EventProblem::NotFound)?;
        let event = mailbox.event(number).ok_or(EventProblem::NotFound)?;
        let to = if event.is_organizer { everybody(event) } else { Vec::new() };
        match day {
            Some(day) => {
                mailbox.change_event(number, now, |event| event.cancelled_days.insert(day));
                self.mail(user_id, number, InvitationKind::Update, &to, comment, now);
            }
            None => {
                self.mail(user_id, number, InvitationKind::Cancel, &to, comment, now);
                if let Some(mailbox) = self.mailboxes.get_mut(user_id) {
                    mailbox.remove_event(number, now, false);
                }
            }
        }
        Ok(())
    }

    /// Removes an event for good, without a word to anybody.
    ///
    /// # Errors
    /// There is no such event.
    pub fn purge_event(&mut self, user_id: &str, number: u64, now: Timestamp) -> Result<(), EventProblem> {
        let mailbox = self.mailboxes.get_mut(user_id).ok_or(EventProblem::NotFound)?;
        mailbox.event(number).ok_or(EventProblem::NotFound)?;
        mailbox.remove_event(number, now, true);
        Ok(())
    }

    /// Answers an invitation. The organizer learns of it only if it is sent.
    ///
    /// # Errors
    /// There is no such event, or the mailbox is the organizer's.
    pub fn answer_event(
        &mut self,
        user_id: &str,
        number: u64,
        reply: &Reply,
        now: Timestamp,
    ) -> Result<(), EventProblem> {
        let own = self.person(user_id).address;
        let mailbox = self.mailboxes.get_mut(user_id).ok_or(EventProblem::NotFound)?;
        let event = mailbox.event(number).ok_or(EventProblem::NotFound)?;
        if event.is_organizer {
            return Err(EventProblem::IsOrganizer);
        }
        let (uid, organizer) = (event.uid.clone(), event.organizer.address.clone());
        let response = Response { answer: reply.answer, at: Some(now) };
        if reply.answer == Answer::Declined {
            mailbox.remove_event(number, now, false);
        } else {
            mailbox.change_event(number, now, |event| event.response = response);
        }
        let organizer = self.directory.user(&organizer).map(|(_, user)| user.id.clone());
        let mailbox = organizer.filter(|_| reply.send).and_then(|id| self.mailboxes.get_mut(&id));
        if let Some(mailbox) = mailbox
            && let Some(number) = mailbox.by_uid(&uid)
        {
            mailbox.change_event(number, now, |event| event.note_response(&own, response));
        }
        Ok(())
    }

    /// Lets happen what was due by now: links of late meetings, answers of rooms.
    pub fn settle_calendar(&mut self, user_id: &str, now: Timestamp) {
        let Some(mailbox) = self.mailboxes.get_mut(user_id) else { return };
        let due = mailbox.events().filter(|event| event.has_due(now)).map(|event| event.number);
        for number in due.collect::<Vec<_>>() {
            mailbox.change_event(number, now, |event| {
                event.open_meeting(now);
                event.take_due_answers(now);
            });
        }
    }

    /// Name and address of the owner of a mailbox.
    fn person(&self, user_id: &str) -> Person {
        let owner = self.directory.user(user_id).map(|(_, user)| user);
        owner.map_or_else(Person::default, |user| Person {
            name: user.display_name.clone(),
            address: user.mail.clone().unwrap_or_else(|| user.user_principal_name.clone()),
        })
    }

    fn meeting(&self, user_id: &str, now: Timestamp) -> Option<super::OnlineMeeting> {
        let (tenant, user) = self.directory.user(user_id).filter(|(_, user)| user.teams)?;
        let behaviour = &self.mailboxes.get(user_id)?.calendar.behaviour;
        teams::meeting(behaviour.teams, &tenant.tenant_id, &user.id, now)
    }

    /// Mails attendees, and writes the event into their own calendars if those are simulated.
    fn mail(
        &mut self,
        user_id: &str,
        number: u64,
        kind: InvitationKind,
        to: &[String],
        comment: Option<&str>,
        now: Timestamp,
    ) {
        let Some(mailbox) = self.mailboxes.get_mut(user_id) else { return };
        let Some(event) = mailbox.event(number).cloned() else { return };
        let invitation = |to: &String| Invitation {
            to: to.clone(),
            kind,
            subject: event.text("subject").to_owned(),
            i_cal_uid: event.uid.clone(),
            comment: comment.map(str::to_owned),
            at: now,
        };
        mailbox.calendar.invitations.extend(to.iter().map(invitation));
        let wait = mailbox.calendar.behaviour.room_answer_seconds;
        for address in to {
            let user = self.directory.user(address).filter(|(_, user)| user.mailbox == MailboxKind::Cloud);
            if let Some((_, user)) = user {
                let id = user.id.clone();
                self.mailboxes.entry(id).or_default().receive(&event, address, kind, now);
            } else if let Some(answer) = room::receive(self, &event, address, kind, now) {
                let at = Some(now + jiff::SignedDuration::from_secs(i64::from(wait)));
                let pending = Response { answer, at };
                let event = self.mailboxes.get_mut(user_id).and_then(|m| m.calendar.events.get_mut(&number));
                let attendees = event.into_iter().flat_map(|event| &mut event.attendees);
                attendees
                    .filter(|one| one.person.has_address(address))
                    .for_each(|one| one.pending = Some(pending));
            }
        }
    }
}

/// Whether a change is one that every attendee is told of.
fn concerns_all(changes: &EventChanges) -> bool {
    let EventChanges { start, end, is_all_day, recurrence, online, properties, .. } = changes;
    start.is_some()
        || end.is_some()
        || is_all_day.is_some()
        || recurrence.is_some()
        || *online
        || properties.keys().any(|name| !OWN.contains(&name.as_str()))
}

/// The addresses of all attendees but the organizer.
fn everybody(event: &Event) -> Vec<String> {
    let addresses = event.attendees.iter().map(|attendee| attendee.person.address.clone());
    addresses.filter(|address| !event.organizer.has_address(address)).collect()
}

/// An event of the organizer's own, with nothing in it.
fn blank(organizer: Person, now: Timestamp) -> Event {
    let id = format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple()).to_uppercase();
    Event {
        number: 0,
        place: 0,
        deleted: false,
        start: ZonedTime::utc(now),
        end: ZonedTime::utc(now),
        is_all_day: false,
        properties: serde_json::Map::new(),
        recurrence: None,
        cancelled_days: std::collections::BTreeSet::new(),
        organizer,
        is_organizer: true,
        attendees: Vec::new(),
        response: Response { answer: Answer::Organizer, at: None },
        is_cancelled: false,
        // What every id of Outlook begins with, the date of an occurrence (none), then what is unique.
        uid: format!("040000008200E00074C5B7101A82E00800000000{id}"),
        transaction_id: None,
        online: None,
        extended: super::ExtendedProperties::default(),
        created: now,
        modified: now,
        change: 0,
    }
}

impl Event {
    /// Replaces the list of attendees; who stays keeps the answer, unless the time changed.
    fn invite(&mut self, attendees: Option<Vec<Attendee>>, moved: bool) {
        let before = std::mem::take(&mut self.attendees);
        let answer = |new: &Attendee| {
            let old = before.iter().find(|old| old.person.has_address(&new.person.address));
            old.filter(|_| !moved).map_or_else(Response::default, |old| old.response)
        };
        let wanted = attendees.unwrap_or_else(|| before.clone());
        self.attendees =
            wanted.into_iter().map(|new| Attendee { response: answer(&new), pending: None, ..new }).collect();
    }

    fn note_response(&mut self, address: &str, response: Response) {
        let answered = self.attendees.iter_mut().filter(|one| one.person.has_address(address));
        answered.for_each(|attendee| attendee.response = response);
    }

    fn has_due(&self, now: Timestamp) -> bool {
        let link = self.online.as_ref();
        link.is_some_and(|meeting| !meeting.ready && meeting.from <= now && meeting.reads == 0)
            || self.attendees.iter().any(|attendee| attendee.is_due(now))
    }

    fn take_due_answers(&mut self, now: Timestamp) {
        for attendee in self.attendees.iter_mut().filter(|attendee| attendee.is_due(now)) {
            attendee.response = attendee.pending.take().unwrap_or_default();
        }
    }
}

impl Attendee {
    fn is_due(&self, now: Timestamp) -> bool {
        self.pending.and_then(|answer| answer.at).is_some_and(|at| at <= now)
    }
}

impl Mailbox {
    fn by_transaction(&self, id: Option<&str>) -> Option<u64> {
        let id = id?;
        self.events().find(|event| event.transaction_id.as_deref() == Some(id)).map(|event| event.number)
    }

    /// The number of the event with that id in the mailboxes of all attendees.
    pub(super) fn by_uid(&self, uid: &str) -> Option<u64> {
        self.events().find(|event| event.uid == uid).map(|event| event.number)
    }

    /// Writes what an organizer mailed into an attendee's own calendar.
    pub(super) fn receive(&mut self, sent: &Event, address: &str, kind: InvitationKind, now: Timestamp) {
        let known = self.by_uid(&sent.uid);
        match (kind, known) {
            (InvitationKind::Cancel, None) => {}
            (InvitationKind::Cancel, Some(number)) => {
                self.change_event(number, now, |event| {
                    event.is_cancelled = true;
                    let subject = format!("Canceled: {}", event.text("subject"));
                    event.properties.insert("subject".to_owned(), Value::String(subject));
                });
            }
            (InvitationKind::Request | InvitationKind::Update, None) => {
                self.add_event(copy_for(sent, address, now));
            }
            (InvitationKind::Request | InvitationKind::Update, Some(number)) => {
                let copy = copy_for(sent, address, now);
                self.change_event(number, now, |event| {
                    let moved = (&event.start, &event.end) != (&copy.start, &copy.end);
                    let Event { number, place, created, change, modified, .. } = *event;
                    let (extended, response) = (std::mem::take(&mut event.extended), event.response);
                    let response = if moved { copy.response } else { response };
                    *event = Event { number, place, created, change, modified, extended, response, ..copy };
                });
            }
        }
    }
}

/// The copy of an event for an attendee: without what is the organizer's own, and not answered yet.
fn copy_for(sent: &Event, address: &str, now: Timestamp) -> Event {
    let mut copy = sent.clone();
    OWN.iter().for_each(|name| drop(copy.properties.remove(*name)));
    if sent.properties.get("hideAttendees").and_then(Value::as_bool) == Some(true) {
        copy.attendees.retain(|attendee| attendee.person.has_address(address));
    }
    Event {
        is_organizer: false,
        transaction_id: None,
        extended: super::ExtendedProperties::default(),
        response: Response { answer: Answer::NotResponded, at: None },
        created: now,
        modified: now,
        ..copy
    }
}
