//! Reading what stands in contacts before they are overwritten, so that what is the user's stays: the notes below
//! their line (M09), and the fields that the organization gave to the user (P13). With the defaults the notes alone
//! are read; never is it a request more.

use accounts::WriteModes;
use graph::{
    BatchRequest, GraphError, Mailbox,
    contacts::{self, Contact, FolderId, Present, Writing},
};

use super::plan::{Action, Shown, Step, Wanted};
use crate::contact::{Sent, sent, with_what_the_user_wrote};

/// A step with what it writes.
pub(super) struct Ready {
    pub(super) step: Step,
    pub(super) write: Option<Write>,
}

/// What is written to a contact.
pub(super) struct Write {
    contact: Contact,
    sent: Sent,
    /// Of the contact as it was read.
    pub(super) etag: Option<String>,
}

impl Write {
    fn of(wanted: &Wanted, present: Option<&Present>) -> Self {
        let notes = present.map(Present::notes).unwrap_or_default();
        let ours = wanted.contact.personal_notes.as_deref().unwrap_or_default();
        let personal_notes = Some(with_what_the_user_wrote(ours, notes));
        Self {
            contact: Contact { personal_notes, ..Contact::clone(&wanted.contact) },
            sent: sent(&wanted.contact, &wanted.modes, present),
            etag: present.and_then(|present| present.etag.clone()),
        }
    }

    pub(super) fn as_request<'a>(&'a self, key: &'a str) -> Writing<'a> {
        let Sent { withheld, record, .. } = &self.sent;
        Writing { contact: &self.contact, withheld, key, record }
    }

    /// How far the contact shows the card afterwards.
    pub(super) fn shown(&self) -> WriteModes {
        self.sent.shown
    }
}

/// The steps that can be done, and those whose contact could not be read, with the reason.
pub(super) async fn read(
    mailbox: &Mailbox,
    folder: &FolderId,
    steps: Vec<Step>,
) -> Result<(Vec<Ready>, Vec<(Step, GraphError)>), GraphError> {
    let (updates, others): (Vec<Step>, Vec<Step>) =
        steps.into_iter().partition(|step| matches!(step.action, Action::Update(..)));
    let mut ready: Vec<Ready> = others.into_iter().map(|step| prepared(step, None)).collect();
    let mut unread = Vec::new();
    let requests: Vec<_> = updates.iter().filter_map(|step| request(folder, step)).collect();
    if requests.is_empty() {
        return Ok((ready, unread));
    }
    for (step, answer) in updates.into_iter().zip(mailbox.batch(&requests).await?) {
        match answer.error() {
            None => ready.push(prepared(step, Some(&answer.json()?))),
            // The overwriting will find out, and make it anew.
            Some(error) if error.has_code("ErrorItemNotFound") => ready.push(prepared(step, None)),
            Some(error) => unread.push((step, error)),
        }
    }
    Ok((ready, unread))
}

fn request(folder: &FolderId, step: &Step) -> Option<BatchRequest> {
    let Action::Update(Shown { id, .. }, Wanted { modes, .. }) = &step.action else { return None };
    Some(if modes.is_default() { contacts::notes(folder, id) } else { contacts::all(folder, id) })
}

fn prepared(step: Step, present: Option<&Present>) -> Ready {
    let write = match &step.action {
        Action::Create(wanted) | Action::Update(_, wanted) => Some(Write::of(wanted, present)),
        _ => None,
    };
    Ready { step, write }
}
