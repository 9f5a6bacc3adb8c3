//! The addresses of an organization's members: whoever has one is no contact, whatever the domain.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use accounts::{Accounts, AccountsError};
use types::OrganizationId;

use crate::mail::Address;

/// The addresses of some organizations, kept for a minute: every notification needs them, and they are
/// as many pages of the store as the organization has hundreds of members.
#[derive(Default)]
pub(super) struct Colleagues(Mutex<HashMap<OrganizationId, Known>>);

struct Known {
    addresses: Arc<HashSet<Address>>,
    read_at: Instant,
}

const LIFE: Duration = Duration::from_mins(1);
/// More than that start afresh.
const MOST_ORGANIZATIONS: usize = 64;
const PAGE: u32 = 500;

impl Colleagues {
    pub(super) async fn of(
        &self,
        accounts: &Accounts,
        organization: &OrganizationId,
    ) -> Result<Arc<HashSet<Address>>, AccountsError> {
        if let Some(addresses) = self.known(organization) {
            return Ok(addresses);
        }
        let (mut addresses, mut cursor) = (HashSet::new(), None);
        loop {
            let (users, next) = accounts.users(organization, PAGE, cursor.as_deref()).await?;
            addresses.extend(users.iter().filter_map(|user| Address::parse(&user.email)));
            cursor = next;
            if cursor.is_none() {
                break;
            }
        }
        let addresses = Arc::new(addresses);
        let known = Known { addresses: Arc::clone(&addresses), read_at: Instant::now() };
        let mut all = self.0.lock().expect("no holder panics");
        if all.len() >= MOST_ORGANIZATIONS {
            all.clear();
        }
        all.insert(organization.clone(), known);
        Ok(addresses)
    }

    fn known(&self, organization: &OrganizationId) -> Option<Arc<HashSet<Address>>> {
        let all = self.0.lock().expect("no holder panics");
        let known = all.get(organization).filter(|known| known.read_at.elapsed() < LIFE)?;
        Some(Arc::clone(&known.addresses))
    }
}
