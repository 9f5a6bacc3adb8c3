//! Graph as the simulator answers it, asked over HTTP: one test per behaviour.

mod access;
mod batch;
mod calendar;
mod calendar_events;
mod calendar_meetings;
mod calendar_schedule;
mod calendar_traffic;
mod calendar_views;
mod contacts;
mod control;
mod delta;
mod faults;
mod folders;
mod limits;
mod lists;
mod notifications;
mod persistence;
mod subscription_life;
mod subscriptions;
mod support;
mod traffic;
mod webhook;
