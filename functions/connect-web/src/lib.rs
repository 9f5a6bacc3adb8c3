//! connect-web
