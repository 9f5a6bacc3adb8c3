//! The words of the house as types that cannot be wrong: ids, features, languages, the clock.
//! Knows nothing of AWS or Microsoft.

mod chain;
mod clock;
mod feature;
mod id;
mod language;
mod tenant_id;

pub use chain::Chain;
pub use clock::{Clock, ManualClock, SystemClock};
pub use feature::{Feature, GROUP_ROLES};
pub use id::{AppointmentId, BookingPageId, CardId, InvalidId, OrganizationId, SourceId, UserId};
pub use language::Language;
pub use tenant_id::{InvalidTenantId, TenantId};
