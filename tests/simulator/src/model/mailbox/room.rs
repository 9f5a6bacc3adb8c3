//! Rooms: they answer invitations by themselves, first come, first served.

use jiff::Timestamp;

use super::{Answer, Event, InvitationKind, Response};
use crate::model::World;

/// What the room with that address answers to a mail; nothing when there is no such room, or nothing to
/// answer.
pub(super) fn receive(
    world: &mut World,
    event: &Event,
    address: &str,
    kind: InvitationKind,
    now: Timestamp,
) -> Option<Answer> {
    let mut rooms = world.directory.tenants.values().flat_map(|tenant| tenant.rooms.values());
    let id = rooms.find(|room| room.email_address.eq_ignore_ascii_case(address))?.id.clone();
    let mailbox = world.mailboxes.entry(id).or_default();
    if kind == InvitationKind::Cancel {
        // A room keeps no cancelled meetings.
        if let Some(number) = mailbox.by_uid(&event.uid) {
            mailbox.remove_event(number, now, true);
        }
        return None;
    }
    let taken = mailbox.occurrences(event.start.instant(), event.end.instant());
    let is_free = taken.iter().all(|other| other.event.uid == event.uid || other.event.show_as() == "free");
    if !is_free {
        if let Some(number) = mailbox.by_uid(&event.uid) {
            mailbox.remove_event(number, now, true);
        }
        return Some(Answer::Declined);
    }
    mailbox.receive(event, address, InvitationKind::Update, now);
    let accepted = Response { answer: Answer::Accepted, at: Some(now) };
    if let Some(number) = mailbox.by_uid(&event.uid) {
        mailbox.change_event(number, now, |event| event.response = accepted);
    }
    Some(Answer::Accepted)
}
