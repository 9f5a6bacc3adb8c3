//! Calendar: free and busy, events, online meetings.
