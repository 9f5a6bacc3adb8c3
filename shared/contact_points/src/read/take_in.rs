//! From messages to contact points.

use accounts::Link;
use graph::mail::Message;
use std::collections::HashSet;

use super::{Reader, state::ReadState};
use crate::{
    ContactPointsError,
    mail::{Address, Owner, Reason, look_at},
    store::{Groups, PointItem},
};

impl Reader {
    /// Takes in some messages. Each step may be repeated: contact points are put once, people and companies
    /// merged. The points come first: whoever has one is found by it even if the rest came later.
    pub(super) async fn take_in(
        &self,
        link: &Link,
        owner: &Owner,
        messages: &[Message],
        state: &mut ReadState,
    ) -> Result<(), ContactPointsError> {
        let (organization, user) = (&link.organization_id, &link.user_id);
        let last = &mut state.last_read;
        last.mails += u32::try_from(messages.len()).unwrap_or(u32::MAX);
        let mut skip = |reason: Reason| *last.skipped.entry(reason).or_default() += 1;
        let mut found = Vec::new();
        for message in messages {
            match look_at(message, owner) {
                Err(reason) => skip(reason),
                Ok(on_it) => {
                    on_it.skipped.iter().copied().for_each(&mut skip);
                    found.push((message, on_it));
                }
            }
        }
        if found.iter().all(|(_, on_it)| on_it.people.is_empty()) {
            return Ok(());
        }
        let colleagues = self.colleagues.of(&self.accounts, organization).await?;
        let is_colleague = |address: &Address| HashSet::contains(&colleagues, address);
        let (mut points, mut groups) = (Vec::new(), Groups::default());
        for (message, on_it) in found {
            for seen in on_it.people {
                if is_colleague(&seen.address) {
                    skip(Reason::Internal);
                    continue;
                }
                groups.add(organization, &seen, on_it.at);
                points.push(PointItem::of(organization, user, message, (on_it.direction, on_it.at), &seen));
            }
        }
        last.points += self.points.put_points(points).await?;
        self.points.put_groups(groups).await
    }
}
