//! What a desk and a clerk are made of: stores on the tables, keys, and Microsoft behind a gate.

use std::sync::Arc;

use accounts::{Accounts, AccountsSettings, AppSecrets, SiteSettings, Tokens};
use aws::Aws;
use booking::{BookingSettings, BookingStore, Clerk, Desk};
use graph::{
    EntraSettings, Graph, GraphSettings, RetryPolicy,
    entra::{Credential, Credentials, Entra},
};
use outbox::{Outbox, OutboxSettings};
use serde_json::json;
use types::{Clock, SystemClock};
use xtask::gate::{Faults, Gate, GateOptions};

use super::CLIENT;

pub(super) fn accounts(aws: &Aws, clock: &Arc<dyn Clock>) -> Accounts {
    Accounts::new(aws.clone(), &AccountsSettings { table: "AccountsTable".into() }, clock.clone())
}

pub(super) fn store(aws: &Aws, clock: &Arc<dyn Clock>) -> BookingStore {
    BookingStore::new(aws.clone(), &BookingSettings { table: "BookingTable".into() }, clock.clone())
}

pub(super) fn outbox(aws: &Aws, clock: &Arc<dyn Clock>) -> Outbox {
    Outbox::new(aws.clone(), &OutboxSettings { table: "OutboxTable".into() }, clock.clone())
}

pub(super) fn secrets() -> AppSecrets {
    serde_json::from_value(json!({
        "sealing_key": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "state_key": "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=",
        "operator_key": "o",
    }))
    .expect("secrets")
}

pub(super) fn site() -> SiteSettings {
    SiteSettings { public_url: "https://app.example".parse().expect("a URL") }
}

pub(super) fn microsoft(url: &str) -> (Entra, Graph) {
    let http = graph::http_client();
    let settings = EntraSettings { client_id: CLIENT.to_owned(), login_url: url.parse().expect("a URL") };
    let secret = vec![Credential::secret("secret".to_owned())];
    let credentials = Credentials::fixed(secret, Arc::new(SystemClock::default()));
    let entra = Entra::new(http.clone(), settings, credentials);
    let root: reqwest::Url = url.parse().expect("a URL");
    let graph_url = root.join("v1.0").expect("a URL");
    let once = RetryPolicy { attempts: 1, ..RetryPolicy::default() };
    (entra, Graph::new(http, GraphSettings { graph_url }).with_policy(once))
}

/// A desk and a clerk that reach AWS through the first gate and Microsoft through the second.
pub(super) fn house([aws_gate, microsoft_gate]: &[Gate; 2], clock: &Arc<dyn Clock>) -> (Desk, Clerk) {
    let aws = Aws::at(aws_gate.url().as_str());
    let secrets = secrets();
    let (entra, graph) = microsoft(microsoft_gate.url().as_str());
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

pub(super) async fn gate(upstream: &str, faults: &Faults) -> Gate {
    let options = GateOptions {
        listen: "127.0.0.1:0".parse().expect("an address"),
        upstream: upstream.parse().expect("a URL"),
        host: None,
        name: upstream.to_owned(),
        tap: None,
    };
    Gate::start(options, faults.clone()).await.expect("a gate")
}
