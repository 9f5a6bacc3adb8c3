//! Pages by the CRM's id, and by the key in their address.

use accounts::{AccountsError, Version};
use aws::{Condition, Page as Portion, Position, Query, Stored};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use types::{BookingPageId, OrganizationId};

use super::{BookingStore, PAGE, page_key, pages_of, public_key};
use crate::{BookingError, BookingPage, Terms};

/// Which page a key opens. It outlives the page, so that its guests still reach their appointments.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Opened {
    pub(crate) organization_id: OrganizationId,
    pub(crate) page_id: BookingPageId,
}

impl BookingStore {
    /// Writes a page under the CRM's id. What was there is replaced, its key and so its address stay. The terms
    /// must be without faults. With `expected` only a page of this version is replaced. Says whether the page is
    /// new.
    ///
    /// # Errors
    /// `Changed` when there is no page of that version, or the store failed.
    pub async fn put_page(
        &self,
        organization: &OrganizationId,
        id: &BookingPageId,
        terms: Terms,
        expected: Option<&Version>,
    ) -> Result<(BookingPage, bool), BookingError> {
        loop {
            let found = self.find_page(organization, id).await?;
            if expected.is_some() && found.as_ref().map(BookingPage::version).as_ref() != expected {
                return Err(AccountsError::Changed.into());
            }
            let key = found.as_ref().map_or_else(random_key, |page| page.key.clone());
            let page = BookingPage {
                id: id.clone(),
                key,
                organization_id: organization.clone(),
                terms: terms.clone(),
                updated_at: self.now(),
            };
            let put = self.table.put(&Stored::at(page_key(organization, id), &page))?;
            let writes = if let Some(found) = &found {
                let mut as_found = vec![Condition::equals("key", &found.key)];
                as_found.extend(expected.map(|_| Condition::equals("updated_at", found.updated_at)));
                vec![put.when(Condition::All(as_found))]
            } else {
                let opened = Opened { organization_id: organization.clone(), page_id: id.clone() };
                let opened = self.table.put(&Stored::at(public_key(&page.key), opened))?;
                vec![put.when(Condition::new_item()), opened.when(Condition::new_item())]
            };
            match self.aws.transact(writes).await {
                // Somebody made or removed it meanwhile.
                Err(error) if error.is_condition_failed() => {}
                result => return Ok(result.map(|()| (page, found.is_none()))?),
            }
        }
    }

    /// Reads a page.
    ///
    /// # Errors
    /// `NotFound`, or the store failed.
    pub async fn page(
        &self,
        organization: &OrganizationId,
        id: &BookingPageId,
    ) -> Result<BookingPage, BookingError> {
        self.find_page(organization, id).await?.ok_or(BookingError::NotFound("booking page"))
    }

    /// One portion of the organization's pages by id and the cursor of the next.
    ///
    /// # Errors
    /// The store failed.
    pub async fn pages(
        &self,
        organization: &OrganizationId,
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<(Vec<BookingPage>, Option<String>), BookingError> {
        let pk = pages_of(organization);
        let after = cursor.map(|cursor| Position::at(&pk, &format!("{PAGE}{cursor}")));
        let query = Query::partition(&pk).begins_with(PAGE).limit(limit).after(after);
        let Portion { items, next } = self.table.query::<Stored<BookingPage>>(query).await?;
        let next = next.and_then(|position| position.sort_key().strip_prefix(PAGE).map(str::to_owned));
        Ok((items.into_iter().map(|stored| stored.record).collect(), next))
    }

    /// Removes a page. What was booked on it stays, and its guests still reach it.
    ///
    /// # Errors
    /// `NotFound`, or the store failed.
    pub async fn remove_page(
        &self,
        organization: &OrganizationId,
        id: &BookingPageId,
    ) -> Result<(), BookingError> {
        let delete = self.table.delete(page_key(organization, id)).when(Condition::existing_item());
        match self.aws.write(delete).await {
            Err(error) if error.is_condition_failed() => Err(BookingError::NotFound("booking page")),
            result => Ok(result?),
        }
    }

    /// What a key opens; none for a key that we never made.
    pub(crate) async fn opened(&self, key: &str) -> Result<Option<Opened>, BookingError> {
        if !is_key(key) {
            return Ok(None);
        }
        let stored: Option<Stored<Opened>> = self.table.get(public_key(key)).await?;
        Ok(stored.map(|stored| stored.record))
    }

    /// The page that guests see under a key; none for a key of no page or of one that is not active.
    pub(crate) async fn public_page(&self, key: &str) -> Result<Option<BookingPage>, BookingError> {
        let Some(opened) = self.opened(key).await? else { return Ok(None) };
        let page = self.find_page(&opened.organization_id, &opened.page_id).await?;
        Ok(page.filter(|page| page.key == key && page.terms.active))
    }

    async fn find_page(
        &self,
        organization: &OrganizationId,
        id: &BookingPageId,
    ) -> Result<Option<BookingPage>, BookingError> {
        let stored: Option<Stored<BookingPage>> = self.table.get(page_key(organization, id)).await?;
        Ok(stored.map(|stored| stored.record))
    }
}

const KEY_BYTES: usize = 16;

fn random_key() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; KEY_BYTES]>())
}

/// Only what has the form of a key is looked up.
fn is_key(text: &str) -> bool {
    URL_SAFE_NO_PAD.decode(text).is_ok_and(|bytes| bytes.len() == KEY_BYTES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_22_characters_that_need_no_encoding() {
        let key = random_key();
        assert!(key.len() == 22 && is_key(&key) && key != random_key());
        for bad in ["", "a", "../../etc/passwd", &key[1..], &format!("{key}A"), "PAGES#org"] {
            assert!(!is_key(bad), "{bad}");
        }
    }
}
