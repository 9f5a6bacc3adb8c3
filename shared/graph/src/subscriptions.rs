//! Change notification subscriptions of an application.
