//! The API through its router: what a CRM's backend sees, without a stack.

mod audiences;
mod audit;
mod booking_pages;
mod card_sources;
mod card_updates;
mod checks;
mod egress;
mod idempotency;
mod imports;
mod keys;
mod organizations;
mod people;
mod portal_links;
mod settings;
mod tenant_end;
mod webhooks;
mod world;
