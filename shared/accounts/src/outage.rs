//! Whether a tenant lets the application in at all (peer row P12): its consent was removed in Entra, the tenant is
//! gone, or Entra does not take the deployment's own credential any more. Seen where tokens are asked for, noted
//! on the tenant, and told once when it begins and once when it is over, however many users there are.

use aws::{Condition, Write};
use graph::{
    GraphError,
    entra::{AppToken, refuses_credential},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use types::{Chain, Feature, OrganizationId, TenantId};

use crate::{
    Accounts, AccountsError, News, OutageNews, Tenant, error::aadsts_word, store::tenant_key,
    tenant_end::standing,
};

/// Why nothing can be done in a tenant, whoever the user is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outage {
    /// When it was noticed.
    pub since: Timestamp,
    /// Microsoft's code or a word of ours.
    pub reason: String,
    /// The feature whose consent is missing; none when everything is concerned.
    pub feature: Option<Feature>,
}

/// The application has no service principal in the tenant, or it is disabled, or Graph has none; there is no such
/// tenant; the tenant has no subscription (facts 1.9).
const NOT_IN_TENANT: [u32; 6] = [700_016, 7_000_112, 7_000_229, 500_011, 90_002, 650_052];

/// The permissions of a feature are not consented to any more.
const NOT_CONSENTED: [u32; 3] = [65_001, 90_094, 90_095];

/// The reason when a token does not carry what an administrator granted.
const CONSENT_MISSING: &str = "consent_missing";

/// What lies with the whole tenant or the deployment in Entra's refusal of a token for the feature: the reason,
/// and the feature if it is about that one only. None when it lies with the user.
fn cause(error: &GraphError, feature: Feature) -> Option<(String, Option<Feature>)> {
    let reason = || error.aadsts().map_or("no_credential".to_owned(), aadsts_word);
    if refuses_credential(error) {
        return Some((reason(), None));
    }
    let number = error.aadsts()?;
    if NOT_IN_TENANT.contains(&number) {
        return Some((reason(), None));
    }
    NOT_CONSENTED.contains(&number).then(|| (reason(), Some(feature)))
}

impl Accounts {
    /// Entra refused a token for a feature. A store that fails here fails nothing else: the next refusal tells.
    pub(crate) async fn token_refused(
        &self,
        organization: &OrganizationId,
        tenant: &TenantId,
        feature: Feature,
        error: &GraphError,
    ) {
        if let Some((reason, feature)) = cause(error, feature) {
            let begun = self.begin_outage(organization, tenant, reason, feature).await;
            warn(begun);
        }
    }

    /// Entra issued a token for a feature that was asked for at that time: what kept it from doing so is over.
    pub(crate) async fn token_issued(
        &self,
        organization: &OrganizationId,
        tenant: &TenantId,
        feature: Feature,
        asked_at: Timestamp,
    ) {
        let ended = async {
            let tenant = self.tenant(organization, tenant).await?;
            self.end_outage(organization, &tenant, feature, asked_at).await
        };
        warn(ended.await);
    }

    /// Entra issued a token of the application itself, which carries what is consented to.
    pub(crate) async fn app_token_issued(
        &self,
        organization: &OrganizationId,
        tenant: &TenantId,
        token: &AppToken,
        asked_at: Timestamp,
    ) {
        let looked = async {
            let tenant = self.tenant(organization, tenant).await?;
            for feature in tenant.granted().into_iter().filter(|feature| feature.is_linked_by_admin()) {
                // One that cannot be read says nothing.
                if token.object_id.is_none() || token.has(feature.application_roles()) {
                    self.end_outage(organization, &tenant, feature, asked_at).await?;
                } else {
                    let reason = CONSENT_MISSING.to_owned();
                    self.begin_outage(organization, &tenant.tenant_id, reason, Some(feature)).await?;
                }
            }
            Ok(())
        };
        warn(looked.await);
    }

