//! The developer's commands: what `cargo xtask` runs, as a library, so that the commands, the integration
//! tests and the benchmarks start the same stack in the same way.

pub mod bench;
pub mod browser;
pub mod certificate;
pub mod crash;
pub mod demo;
pub mod docs;
pub mod gate;
pub mod guest;
pub mod made_up;
pub mod package;
pub mod process;
pub mod product;
pub mod progress;
pub mod project;
pub mod queues;
pub mod runtime_api;
pub mod secret;
pub mod sent_mail;
pub mod signals;
pub mod stack;
pub mod tables;
pub mod test;
pub mod tools;
pub mod traffic;
pub mod up;
pub mod usage;
