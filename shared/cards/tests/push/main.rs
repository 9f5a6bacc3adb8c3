//! The push against the simulator and the template's tables, row by row.

mod counted;
mod crash;
mod fields;
mod folder;
mod keep_alive;
mod load;
mod notes;
mod photo;
mod rows;
mod sources;
mod throttling;
mod unlink;
mod world;
