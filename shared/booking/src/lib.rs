//! Booking: pages, free times, slot claims, appointments and the Outlook events they become.
