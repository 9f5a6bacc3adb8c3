//! The ways through Entra, as people go them: consent, linking, and the question before another account is
//! linked.

mod confirm;
mod consent;
mod failures;
mod link;
mod organization;
mod tokens;
mod world;
