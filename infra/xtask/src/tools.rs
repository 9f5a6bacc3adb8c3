//! The pinned Python tools.
