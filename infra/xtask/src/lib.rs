//! The developer's commands: what `cargo xtask` runs, as a library, so that the commands, the integration
//! tests and the benchmarks start the same stack in the same way.

pub mod bench;
pub mod crash;
pub mod demo;
pub mod gate;
pub mod process;
pub mod progress;
pub mod project;
pub mod runtime_api;
pub mod stack;
pub mod tables;
pub mod test;
pub mod tools;
pub mod up;
pub mod usage;
