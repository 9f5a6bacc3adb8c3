//! One turn at Graph, under the lease. What is achieved is written as it is made.

use accounts::{Account, AccountsError, Link, LinkStatus, TokenUse};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use graph::{
    Application, Graph, GraphError,
    subscriptions::{NewSubscription, Subscription},
};
use secrecy::{ExposeSecret, SecretString};
use types::{Chain, TenantId};
use url::Url;

use super::{Keeper, LIFETIME};
use crate::{
    SubscriptionsError,
    owner::{Owner, OwnerItem},
    state::{Intent, Live, Place, State},
};

/// What a turn achieved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Achieved {
    /// Graph made the subscription, or let it live on: it may be read what it is for.
    Subscribed,
    /// It is still there.
    SeenThere,
}

impl Keeper {
    /// Makes, renews, replaces or looks after the link's subscription.
    pub(super) async fn keep(
        &self,
        graph: &Graph,
        place: &Place,
        link: &Link,
        state: &mut State,
    ) -> Result<Achieved, SubscriptionsError> {
        if state.intent.is_some() && state.intent_of(link).is_none() {
            self.take_back(graph, place, state).await?;
        }
        let token = self.tokens.access_token(link, TokenUse::Work).await?;
        let application = graph.application(token);
        let result = self.keep_at(&application, place, link, state).await;
        if matches!(&result, Err(SubscriptionsError::Graph(error)) if error.is_unauthorized()) {
            // Not taken: another has to be got. Should this fail, it ends by itself within the hour.
            if let Err(error) = self.tokens.forget(link).await {
                tracing::warn!(error = %Chain(&error), "a token that is not taken could not be given up");
            }
        }
        result
    }

    async fn keep_at(
        &self,
        application: &Application,
        place: &Place,
        link: &Link,
        state: &mut State,
    ) -> Result<Achieved, SubscriptionsError> {
        let now = self.clock.now();
        let Some(live) = state.live.clone() else {
            self.subscribe(application, place, link, state).await?;
            return Ok(Achieved::Subscribed);
        };
        let is_due = state.doubt.is_some() || now >= live.renew_at || !live.is_noted;
        let found = if is_due {
            self.renewed(application, &live.id).await?
        } else {
            application.subscription(&live.id).await?
        };
        let Some(found) = found else {
            tracing::warn!(user_id = %place.user_id, subscription = live.id, "the subscription is gone");
            self.end(application, place, state).await?;
            self.subscribe(application, place, link, state).await?;
            return Ok(Achieved::Subscribed);
        };
        self.sweep(application, state, &found.id).await?;
        let renew_at = if is_due { None } else { Some(live.renew_at) };
        self.record(place, state, &found, renew_at).await?;
        Ok(if is_due { Achieved::Subscribed } else { Achieved::SeenThere })
    }

