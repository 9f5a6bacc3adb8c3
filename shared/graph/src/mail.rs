//! Mail of one mailbox, read in the order of change.