    async fn begin_outage(
        &self,
        organization: &OrganizationId,
        tenant: &TenantId,
        reason: String,
        feature: Option<Feature>,
    ) -> Result<(), AccountsError> {
        if self.tenant(organization, tenant).await?.outage.is_some() {
            return Ok(());
        }
        let outage = Outage { since: self.now(), reason, feature };
        let update = self.table.update(tenant_key(organization, tenant)).set("outage", &outage)?;
        let is_first = Condition::All(vec![standing(), Condition::Absent("outage")]);
        let news = OutageNews { tenant_id: tenant.clone(), outage, is_over: false };
        let news = self.tell(organization, News::Outage(news))?;
        if self.aws.transact_if(vec![update.when(is_first), news]).await? {
            tracing::error!(%organization, %tenant, "nothing works in a tenant");
        }
        Ok(())
    }

    async fn end_outage(
        &self,
        organization: &OrganizationId,
        tenant: &Tenant,
        feature: Feature,
        asked_at: Timestamp,
    ) -> Result<(), AccountsError> {
        let is_proved = |outage: &&Outage| {
            outage.since <= asked_at && outage.feature.is_none_or(|concerned| concerned == feature)
        };
        let Some(outage) = tenant.outage.as_ref().filter(is_proved) else { return Ok(()) };
        let update = self.table.update(tenant_key(organization, &tenant.tenant_id)).remove("outage");
        let update = update.when(Condition::equals("outage", outage));
        let over = self.outage_over(organization, &tenant.tenant_id, outage.clone())?;
        self.aws.transact_if(vec![update, over]).await?;
        Ok(())
    }

    /// The write that tells of an outage's end.
    pub(crate) fn outage_over(
        &self,
        organization: &OrganizationId,
        tenant: &TenantId,
        outage: Outage,
    ) -> Result<Write, AccountsError> {
        let news = OutageNews { tenant_id: tenant.clone(), outage, is_over: true };
        Ok(self.tell(organization, News::Outage(news))?)
    }
}