    /// The subscription with its new end; none when Graph no longer has it, or no longer renews it.
    async fn renewed(&self, application: &Application, id: &str) -> Result<Option<Subscription>, GraphError> {
        match application.renew(id, self.clock.now() + LIFETIME).await {
            Ok(renewed) => Ok(Some(renewed)),
            Err(error) if matches!(error.status(), Some(400 | 404 | 410)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Makes the link's subscription, or adopts the one that an attempt without an answer made.
    async fn subscribe(
        &self,
        application: &Application,
        place: &Place,
        link: &Link,
        state: &mut State,
    ) -> Result<(), SubscriptionsError> {
        let resource = format!("users/{}/messages", self.object_id(application, link).await?);
        if let Some(intent) = &mut state.intent {
            if let Some(found) = adopt(application, &intent.key).await? {
                return self.record(place, state, &found, None).await;
            }
            intent.is_uncertain = true;
        } else {
            state.intent = Some(Intent {
                linked_at: link.linked_at,
                tenant_id: link.tenant_id.clone(),
                key: URL_SAFE_NO_PAD.encode(rand::random::<[u8; 16]>()),
                is_uncertain: false,
            });
        }
        self.subscriptions.write_intent(place, state).await.map_err(lease_lost)?;
        let key = state.intent.as_ref().map(|intent| intent.key.clone()).unwrap_or_default();
        let found = match self.ask(application, &resource, &key).await {
            Err(error) if error.is_outcome_unknown() => match adopt(application, &key).await? {
                Some(found) => found,
                None => return Err(error.into()),
            },
            result => result?,
        };
        self.record(place, state, &found, None).await
    }

    async fn ask(
        &self,
        application: &Application,
        resource: &str,
        key: &str,
    ) -> Result<Subscription, GraphError> {
        let new = NewSubscription {
            resource,
            change_type: "created",
            notification_url: &self.url("notifications", key),
            lifecycle_notification_url: &self.url("lifecycle", key),
            client_state: &self.client_state(key),
            expires_at: self.clock.now() + LIFETIME,
        };
        application.subscribe(&new).await
    }

    fn url(&self, route: &str, key: &str) -> Url {
        let mut url = self.site.below(&["graph", route]);
        url.query_pairs_mut().append_pair("key", key);
        url
    }

    /// What proves a notification: nobody can tell it from the key, and it is kept nowhere in clear.
    fn client_state(&self, key: &str) -> SecretString {
        self.signer.sign(key).into()
    }

    /// The account's object id, looked up by the user's address where it is not known yet (R09).
    async fn object_id(&self, application: &Application, link: &Link) -> Result<String, SubscriptionsError> {
        if let Some(account) = &link.account {
            return Ok(account.object_id.clone());
        }
        let email = self.email(link).await?;
        let found = application.find_user(&email).await?.ok_or(SubscriptionsError::NoAccount)?;
        let account = Account { object_id: found.id.clone(), name: found.user_principal_name };
        match self.accounts.note_account(link, account).await {
            // Unlinked or linked anew meanwhile: the next look finds out.
            Err(AccountsError::NotFound(_)) => Err(SubscriptionsError::LeaseLost),
            result => Ok(result.map(|_| found.id)?),
        }
    }

    /// Writes down what Graph told. If others have the turn by now, they look for it themselves: they found
    /// the intent.
    async fn record(
        &self,
        place: &Place,
        state: &mut State,
        found: &Subscription,
        renew_at: Option<jiff::Timestamp>,
    ) -> Result<(), SubscriptionsError> {
        let Some(intent) = &state.intent else { return Err(SubscriptionsError::LeaseLost) };
        let now = self.clock.now();
        let expires_at = found.expiration_date_time;
        let two_thirds = now + expires_at.duration_since(now) * 2 / 3;
        let live = Live {
            id: found.id.clone(),
            expires_at,
            renew_at: renew_at.unwrap_or(two_thirds),
            looked_at: now,
            is_noted: renew_at.is_some(),
        };
        let owner = Owner::new(
            found.id.clone(),
            place.organization_id.clone(),
            place.user_id.clone(),
            place.feature,
            self.client_state(&intent.key).expose_secret(),
        );
        state.live = Some(live);
        let owner = OwnerItem::new(owner, expires_at);
        self.subscriptions.write_live(place, state, owner).await.map_err(lease_lost)
    }

    /// Ends what late answers may have left besides the subscription that is kept.
    async fn sweep(
        &self,
        application: &Application,
        state: &mut State,
        kept: &str,
    ) -> Result<(), SubscriptionsError> {
        if let Some(intent) = state.intent.as_mut().filter(|intent| intent.is_uncertain) {
            for other in ours(application, &intent.key).await? {
                if other.id != kept {
                    application.unsubscribe(&other.id).await?;
                }
            }
            intent.is_uncertain = false;
        }
        Ok(())
    }

    /// Ends whatever the state tells of, and forgets it.
    async fn end(
        &self,
        application: &Application,
        place: &Place,
        state: &mut State,
    ) -> Result<(), SubscriptionsError> {
        if let Some(live) = &state.live {
            application.unsubscribe(&live.id).await?;
        }
        let doubtful = state.intent.as_ref().filter(|intent| intent.is_uncertain || state.live.is_none());
        if let Some(intent) = doubtful {
            for found in ours(application, &intent.key).await? {
                application.unsubscribe(&found.id).await?;
            }
        }
        self.forget(place, state).await
    }

    async fn forget(&self, place: &Place, state: &mut State) -> Result<(), SubscriptionsError> {
        self.subscriptions.forget(place, state).await.map_err(lease_lost)?;
        (state.intent, state.live) = (None, None);
        Ok(())
    }

    /// Takes back what was made for a link that ended. Where Microsoft will not let us any more, the
    /// subscription ends by itself, and nobody listens to it.
    pub(super) async fn take_back(
        &self,
        graph: &Graph,
        place: &Place,
        state: &mut State,
    ) -> Result<(), SubscriptionsError> {
        let Some(intent) = state.intent.clone() else { return Ok(()) };
        let ended = ended_link(place, &intent);
        let result = match self.tokens.access_token(&ended, TokenUse::CleanUp).await {
            Ok(token) => self.end(&graph.application(token), place, state).await,
            Err(error) => Err(error.into()),
        };
        match result {
            Err(error) if !error.is_retryable() => {
                tracing::warn!(error = %Chain(&error), user_id = %place.user_id, "a subscription is left to end");
                self.forget(place, state).await
            }
            result => result,
        }
    }
}

/// The link that the intent was for, as far as a token needs to know: the link itself may be gone.
fn ended_link(place: &Place, intent: &Intent) -> Link {
    let tenant_id: TenantId = intent.tenant_id.clone();
    Link {
        organization_id: place.organization_id.clone(),
        user_id: place.user_id.clone(),
        feature: place.feature,
        status: LinkStatus::Unlinked,
        reason: None,
        tenant_id,
        account: None,
        linked_at: intent.linked_at,
        last_success_at: None,
    }
}

/// The subscriptions of the tenant that carry this key.
async fn ours(application: &Application, key: &str) -> Result<Vec<Subscription>, GraphError> {
    let mut found = application.subscriptions().await?;
    found.retain(|one| one.notification_url.as_deref().is_some_and(|url| has_key(url, key)));
    Ok(found)
}

/// The one of ours that lives longest; the others end.
async fn adopt(application: &Application, key: &str) -> Result<Option<Subscription>, GraphError> {
    let mut found = ours(application, key).await?;
    found.sort_by_key(|one| one.expiration_date_time);
    let kept = found.pop();
    for surplus in &found {
        application.unsubscribe(&surplus.id).await?;
    }
    Ok(kept)
}

fn has_key(notification_url: &str, key: &str) -> bool {
    Url::parse(notification_url)
        .is_ok_and(|url| url.query_pairs().any(|(name, value)| name == "key" && value == key))
}

/// Others have the turn: the lease ran out.
fn lease_lost(error: aws::AwsError) -> SubscriptionsError {
    if error.is_condition_failed() { SubscriptionsError::LeaseLost } else { error.into() }
}
