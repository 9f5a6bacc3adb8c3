//! The API through its router: what a CRM's backend sees, without a stack.

mod checks;
mod keys;
mod organizations;
mod people;
mod settings;
mod webhooks;
mod world;
