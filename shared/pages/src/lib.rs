//! What people see: typed pages, their texts in Japanese and English, the stylesheet, and the headers that
//! go with them. Knows no feature and does no I/O: a function hands over a [`Page`] and sends what
//! [`respond`] gives back.
//!
//! A result is shown where Microsoft sends the browser, at an address that works once. So the page is also
//! kept in a short-lived cookie: [`result`] shows it again at `/connect/result`, which is where the language
//! switch leads and where [`redirect`] goes.

mod address;
mod asset;
pub mod booking;
mod branding;
mod confirm_view;
pub mod console;
mod date;
mod failed_view;
mod failure;
mod kept;
mod page;
mod reader;
mod respond;
pub mod sample;
mod text;
mod view;
mod zone;

pub use asset::asset;
pub use branding::Branding;
pub use failure::{Failure, Flow, Way, Who, aadsts_code};
pub use kept::RESULT_PATH;
pub use page::{
    CONFIRM_PATH, Confirm, ConfirmConsent, ConsentDone, Failed, LinkDone, Linked, NotGranted, Page,
};
pub use reader::{Reader, cookie};
pub use respond::{redirect, respond, result, see_result};
pub use zone::Zone;
