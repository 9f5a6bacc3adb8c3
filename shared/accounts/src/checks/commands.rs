//! What an administrator of Exchange Online enters to limit us to chosen mailboxes: RBAC for Applications (M07).
//! Source: Exchange page "Role Based Access Control for Applications in Exchange Online".

use aws::Stored;
use graph::entra::AppToken;
use types::Feature;

use super::Examination;
use crate::{
    AccountsError, Link, LinkStatus,
    link::LinkItem,
    store::{LINK, of_organization},
};

/// Members that a script names one by one; more of them it reads from a file, so that nobody is left out.
const MOST_MEMBERS: usize = 100;

/// That file.
const FILE: &str = "mailboxes.txt";

/// Graph's id of the application permission `Mail.Read`. Source: Graph's permissions reference.
const MAIL_READ: &str = "810c84a8-4a9e-49e6-bf7d-12d183f40d01";

/// The name of group and scope in the customer's Exchange Online.
const NAME: &str = "Setten mailboxes";

impl Examination {
    /// The script that limits reading mail to those who are linked, and the user under examination.
    pub(super) async fn scope_commands(&self, token: &AppToken) -> Result<Vec<String>, AccountsError> {
        let Some(object_id) = &token.object_id else { return Ok(Vec::new()) };
        let chosen = [&self.user, &self.outside].into_iter().flatten();
        let tested: Vec<&str> = chosen.map(|user| user.email.as_str()).collect();
        let mut members = self.linked_addresses().await?;
        if let (Some(members), Some(user)) = (&mut members, &self.user)
            && !members.contains(&user.email)
        {
            members.insert(0, user.email.clone());
        }
        if let (Some(members), Some(outside)) = (&mut members, &self.outside) {
            members.retain(|member| *member != outside.email);
        }
        let script = Script {
            client_id: self.doctor.entra.client_id(),
            object_id,
            members: members.as_deref(),
            tested: &tested,
        };
        Ok(vec![script.limit(), script.withdraw()])
    }

    /// The addresses of those whose mail is read in this tenant; none when they are too many to name.
    async fn linked_addresses(&self) -> Result<Option<Vec<String>>, AccountsError> {
        let accounts = &self.doctor.accounts;
        let query = aws::Query::partition(&of_organization(&self.organization)).begins_with(LINK);
        let stored: Vec<Stored<LinkItem>> = accounts.table.query_all(query).await?;
        let links = stored.into_iter().map(|stored| stored.record.link).filter(|link| {
            link.feature == Feature::Mail
                && link.tenant_id == self.tenant.tenant_id
                && link.status != LinkStatus::Unlinked
        });
        let links: Vec<Link> = links.collect();
        if links.len() > MOST_MEMBERS {
            return Ok(None);
        }
        let mut addresses = Vec::new();
        for link in links {
            match accounts.user(&self.organization, &link.user_id).await {
                Ok(user) => addresses.push(user.email),
                Err(AccountsError::NotFound(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Some(addresses))
    }
}

/// What the scripts are filled in with.
struct Script<'a> {
    client_id: &'a str,
    object_id: &'a str,
    /// Who may be read; none when a file says so.
    members: Option<&'a [String]>,
    tested: &'a [&'a str],
}

impl Script<'_> {
    /// Gives the permission for the chosen mailboxes only.
    fn limit(&self) -> String {
        let (app, name) = (quoted(self.object_id), quoted(NAME));
        let mut lines = vec![
            "# 1. Exchange Online PowerShell, as an Organization Management administrator".to_owned(),
            "Connect-ExchangeOnline".to_owned(),
            format!(
                "New-ServicePrincipal -AppId {} -ObjectId {app} -DisplayName 'Setten'",
                quoted(self.client_id)
            ),
            "# The mailboxes that may be read".to_owned(),
            format!("New-DistributionGroup -Name {name} -Type Security"),
        ];
        let add = |member: &str| format!("Add-DistributionGroupMember -Identity {name} -Member {member}");
        match self.members {
            Some(members) => lines.extend(members.iter().map(|member| add(&quoted(member)))),
            None => lines.extend([
                format!("# There are more than {MOST_MEMBERS}. First save all their addresses, one a line, as {FILE}: the list"),
                "# of users can be downloaded. Who is not in the file is not read any more after step 2.".to_owned(),
                format!("Get-Content {} | ForEach-Object {{ {} }}", quoted(FILE), add("$_")),
            ]),
        }
        lines.extend([
            format!("$group = (Get-DistributionGroup -Identity {name}).DistinguishedName"),
            format!("New-ManagementScope -Name {name} -RecipientRestrictionFilter \"MemberOfGroup -eq '$group'\""),
            format!(
                "New-ManagementRoleAssignment -App {app} -Role 'Application Mail.Read' -CustomResourceScope {name}"
            ),
            "# InScope must be True for mailboxes of the group only".to_owned(),
        ]);
        lines.extend(self.tested.iter().map(|address| {
            format!("Test-ServicePrincipalAuthorization -Identity {app} -Resource {}", quoted(address))
        }));
        lines.join("\n")
    }

