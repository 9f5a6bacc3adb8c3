//! Groups of a directory, as far as who is in them. A dynamic group is one like any other: Entra computes its
//! members, and they are read the same way.

use reqwest::Method;
use reqwest::header::{HeaderName, HeaderValue};
use serde::Deserialize;

use crate::application::Application;
use crate::contacts::encoded;
use crate::error::GraphError;
use crate::mailbox::read;

/// How many come at once, the most that Graph allows (Graph page "List group transitive members").
const PAGE: usize = 999;

/// No group of a directory is longer than this many pages; a list that does not end is no list.
const MOST_PAGES: usize = 500;

/// A cast to users is answered from the directory's index, and only when asked so. The index is some seconds
/// behind.
const CONSISTENCY_LEVEL: HeaderName = HeaderName::from_static("consistencylevel");

/// Somebody in a group. Graph shows nothing but the id where `User.Read.All` is missing.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Person {
    /// The object id in the directory.
    pub id: String,
    /// The sign-in name.
    pub user_principal_name: Option<String>,
    /// The primary SMTP address, if there is one.
    pub mail: Option<String>,
    /// Every address, as in `SMTP:primary@…` and `smtp:alias@…`; and those of other kinds.
    proxy_addresses: Option<Vec<String>>,
}

impl Person {
    /// Whether Graph shows no more than the id: everybody has a sign-in name. Whoever is hidden is not known by
    /// any address, which says nothing of who they are.
    #[must_use]
    pub fn is_hidden(&self) -> bool {
        self.user_principal_name.is_none()
    }

    /// Every address by which the person is known: sign-in name, mail, aliases.
    pub fn addresses(&self) -> impl Iterator<Item = &str> {
        let proxies = self.proxy_addresses.iter().flatten().filter_map(|proxy| proxy.split_once(':'));
        let aliases = proxies.filter(|(kind, _)| kind.eq_ignore_ascii_case("smtp")).map(|(_, alias)| alias);
        [&self.user_principal_name, &self.mail].into_iter().flatten().map(String::as_str).chain(aliases)
    }
}

#[derive(Deserialize)]
struct Page {
    value: Vec<Person>,
    #[serde(rename = "@odata.nextLink")]
    next: Option<String>,
}

impl Application {
    /// Everybody in a group and in the groups within it, all pages of it or an error (needs
    /// `GroupMember.Read.All`, and `User.Read.All` for the addresses). None when there is no such group.
    ///
    /// # Errors
    /// Graph refuses or cannot be reached, on whichever page.
    pub async fn people_in(&self, group_id: &str) -> Result<Option<Vec<Person>>, GraphError> {
        let path = format!("/groups/{}/transitiveMembers/microsoft.graph.user", encoded(group_id));
        let fields = "id,mail,userPrincipalName,proxyAddresses";
        let mut tail = format!("?$select={fields}&$count=true&$top={PAGE}");
        let mut people = Vec::new();
        for number in 0..MOST_PAGES {
            let page: Page = match self.page(&format!("{path}{tail}")).await {
                // A page further on that is missing says nothing about the group.
                Err(error) if number == 0 && is_gone(&error) => return Ok(None),
                page => page?,
            };
            people.extend(page.value);
            let Some(next) = page.next else { return Ok(Some(people)) };
            // Only the tail of the link is used: the token goes nowhere else than to Graph.
            let (_, query) = next.split_once('?').ok_or(GraphError::lacks("next page"))?;
            tail = format!("?{query}");
        }
        Err(GraphError::lacks("end of the list"))
    }

    /// Whether the group is there and can be read; nobody in it is looked at.
    ///
    /// # Errors
    /// Graph refuses or cannot be reached.
    pub async fn has_group(&self, group_id: &str) -> Result<bool, GraphError> {
        let path = format!("/groups/{}/transitiveMembers/microsoft.graph.user", encoded(group_id));
        match self.page(&format!("{path}?$select=id&$count=true&$top=1")).await {
            Err(error) if is_gone(&error) => Ok(false),
            page => page.map(|_| true),
        }
    }

    async fn page(&self, path: &str) -> Result<Page, GraphError> {
        let mut request = self.0.request(Method::GET, path, None)?;
        request.headers_mut().insert(CONSISTENCY_LEVEL, HeaderValue::from_static("eventual"));
        read(&self.0.look_up(&request).await?, "members of a group")
    }
}

/// There is no such group: a 404 of any other code is something in between.
fn is_gone(error: &GraphError) -> bool {
    error.status() == Some(404) && error.has_code("Request_ResourceNotFound")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::stub::{Act, Stub};

    fn person(id: &str) -> Value {
        json!({"id": id, "mail": null, "userPrincipalName": format!("{id}@x.example"), "proxyAddresses": null})
    }

    fn refusal(code: &str) -> Value {
        json!({"error": {"code": code, "message": "m", "innerError": {"date": "2026-11-22T00:00:00",
            "request-id": "0", "client-request-id": "0"}}})
    }

    #[tokio::test(start_paused = true)]
    async fn p14_all_pages_or_none() {
        let stub = Stub::start(move |number, _| match number {
            0 | 3 => {
                let next = "https://evil.example/v1.0/groups/g/transitiveMembers?$skiptoken=a%2Fb";
                Act::Answer(200, json!({"value": [person("u1")], "@odata.nextLink": next}))
            }
            1 => Act::Answer(200, json!({"value": [person("u2")]})),
            2 => Act::Answer(404, refusal("Request_ResourceNotFound")),
            4 => Act::Answer(404, refusal("Request_ResourceNotFound")),
            _ => Act::Answer(404, refusal("UnknownError")),
        })
        .await;
        let application = Application(stub.mailbox());
        let people = application.people_in("g1").await.expect("a list").expect("a group");
        assert_eq!(people.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["u1", "u2"]);
        assert!(application.people_in("g1").await.expect("an answer").is_none(), "the group is gone");
        assert!(application.people_in("g1").await.is_err(), "a page in the middle is missing");
        assert!(application.people_in("g1").await.is_err(), "something between did not know the address");
        let seen = stub.seen();
        let path = "/groups/g1/transitiveMembers/microsoft.graph.user";
        let query = "?$select=id,mail,userPrincipalName,proxyAddresses&$count=true&$top=999";
        assert_eq!(seen[0].path, format!("{path}{query}"));
        assert_eq!(seen[1].path, format!("{path}?$skiptoken=a%2Fb"));
        assert!(seen.iter().all(|request| request.header("consistencylevel") == "eventual"));
    }
}
