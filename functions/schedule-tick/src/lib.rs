//! schedule-tick
