//! cards-worker