fn warn(noted: Result<(), AccountsError>) {
    match noted {
        Ok(()) | Err(AccountsError::NotFound(_)) => {}
        Err(error) => tracing::warn!(error = %Chain(&error), "a tenant's outage could not be noted"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage::{Stage, TENANT, tenant_of};

    const MAIL: Feature = Feature::Mail;

    fn refusal(aadsts: u32) -> GraphError {
        let (error, description) = ("unauthorized_client".to_owned(), String::new());
        GraphError::Entra { status: 400, error, aadsts: Some(aadsts), description }
    }

    async fn refused(stage: &Stage, aadsts: u32, feature: Feature) {
        let (organization, tenant) = (&stage.organization, tenant_of(TENANT));
        stage.accounts.token_refused(organization, &tenant, feature, &refusal(aadsts)).await;
    }

    async fn issued(stage: &Stage, feature: Feature, asked_at: Timestamp) {
        let (organization, tenant) = (&stage.organization, tenant_of(TENANT));
        stage.accounts.token_issued(organization, &tenant, feature, asked_at).await;
    }

    async fn tenant(stage: &Stage) -> Tenant {
        stage.accounts.tenant(&stage.organization, &tenant_of(TENANT)).await.expect("a tenant")
    }

    async fn reason(stage: &Stage) -> Option<String> {
        tenant(stage).await.outage.map(|outage| outage.reason)
    }

    /// What was told of outages so far: the reason, and whether it is over.
    async fn told(stage: &Stage) -> Vec<(String, bool)> {
        let news = stage.accounts.untold().await.expect("news").into_iter();
        let mut told: Vec<_> = news
            .filter_map(|untold| match untold.news {
                News::Outage(news) => Some((news.outage.reason, news.is_over)),
                _ => None,
            })
            .collect();
        told.sort();
        told
    }

    #[tokio::test]
    async fn p12_a_token_asked_for_before_an_outage_does_not_end_it() {
        let stage = Stage::new().await;
        let before = stage.accounts.now();
        stage.advance(1);
        refused(&stage, 700_016, MAIL).await;
        // Entra was slow with this one: it says nothing of what Entra refused since.
        issued(&stage, MAIL, before).await;
        assert_eq!(reason(&stage).await.as_deref(), Some("AADSTS700016"));
        stage.advance(1);
        issued(&stage, MAIL, stage.accounts.now()).await;
        assert_eq!(reason(&stage).await, None);
        let both = ["AADSTS700016"; 2].map(str::to_owned);
        assert_eq!(told(&stage).await, both.into_iter().zip([false, true]).collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn p12_only_the_feature_that_lacks_its_consent_proves_that_it_is_back() {
        let stage = Stage::new().await;
        refused(&stage, 65_001, Feature::Contacts).await;
        issued(&stage, Feature::Calendar, stage.accounts.now()).await;
        assert_eq!(reason(&stage).await.as_deref(), Some("AADSTS65001"));
        issued(&stage, Feature::Contacts, stage.accounts.now()).await;
        assert_eq!(reason(&stage).await, None);
    }

    #[tokio::test]
    async fn p12_of_many_at_once_one_begins_an_outage_and_one_ends_it() {
        let stage = Stage::new().await;
        futures::future::join_all((0..24).map(|_| refused(&stage, 700_016, MAIL))).await;
        futures::future::join_all((0..24).map(|_| issued(&stage, MAIL, stage.accounts.now()))).await;
        assert_eq!(reason(&stage).await, None);
        let both = ["AADSTS700016"; 2].map(str::to_owned);
        assert_eq!(told(&stage).await, both.into_iter().zip([false, true]).collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn p12_whoever_read_an_earlier_outage_does_not_end_the_one_after_it() {
        let stage = Stage::new().await;
        refused(&stage, 700_016, MAIL).await;
        let earlier = tenant(&stage).await;
        issued(&stage, MAIL, stage.accounts.now()).await;
        stage.advance(1);
        refused(&stage, 7_000_215, MAIL).await;
        let (organization, now) = (&stage.organization, stage.accounts.now());
        stage.accounts.end_outage(organization, &earlier, MAIL, now).await.expect("no failure");
        assert_eq!(reason(&stage).await.as_deref(), Some("AADSTS7000215"));
        assert_eq!(told(&stage).await.len(), 3);
    }

    #[tokio::test]
    async fn p12_an_outage_ends_with_the_last_grant_that_it_concerns() {
        for (aadsts, concerned) in [(65_001, vec![MAIL]), (700_016, vec![MAIL, Feature::Contacts])] {
            let stage = Stage::new().await;
            let (organization, tenant) = (&stage.organization, tenant_of(TENANT));
            for feature in [Feature::Contacts, MAIL] {
                stage.grant(organization, TENANT, feature).await;
            }
            refused(&stage, aadsts, MAIL).await;
            for feature in concerned {
                assert!(reason(&stage).await.is_some(), "{aadsts}: over before {feature:?} is revoked");
                stage.accounts.revoke_grant(organization, &tenant, feature).await.expect("revoked");
            }
            assert_eq!(reason(&stage).await, None, "{aadsts}");
            assert_eq!(told(&stage).await.iter().filter(|(_, is_over)| *is_over).count(), 1, "{aadsts}");
            // The next one is told of again.
            stage.grant(organization, TENANT, MAIL).await;
            refused(&stage, aadsts, MAIL).await;
            assert!(reason(&stage).await.is_some(), "{aadsts}");
        }
    }

    #[tokio::test]
    async fn p12_a_tenant_that_ends_or_is_gone_has_no_outage() {
        let stage = Stage::new().await;
        let (organization, tenant) = (&stage.organization, tenant_of(TENANT));
        stage.accounts.begin_tenant_end(organization, &tenant).await.expect("begun");
        refused(&stage, 700_016, MAIL).await;
        assert_eq!(reason(&stage).await, None);
        stage.accounts.remove_tenant(organization, &tenant).await.expect("removed");
        refused(&stage, 700_016, MAIL).await;
        assert!(told(&stage).await.is_empty());
    }

    #[test]
    fn p12_what_lies_with_the_tenant_or_the_deployment_is_told_from_what_lies_with_a_user() {
        let cause = |number: u32| cause(&refusal(number), Feature::Contacts);
        for number in [7_000_215, 7_000_222, 700_027, 700_213, 700_016, 7_000_112, 90_002] {
            assert_eq!(cause(number), Some((format!("AADSTS{number}"), None)));
        }
        assert_eq!(cause(65_001), Some(("AADSTS65001".to_owned(), Some(Feature::Contacts))));
        // A password changed, an account disabled, a second factor, a policy, no assignment.
        for number in [50_173, 50_057, 50_076, 53_003, 50_105, 70_008] {
            assert_eq!(cause(number), None, "{number}");
        }
        let none = super::cause(&GraphError::NoCredential(None), Feature::Mail);
        assert_eq!(none, Some(("no_credential".to_owned(), None)));
    }
}
