//! Unlinking a user whose link still has something to clean up in Microsoft 365: to people it is unlinked at
//! once, while the token lives on and the link comes up until the cleaning is done.

use aws::{Condition, Write};

use crate::{
    Accounts, AccountsError, Event, Link, LinkNews, LinkStatus, News,
    admin_link::same_live_link,
    due::{DUE_AT, DUE_SHARD},
    store::{link_key, token_key},
};

impl Accounts {
    /// The writes that unlink but leave the token, with the link due at once. To be done together with the note of
    /// what is to be cleaned up, and to be ended by [`finish_cleaning`](Self::finish_cleaning).
    ///
    /// # Errors
    /// None: the values serialise.
    pub fn unlink_for_cleaning(&self, link: &Link) -> Result<Vec<Write>, AccountsError> {
        let update = self
            .table
            .update(link_key(&link.organization_id, &link.user_id, link.feature))
            .set("status", LinkStatus::Unlinked)?
            .set("reason", None::<&str>)?
            .set(DUE_AT, self.now().as_second())?
            .when(same_live_link(link));
        let event = Event::UserUnlinked { user_id: link.user_id.clone(), feature: link.feature };
        let unlinked = Link { status: LinkStatus::Unlinked, reason: None, ..link.clone() };
        let news = self.tell(&link.organization_id, News::Link(LinkNews::of(&unlinked)))?;
        Ok(vec![update, self.audit_entry(&link.organization_id, &event)?, news])
    }

    /// The cleaning is done or given up: the token goes and the link is due no more. One that was linked anew
    /// meanwhile is left alone.
    ///
    /// # Errors
    /// The store failed.
    pub async fn finish_cleaning(&self, link: &Link) -> Result<(), AccountsError> {
        let is_same = Condition::All(vec![
            Condition::equals("linked_at", link.linked_at),
            Condition::equals("status", LinkStatus::Unlinked),
            Condition::Present(DUE_SHARD),
        ]);
        let key = link_key(&link.organization_id, &link.user_id, link.feature);
        let update = self.table.update(key).remove(DUE_SHARD).remove(DUE_AT).when(is_same);
        let token = self.table.delete(token_key(&link.organization_id, &link.user_id, link.feature));
        self.aws.transact_if(vec![update, token]).await?;
        Ok(())
    }

    /// A line of the audit log, for whoever has it written together with what it tells of.
    ///
    /// # Errors
    /// None: the values serialise.
    pub fn audit_write(&self, link: &Link, event: &Event) -> Result<Write, AccountsError> {
        self.audit_entry(&link.organization_id, event)
    }
}
