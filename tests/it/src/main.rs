//! What Setten promises, shown through the public door of a deployed stack: one file per promise, each test
//! named after the row of the requirements that it proves.
//!
//! The stack is given by `SETTEN_STACK`, the path of its `stack.json`; `cargo xtask test` starts one. All
//! tests share it: each makes an organization and a tenant of its own ([`stack::Customer`]).

mod bad_input;
mod booking_doors;
mod booking_pages;
mod browser;
mod card_doors;
mod console;
mod contact_points;
mod contacts;
mod credentials;
mod doctor;
mod door;
mod hundred_ticks;
mod isolation;
mod mail_consent;
mod openapi;
mod p13_p15_contacts;
mod pages;
mod r01_consent;
mod r02_callbacks;
mod r03_keep_alive;
mod r04_refresh;
mod r11_no_change;
mod r12_lost_reply;
mod r13_folder;
mod r16_bad_record;
mod r17_throttling;
mod r18_moves;
mod r19_once;
mod r23_lost_cursor;
mod r26_subscription;
mod r27_handshake;
mod r28_notifications;
mod r35_double_booking;
mod r36_unreadable_calendar;
mod r37_booking_truth;
mod r38_teams_link;
mod schemathesis;
mod stack;
mod storm;
mod webhook;
mod webhooks_out;
