//! The groups that switch features on: whether the tenant lets us read them (P14).

use types::GROUP_ROLES;

use super::{Check, Examination, Finding, commands::quoted, examination::refused};
use crate::AccountsError;

/// Graph's ids of the application permissions, in the order of [`GROUP_ROLES`]. Source: Graph's permissions
/// reference.
const IDS: [&str; 2] = ["98830695-27a2-44f7-8c18-0c3ebc9698f6", "df021288-bdef-4463-88db-98f22de89214"];

impl Examination {
    pub(super) async fn groups(&self) -> Result<Finding, AccountsError> {
        let check = Check::Groups;
        let mut audiences = self.doctor.accounts.audiences(&self.organization).await?;
        audiences.retain(|audience| audience.tenant_id == self.tenant.tenant_id);
        if audiences.is_empty() {
            return Ok(Finding::skipped(check, "no_audience"));
        }
        let token = match self.token().await {
            Err(unasked) => return Ok(Finding::skipped(check, unasked)),
            Ok(Err(_)) => return Ok(Finding::skipped(check, "not_reached")),
            Ok(Ok(token)) => token,
        };
        let missing: Vec<usize> =
            (0..IDS.len()).filter(|role| !token.has(&GROUP_ROLES[*role..=*role])).collect();
        if !missing.is_empty() {
            let names: Vec<&str> = missing.iter().map(|role| GROUP_ROLES[*role]).collect();
            let mut finding = Finding::failed(check, "groups_not_permitted").seen("missing", names.join(" "));
            let script = |id: &String| assign(id, missing.iter().map(|role| IDS[*role]));
            finding.commands = token.object_id.iter().map(script).collect();
            return Ok(finding);
        }
        let directory = self.directory(token);
        for audience in &audiences {
            let group = audience.audience.group_id.as_str();
            match directory.has_group(group).await {
                Ok(true) => {}
                Ok(false) => return Ok(Finding::failed(check, "group_not_found").seen("group", group)),
                Err(error) => return Ok(refused(check, &error).seen("group", group)),
            }
        }
        let groups: Vec<&str> =
            audiences.iter().map(|audience| audience.audience.group_id.as_str()).collect();
        Ok(Finding::passed(check).seen("group", groups.join(" ")))
    }
}

/// What an administrator enters to let the application, by its object id in the tenant, read groups. Source:
/// Graph page "Grant and revoke API permissions for Microsoft Entra apps programmatically".
fn assign<'a>(object_id: &str, roles: impl Iterator<Item = &'a str>) -> String {
    let app = quoted(object_id);
    let roles: Vec<String> = roles.map(quoted).collect();
    [
        "# Microsoft Graph PowerShell, as a Privileged Role Administrator",
        "Connect-MgGraph -Scopes 'Application.Read.All', 'AppRoleAssignment.ReadWrite.All'",
        "$graph = Get-MgServicePrincipal -Filter \"appId eq '00000003-0000-0000-c000-000000000000'\"",
        &format!("foreach ($role in {}) {{", roles.join(", ")),
        &format!(
            "  New-MgServicePrincipalAppRoleAssignment -ServicePrincipalId {app} -PrincipalId {app} -ResourceId $graph.Id -AppRoleId $role"
        ),
        "}",
        "# Then set the group again",
    ]
    .join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p14_the_script_assigns_what_is_missing_and_no_more() {
        let script = assign("obj-1", IDS.into_iter().take(1));
        assert!(script.contains("foreach ($role in '98830695-27a2-44f7-8c18-0c3ebc9698f6') {"), "{script}");
        assert!(script.contains("-ServicePrincipalId 'obj-1' -PrincipalId 'obj-1'"), "{script}");
        assert!(!script.contains(IDS[1]), "{script}");
    }
}
