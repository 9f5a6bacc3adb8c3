//! M12: the deployed functions prove themselves to Entra without a client secret.

use anyhow::{Context, Result, ensure};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use reqwest::Method;
use serde_json::{Value, json};

use crate::stack::{Customer, Stack};

/// The functions that ask Entra for tokens in these tests.
const CALLERS: [&str; 3] = ["api-web", "connect-web", "cards-worker"];

/// The forms that were sent to a tenant's token endpoint.
async fn forms(customer: &Customer) -> Result<Vec<Vec<(String, String)>>> {
    let endpoint = format!("/{}/oauth2/v2.0/token", customer.tenant);
    let exchanges = customer.stack.simulator.traffic(&endpoint).await?;
    let bodies = exchanges.iter().filter(|exchange| exchange["path"] == *endpoint);
    bodies
        .map(|exchange| {
            let body = exchange["request_body"].as_str().context("no form")?;
            Ok(url::form_urlencoded::parse(body.as_bytes()).into_owned().collect())
        })
        .collect()
}

/// Header and claims of the one assertion of a form, which has no secret.
fn assertion(form: &[(String, String)]) -> Result<[Value; 2]> {
    ensure!(form.iter().all(|(name, _)| name != "client_secret"), "a client secret was sent");
    let found = form.iter().find(|(name, _)| name == "client_assertion");
    let (_, jwt) = found.context("no assertion was sent")?;
    let mut parts =
        jwt.split('.').map(|part| anyhow::Ok(serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part)?)?));
    Ok([parts.next().context("no header")??, parts.next().context("no claims")??])
}

#[tokio::test]
async fn m12_a_certificate_signs_an_assertion_for_every_request() -> Result<()> {
    signs_every_request(&Stack::given()?).await
}

/// A customer connects, and every token call on the way carries an assertion of its own.
async fn signs_every_request(stack: &Stack) -> Result<()> {
    let customer = Customer::consented(stack).await?;
    customer.member("hanako").await?;
    let forms = forms(&customer).await?;
    ensure!(forms.len() >= 2, "{} token calls", forms.len());
    let mut seen = Vec::new();
    for form in &forms {
        let [header, claims] = assertion(form)?;
        ensure!(header["alg"] == "PS256" && header["x5t#S256"].is_string(), "{header}");
        ensure!(claims["iss"] == *stack.file().client_id && claims["sub"] == claims["iss"], "{claims}");
        let lasts = claims["exp"].as_i64().context("no end")? - claims["iat"].as_i64().context("no begin")?;
        ensure!(lasts <= 600, "good for {lasts} s");
        ensure!(!seen.contains(&claims["jti"]), "an assertion was sent twice");
        seen.push(claims["jti"].clone());
    }
    Ok(())
}

/// A stack of its own: the secret and the registration are those of all functions.
#[tokio::test]
async fn m12_no_secret_at_all_aws_vouches_for_the_functions_roles() -> Result<()> {
    let (_running, stack) = Stack::alone("federated").await?;
    signs_every_request(&stack).await?;
    let file = stack.file();
    let aws = stack.control.aws();
    let issuer = format!("{}/_setten/issuer", file.aws_endpoint_url.trim_end_matches('/'));
    let mut trusted = Vec::new();
    for function in CALLERS {
        let subject = aws.role_of(file.function(function)?).await?;
        trusted.push(json!({
            "name": function, "issuer": issuer, "subject": subject, "audiences": ["api://AzureADTokenExchange"],
        }));
    }
    let known = stack.simulator.get(&format!("apps/{}", file.client_id)).await?;
    let mut app = json!({"federatedCredentials": trusted});
    let kept = [
        "clientId",
        "displayName",
        "redirectUris",
        "applicationRoles",
        "delegatedScopes",
        "groupMembershipClaims",
    ];
    for name in kept {
        app[name] = known[name].clone();
    }
    // No other credential is left at Entra, and none in the secret.
    stack.simulator.call(Method::POST, "apps", Some(&app)).await?;
    let name = file.output("SecretName")?;
    let held =
        aws.json("secretsmanager", "secretsmanager.GetSecretValue", &json!({"SecretId": name})).await?;
    let mut secret: Value = serde_json::from_str(held["SecretString"].as_str().context("no secret")?)?;
    let document = secret.as_object_mut().context("no document")?;
    document.remove("certificate");
    document.remove("client_secrets");
    document.insert("federated".to_owned(), json!({"audience": "api://AzureADTokenExchange"}));
    let put = json!({"SecretId": name, "SecretString": secret.to_string()});
    aws.json("secretsmanager", "secretsmanager.PutSecretValue", &put).await?;

    // Warm or not: whoever still has the certificate reads the secret again.
    let customer = Customer::consented(&stack).await?;
    let member = customer.member("hanako").await?;
    ensure!(member.link().await?["status"] == "linked", "not linked");
    let mut vouched = 0;
    for form in forms(&customer).await? {
        // A warm function tries what it still holds, is refused, and reads the secret again.
        let Ok([header, claims]) = assertion(&form) else { continue };
        if claims["iss"] == *issuer {
            ensure!(
                header["alg"] == "RS256" && claims["aud"] == "api://AzureADTokenExchange",
                "{header} {claims}"
            );
            ensure!(trusted.iter().any(|trust| trust["subject"] == claims["sub"]), "{claims}");
            vouched += 1;
        }
    }
    ensure!(vouched >= 2, "{vouched} calls were vouched for");
    Ok(())
}
