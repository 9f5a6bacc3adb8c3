//! Notices as they are read.
