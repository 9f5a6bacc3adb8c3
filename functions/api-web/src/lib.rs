//! api-web
