//! What Setten promises, shown through the public door of a deployed stack: one file per promise, each test
//! named after the row of the requirements that it proves.
//!
//! The stack is given by `SETTEN_STACK`, the path of its `stack.json`; `cargo xtask test` starts one. All
//! tests share it: each makes an organization and a tenant of its own ([`stack::Customer`]).

mod bad_input;
mod browser;
mod door;
mod isolation;
mod openapi;
mod pages;
mod r02_callbacks;
mod stack;
