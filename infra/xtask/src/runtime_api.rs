//! A Lambda Runtime API server for one function's binary.
