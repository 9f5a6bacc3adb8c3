//! What a desk and a clerk are made of: stores on the tables, keys, and Microsoft behind a gate.

use std::sync::Arc;

use accounts::Tokens;
use aws::Aws;
use booking::{BookingSettings, BookingStore, Clerk, Desk};
use outbox::{Outbox, OutboxSettings};
use surroundings::{accounts, clients, secrets, site};
use types::Clock;
use xtask::gate::Gate;

pub(super) fn store(aws: &Aws, clock: &Arc<dyn Clock>) -> BookingStore {
    BookingStore::new(aws.clone(), &BookingSettings { table: "BookingTable".into() }, clock.clone())
}

pub(super) fn outbox(aws: &Aws, clock: &Arc<dyn Clock>) -> Outbox {
    Outbox::new(aws.clone(), &OutboxSettings { table: "OutboxTable".into() }, clock.clone())
}

/// A desk and a clerk that reach AWS through the first gate and Microsoft through the second.
pub(super) fn house([aws_gate, microsoft_gate]: &[Gate; 2], clock: &Arc<dyn Clock>) -> (Desk, Clerk) {
    let aws = Aws::at(aws_gate.url().as_str());
    let secrets = secrets();
    let (entra, graph) = clients(microsoft_gate.url().as_str(), clock);
    let accounts = accounts(&aws, clock);
    let tokens = Tokens::new(accounts.clone(), entra, &secrets).expect("tokens");
    let store = store(&aws, clock);
    let outbox = outbox(&aws, clock);
    let queue = |name: &str| format!("{}{name}", aws_gate.url());
    let desk = Desk::new(
        store.clone(),
        accounts.clone(),
        tokens.clone(),
        graph.clone(),
        aws.queue(queue("jobs")),
        &secrets,
    )
    .expect("a desk");
    let sends = aws.queue(queue("mails"));
    let clerk = Clerk::new(store, accounts, tokens, graph, outbox, sends, site(), &secrets).expect("a clerk");
    (desk, clerk)
}
