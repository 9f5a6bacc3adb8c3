//! What admins and users look at, as what the pages are about: the console (`/console`) and a user's own
//! page (`/me`). How they look stands in the views beside this file and in `templates/console_*.html`.

mod audience;
mod audience_view;
mod chart;
mod checks_view;
mod frame;
mod leave_view;
mod me;
mod me_view;
mod microsoft365;
mod microsoft365_view;
mod notice;
mod outage_view;
mod overview_view;
mod page;
mod parts;
mod plain_view;
mod refused;
mod respond;
pub mod sample;
mod users;
mod users_view;

pub use audience::{Audience, AudienceFault, AudienceForm, ChosenGroup, GroupHeadcount, GroupState};
pub use leave_view::leave;
pub use me::{Me, MeUnlink, MyLink};
pub use microsoft365::{
    CheckState, Checks, Finding, Grant, GrantState, Microsoft365, Outage, RevokedFrom, Tenant, TenantFault,
    TenantForm, Unlink,
};
pub use notice::Notice;
pub use page::{
    Attention, Day, FeatureCard, FeatureState, Link, Measure, Overview, Page, Problem, Push, PushState,
    RefusedCard, Settings, SettingsFault, Status, Viewer,
};
pub use refused::{Refused, SignIn};
pub use respond::respond;
pub use users::{Actor, Audit, Entry, Paging, UserDetail, UserFilter, UserLink, UserRow, Users};
pub use users_view::file_goes_on;
