//! Reading the notes of contacts before they are overwritten, so that what the user wrote there stays (M09, P13).

use graph::{
    GraphError, Mailbox,
    contacts::{self, Contact, FolderId, Notes},
};

use super::plan::{Action, Step};
use crate::contact::with_what_the_user_wrote;

/// A step with what it needs to know of Outlook.
pub(super) struct Ready {
    pub(super) step: Step,
    /// What stands in the notes of the contact to be overwritten; none for another step, or if it is gone.
    pub(super) notes: Option<Notes>,
}

/// The steps that can be done, and those whose contact could not be read, with the reason.
pub(super) async fn read(
    mailbox: &Mailbox,
    folder: &FolderId,
    steps: Vec<Step>,
) -> Result<(Vec<Ready>, Vec<(Step, GraphError)>), GraphError> {
    let (updates, others): (Vec<Step>, Vec<Step>) =
        steps.into_iter().partition(|step| matches!(step.action, Action::Update(..)));
    let mut ready: Vec<Ready> = others.into_iter().map(|step| Ready { step, notes: None }).collect();
    let mut unread = Vec::new();
    let requests: Vec<_> = updates
        .iter()
        .filter_map(|step| match &step.action {
            Action::Update(shown, _) => Some(contacts::notes(folder, &shown.id)),
            _ => None,
        })
        .collect();
    if requests.is_empty() {
        return Ok((ready, unread));
    }
    for (step, answer) in updates.into_iter().zip(mailbox.batch(&requests).await?) {
        match answer.error() {
            None => ready.push(Ready { step, notes: Some(answer.json()?) }),
            // The overwriting will find out, and make it anew.
            Some(error) if error.has_code("ErrorItemNotFound") => ready.push(Ready { step, notes: None }),
            Some(error) => unread.push((step, error)),
        }
    }
    Ok((ready, unread))
}

/// The contact with what the user wrote into its notes.
pub(super) fn kept(contact: &Contact, notes: Option<&Notes>) -> Contact {
    let present = notes.and_then(|notes| notes.text.as_deref()).unwrap_or_default();
    let ours = contact.personal_notes.as_deref().unwrap_or_default();
    Contact { personal_notes: Some(with_what_the_user_wrote(ours, present)), ..contact.clone() }
}
