//! The push against the simulator and the template's tables, row by row.

mod crash;
mod folder;
mod load;
mod notes;
mod photo;
mod rows;
mod unlink;
mod world;
