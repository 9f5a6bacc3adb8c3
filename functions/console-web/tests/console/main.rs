//! The console through its router, between the template's tables, queues in memory and the simulator.

mod again;
mod audience;
mod connection;
mod doors;
mod entering;
mod lists;
mod member;
mod outage;
mod world;
