//! Graph change notification subscriptions: made, renewed, replaced, and what a notification proves.
