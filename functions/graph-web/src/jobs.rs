//! From what proved itself to jobs: one a mailbox and kind, however many items there were (requirement R28).

use std::collections::BTreeMap;

use contact_points::{Cause, ReadJob};
use jiff::Timestamp;
use subscriptions::{Owner, SubscribeJob, Task};
use types::{Feature, OrganizationId, UserId};

use crate::notification::Word;

/// What is to be queued for a delivery.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Jobs {
    pub(crate) reads: Vec<ReadJob>,
    pub(crate) subscribes: Vec<SubscribeJob>,
}

/// What one mailbox's items ask for together.
#[derive(Debug, Default)]
struct Wanted {
    read: Option<Cause>,
    tasks: Vec<Task>,
}

impl Wanted {
    fn add(&mut self, word: Word) {
        let (read, task) = match word {
            Word::Changed => (Some(Cause::Notification), None),
            Word::Missed => (Some(Cause::CatchUp), None),
            Word::ReauthorizationRequired => (None, Some(Task::Reauthorize)),
            // Whoever replaces it has the mailbox read.
            Word::SubscriptionRemoved => (None, Some(Task::Replace)),
            Word::Unknown => (Some(Cause::CatchUp), Some(Task::Check)),
        };
        self.read = match (self.read, read) {
            (Some(Cause::CatchUp), _) => Some(Cause::CatchUp),
            (kept, None) => kept,
            (_, given) => given,
        };
        if let Some(task) = task.filter(|task| !self.tasks.contains(task)) {
            self.tasks.push(task);
        }
    }
}

/// The jobs for these items of these owners, noticed now.
pub(crate) fn of<'a>(items: impl Iterator<Item = (&'a Owner, Word)>, now: Timestamp) -> Jobs {
    let mut mailboxes: BTreeMap<(&OrganizationId, &UserId), Wanted> = BTreeMap::new();
    for (owner, word) in items.filter(|(owner, _)| owner.feature == Feature::Mail) {
        mailboxes.entry((&owner.organization_id, &owner.user_id)).or_default().add(word);
    }
    let mut jobs = Jobs::default();
    for ((organization_id, user_id), Wanted { read, tasks }) in mailboxes {
        jobs.reads.extend(read.map(|cause| ReadJob {
            organization_id: organization_id.clone(),
            user_id: user_id.clone(),
            seen_at: now,
            cause,
        }));
        jobs.subscribes.extend(tasks.into_iter().map(|task| SubscribeJob {
            organization_id: organization_id.clone(),
            user_id: user_id.clone(),
            feature: Feature::Mail,
            task,
        }));
    }
    jobs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_for_a_gap_is_not_read_as_one_notification() {
        for (words, read, tasks) in [
            (vec![Word::Changed; 100], Some(Cause::Notification), vec![]),
            (vec![Word::Changed, Word::Missed, Word::Changed], Some(Cause::CatchUp), vec![]),
            (vec![Word::SubscriptionRemoved; 3], None, vec![Task::Replace]),
            (
                vec![Word::ReauthorizationRequired, Word::Changed, Word::ReauthorizationRequired],
                Some(Cause::Notification),
                vec![Task::Reauthorize],
            ),
            (vec![Word::Unknown], Some(Cause::CatchUp), vec![Task::Check]),
            (vec![], None, vec![]),
        ] {
            let mut wanted = Wanted::default();
            words.iter().for_each(|word| wanted.add(*word));
            assert_eq!((wanted.read, wanted.tasks), (read, tasks), "{words:?}");
        }
    }
}
