//! The fault gate: a reverse proxy between the functions and everything outside.