    /// Takes the permission for the whole organization back: both together would limit nothing.
    fn withdraw(&self) -> String {
        let app = quoted(self.object_id);
        [
            "# 2. Microsoft Graph PowerShell, as a Privileged Role Administrator: without this, 1. limits nothing",
            "Connect-MgGraph -Scopes 'AppRoleAssignment.ReadWrite.All'",
            &format!("Get-MgServicePrincipalAppRoleAssignment -ServicePrincipalId {app} -All |"),
            &format!("  Where-Object AppRoleId -eq '{MAIL_READ}' |"),
            &format!(
                "  ForEach-Object {{ Remove-MgServicePrincipalAppRoleAssignment -ServicePrincipalId {app} -AppRoleAssignmentId $_.Id }}"
            ),
            "# Exchange Online heeds both within some hours; then test the connection again",
        ]
        .join("\n")
    }
}

/// A text in single quotes, as PowerShell reads it: it takes curly quotes for straight ones. Addresses come from
/// the CRM; none may end its quotes and become a command of an administrator.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::from("'");
    for letter in text.chars().filter(|letter| !letter.is_control()) {
        if matches!(letter, '\'' | '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}') {
            quoted.push(letter);
        }
        quoted.push(letter);
    }
    quoted.push('\'');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m07_the_script_is_filled_in_and_no_address_gets_out_of_its_quotes() {
        let members =
            vec!["sato@contoso.test".to_owned(), "o’; Remove-Mailbox x #'@contoso.test\n&".to_owned()];
        let script = Script {
            client_id: "app-1",
            object_id: "obj-1",
            members: Some(&members),
            tested: &["sato@contoso.test", "suzuki@contoso.test"],
        };
        let limit = script.limit();
        assert!(limit.contains("New-ServicePrincipal -AppId 'app-1' -ObjectId 'obj-1'"), "{limit}");
        assert!(limit.contains("-Member 'sato@contoso.test'"), "{limit}");
        assert!(limit.contains("-Member 'o’’; Remove-Mailbox x #''@contoso.test&'\n"), "{limit}");
        assert!(
            limit.contains(
                "-App 'obj-1' -Role 'Application Mail.Read' -CustomResourceScope 'Setten mailboxes'"
            )
        );
        assert!(limit.ends_with("-Resource 'suzuki@contoso.test'"), "{limit}");
        let crowd = Script { members: None, ..script }.limit();
        assert!(!crowd.contains("sato@contoso.test'\nAdd-"), "{crowd}");
        assert!(
            crowd.contains("Get-Content 'mailboxes.txt' | ForEach-Object { Add-DistributionGroupMember"),
            "{crowd}"
        );
        let script = Script { members: Some(&members), client_id: "app-1", object_id: "obj-1", tested: &[] };
        let withdraw = script.withdraw();
        assert!(
            withdraw.contains(MAIL_READ) && withdraw.contains("-ServicePrincipalId 'obj-1'"),
            "{withdraw}"
        );
    }
}
