//! Graph as the simulator answers it, asked over HTTP: one test per behaviour.

mod access;
mod batch;
mod contacts;
mod control;
mod delta;
mod faults;
mod folders;
mod limits;
mod lists;
mod persistence;
mod support;
mod traffic;
