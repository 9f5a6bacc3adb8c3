//! Finding out what an attempt that died had achieved: Graph has no idempotency key for contacts, so before
//! another is made the folder is searched for our key (requirement R12).

use futures::{StreamExt, TryStreamExt, stream};
use graph::{
    Mailbox,
    contacts::{self, FolderId},
};

use super::{
    execute::{LANES, batches},
    plan::{Action, Step, after_look_up},
};
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
    let batches = stream::iter(batches(open)).map(|batch| look_up(mailbox, folder, batch));
    let found: Vec<Vec<Step>> = batches.buffer_unordered(LANES).try_collect().await?;
    resolved.extend(found.into_iter().flatten());
    Ok(resolved)
}

async fn look_up(mailbox: &Mailbox, folder: &FolderId, batch: Vec<Step>) -> Result<Vec<Step>, CardsError> {
    let requests: Vec<_> =
        batch.iter().map(|step| contacts::find_by_key(folder, step.card_id.as_str())).collect();
    let mut resolved = Vec::with_capacity(batch.len());
    for (Step { card_id, action }, answer) in batch.into_iter().zip(mailbox.batch(&requests).await?) {
        let Action::LookUp(wanted) = action else { continue };
        let mut found = contacts::found(&answer)?.into_iter();
        let kept = found.next();
        resolved.extend(found.map(|id| Step { card_id: card_id.clone(), action: Action::DeleteSurplus(id) }));
        resolved.push(Step { card_id, action: after_look_up(wanted, kept) });
    }
    Ok(resolved)
}
