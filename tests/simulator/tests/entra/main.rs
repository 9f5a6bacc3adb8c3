//! Entra ID as its clients see it, over HTTP.

mod admin_consent;
mod application;
mod authorize;
mod browser;
mod certificate;
mod control;
mod discovery;
mod federation;
mod pages;
mod refresh;
mod token;
