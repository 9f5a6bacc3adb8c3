//! Finding out what an attempt that died had achieved: Graph has no idempotency key for contacts, so before
//! another is made the folder is searched for our key (requirement R12).

use graph::{
    MOST_IN_BATCH, Mailbox,
    contacts::{self, FolderId},
};

use super::plan::{Action, Step, after_look_up};
use crate::CardsError;

/// Turns every look-up into what it calls for. Should a key be there more than once, all but one of its
/// contacts are taken out.
pub(super) async fn resolve(
    mailbox: &Mailbox,
    folder: &FolderId,
    steps: Vec<Step>,
) -> Result<Vec<Step>, CardsError> {
    let (open, mut resolved): (Vec<Step>, Vec<Step>) =
        steps.into_iter().partition(|step| matches!(step.action, Action::LookUp(_)));
    let mut open = open.into_iter().peekable();
    while open.peek().is_some() {
        let batch: Vec<Step> = open.by_ref().take(MOST_IN_BATCH).collect();
        let requests: Vec<_> =
            batch.iter().map(|step| contacts::find_by_key(folder, step.card_id.as_str())).collect();
        for (step, answer) in batch.into_iter().zip(mailbox.batch(&requests).await?) {
            let Action::LookUp(wanted) = step.action else { continue };
            let mut found = contacts::found(&answer)?.into_iter();
            let kept = found.next();
            let surplus =
                found.map(|id| Step { card_id: step.card_id.clone(), action: Action::DeleteSurplus(id) });
            resolved.extend(surplus);
            resolved.push(Step { card_id: step.card_id, action: after_look_up(wanted, kept) });
        }
    }
    Ok(resolved)
}
