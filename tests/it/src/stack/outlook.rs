//! What people and other apps do in a mailbox: through Graph, by an app of its own, so that nothing of it is
//! ours.

use anyhow::{Context, Result, ensure};
use reqwest::Method;
use serde_json::{Value, json};
use url::Url;

use super::{Customer, Member};

const CLIENT_ID: &str = "0b7100c0-0000-4000-8000-00000000001c";
const SECRET: &str = "the secret of the other app";
const REDIRECT: &str = "http://localhost/outlook";
const PERMISSION: &str = "https://graph.microsoft.com/.default";

/// Another app in one member's mailbox.
#[derive(Debug, Clone)]
pub(crate) struct Outlook {
    http: reqwest::Client,
    base: String,
    token: String,
}

impl Customer {
    /// The token of another app that may change every mailbox of the tenant.
    async fn other_app(&self) -> Result<String> {
        let app = json!({
            "clientId": CLIENT_ID,
            "displayName": "Outlook",
            "secrets": [{"value": SECRET}],
            "redirectUris": [REDIRECT],
            "applicationRoles": ["Contacts.ReadWrite"],
        });
        self.stack.simulator.post("apps", &app).await?;
        let base = format!("{}/{}", self.stack.file().simulator_url, self.tenant);
        let query =
            [("client_id", CLIENT_ID), ("scope", PERMISSION), ("redirect_uri", REDIRECT), ("state", "s")];
        let page = Url::parse_with_params(&format!("{base}/v2.0/adminconsent"), query)?;
        self.at_microsoft(&page, &self.administrator, "accept").await?;
        let form = [
            ("client_id", CLIENT_ID),
            ("client_secret", SECRET),
            ("grant_type", "client_credentials"),
            ("scope", PERMISSION),
        ];
        let reply = self.stack.http.post(format!("{base}/oauth2/v2.0/token")).form(&form).send().await?;
        let answer: Value = reply.json().await?;
        Ok(answer["access_token"].as_str().with_context(|| format!("no token: {answer}"))?.to_owned())
    }
}

impl Outlook {
    /// In this member's mailbox.
    pub(crate) async fn of(member: &Member) -> Result<Self> {
        let token = member.customer.other_app().await?;
        let stack = &member.customer.stack;
        let base = format!("{}/v1.0/users/{}", stack.file().simulator_url, member.address);
        Ok(Self { http: stack.http.clone(), base, token })
    }

    /// Makes a contact folder; its id.
    pub(crate) async fn make_folder(&self, name: &str) -> Result<String> {
        id_of(&self.send(Method::POST, "contactFolders", Some(&json!({"displayName": name}))).await?)
    }

    /// Renames a contact folder.
    pub(crate) async fn rename_folder(&self, id: &str, name: &str) -> Result<()> {
        let path = format!("contactFolders/{}", segment(id));
        self.send(Method::PATCH, &path, Some(&json!({"displayName": name}))).await?;
        Ok(())
    }

    /// Deletes a contact folder, as Outlook does.
    pub(crate) async fn delete_folder(&self, id: &str) -> Result<()> {
        self.send(Method::DELETE, &format!("contactFolders/{}", segment(id)), None).await?;
        Ok(())
    }

    /// Makes a contact in a folder, or in the default one.
    pub(crate) async fn make_contact(&self, folder: Option<&str>, contact: &Value) -> Result<()> {
        let path = folder.map_or_else(
            || "contacts".to_owned(),
            |folder| format!("contactFolders/{}/contacts", segment(folder)),
        );
        self.send(Method::POST, &path, Some(contact)).await?;
        Ok(())
    }

    /// Changes a contact, known by its immutable id.
    pub(crate) async fn change_contact(&self, id: &str, changes: &Value) -> Result<()> {
        self.send(Method::PATCH, &format!("contacts/{}", segment(id)), Some(changes)).await?;
        Ok(())
    }

    /// Deletes a contact, known by its immutable id.
    pub(crate) async fn delete_contact(&self, id: &str) -> Result<()> {
        self.send(Method::DELETE, &format!("contacts/{}", segment(id)), None).await?;
        Ok(())
    }

    async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value> {
        let url = format!("{}/{path}", self.base);
        let mut request = self.http.request(method.clone(), &url).bearer_auth(&self.token);
        request = request.header("Prefer", "IdType=\"ImmutableId\"");
        if let Some(body) = body {
            request = request.json(body);
        }
        let reply = request.send().await?;
        let (status, text) = (reply.status(), reply.text().await?);
        ensure!(status.is_success(), "{method} {url}: {status}: {text}");
        Ok(if text.is_empty() { Value::Null } else { serde_json::from_str(&text)? })
    }
}

fn id_of(made: &Value) -> Result<String> {
    Ok(made["id"].as_str().with_context(|| format!("no id: {made}"))?.to_owned())
}

/// An id as one segment of a path: Outlook's hold `/`, `+` and `=`.
fn segment(id: &str) -> String {
    url::form_urlencoded::byte_serialize(id.as_bytes()).collect()
}
