# For a customer's administrator: Setten may read who is in a group, to switch users on by it (optional). Needs
# PowerShell 7 with the module Microsoft.Graph.Applications; sign in as Privileged Role Administrator.
#
#   infra/entra/read-groups.ps1 -ClientId APPLICATION_ID
#
# Somebody has consented to Setten before: otherwise there is no enterprise application to assign anything to.
param([Parameter(Mandatory)][guid]$ClientId)
$ErrorActionPreference = 'Stop'
Connect-MgGraph -Scopes 'Application.Read.All', 'AppRoleAssignment.ReadWrite.All' -NoWelcome

$app = Get-MgServicePrincipal -Filter "appId eq '$ClientId'"
$graph = Get-MgServicePrincipal -Filter "appId eq '00000003-0000-0000-c000-000000000000'"
$held = Get-MgServicePrincipalAppRoleAssignment -ServicePrincipalId $app.Id -All | ForEach-Object AppRoleId

# GroupMember.Read.All: who is in a group. User.Read.All: by which addresses they are users.
foreach ($role in '98830695-27a2-44f7-8c18-0c3ebc9698f6', 'df021288-bdef-4463-88db-98f22de89214') {
    if ($held -notcontains $role) {
        New-MgServicePrincipalAppRoleAssignment -ServicePrincipalId $app.Id -PrincipalId $app.Id `
            -ResourceId $graph.Id -AppRoleId $role
    }
}

# Taking it back: Get-MgServicePrincipalAppRoleAssignment and Remove-MgServicePrincipalAppRoleAssignment with the
# first of the two. Leave User.Read.All where mail is read.
