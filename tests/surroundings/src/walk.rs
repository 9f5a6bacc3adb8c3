//! The way through Microsoft's pages and back to us, as people go it.

use std::collections::HashMap;

use accounts::{Connect, ConsentReply, Doubt, NotConnected, Question, SignInReply, SignedIn};
use graph::Graph;
use url::Url;

use crate::Microsoft;

/// What an address says that Entra sends a sign-in back to.
#[must_use]
pub fn sign_in_reply(back: &Url) -> SignInReply {
    let mut said = query_of(back);
    SignInReply {
        state: said.remove("state"),
        code: said.remove("code"),
        error: said.remove("error"),
        error_description: said.remove("error_description"),
    }
}

/// What an address says that Entra sends an administrator's consent back to.
#[must_use]
pub fn consent_reply(back: &Url) -> ConsentReply {
    let mut said = query_of(back);
    ConsentReply {
        state: said.remove("state"),
        tenant: said.remove("tenant"),
        admin_consent: said.remove("admin_consent"),
        error: said.remove("error"),
        error_description: said.remove("error_description"),
    }
}

fn query_of(back: &Url) -> HashMap<String, String> {
    back.query_pairs().into_owned().collect()
}

/// Somebody accepts this page and all that follow, as this account, and knows the organization: what comes of it in
/// the end.
///
/// # Errors
/// The sign-in at the end is refused.
pub async fn finish(
    microsoft: &Microsoft,
    connect: &Connect,
    graph: &Graph,
    mut page: Url,
    account: &str,
) -> Result<SignedIn, NotConnected> {
    loop {
        let back = microsoft.accept(page, account, &[]).await;
        if !back.path().ends_with("/connect/consent") {
            let done = Box::pin(connect.finish_sign_in(graph, sign_in_reply(&back), None)).await?;
            let SignedIn::Unconfirmed(Question { state, doubt: Doubt::Organization { .. }, .. }) = &done
            else {
                return Ok(done);
            };
            return Box::pin(connect.confirm(Some(state), true)).await;
        }
        page = connect.continue_consent(consent_reply(&back)).await.expect("goes on");
    }
}
