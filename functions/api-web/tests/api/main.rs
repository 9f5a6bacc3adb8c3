//! The API through its router: what a CRM's backend sees, without a stack.

mod checks;
mod keys;
mod organizations;
mod people;
mod portal_links;
mod settings;
mod tenant_end;
mod webhooks;
mod world;
