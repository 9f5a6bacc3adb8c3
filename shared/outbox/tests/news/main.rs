//! What news become: mails to people and deliveries to webhooks, on the template's tables in memory, with a
//! receiver of the simulator's and a signature check of our own.

mod backlog;
mod crash;
mod notices;
mod outages;
mod signature;
mod webhooks;
mod world;
