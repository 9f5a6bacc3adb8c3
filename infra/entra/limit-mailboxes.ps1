# For a customer's administrator: Setten reads the mail of chosen users only (RBAC for Applications in Exchange
# Online). Needs PowerShell 7 with the modules ExchangeOnlineManagement and Microsoft.Graph.Applications; sign in as
# Exchange Administrator and, for the last step, as Privileged Role Administrator.
#
#   infra/entra/limit-mailboxes.ps1 -ClientId APPLICATION_ID -Group setten@YOUR_DOMAIN `
#       -Inside a.member@YOUR_DOMAIN -Outside somebody.else@YOUR_DOMAIN
#
# The group is a mail-enabled security group; only its direct members count, members of nested groups do not.
# Exchange Online heeds a change after 30 minutes to two hours, sometimes longer: until then a mailbox inside may be
# refused and one outside still be read.
param(
    [Parameter(Mandatory)][guid]$ClientId,
    [Parameter(Mandatory)][string]$Group,
    [Parameter(Mandatory)][string]$Inside,
    [Parameter(Mandatory)][string]$Outside
)
$ErrorActionPreference = 'Stop'
Connect-MgGraph -Scopes 'Application.Read.All', 'AppRoleAssignment.ReadWrite.All' -NoWelcome
Connect-ExchangeOnline -ShowBanner:$false

# 1. Exchange's own record of the enterprise application. The object id is the enterprise application's, not the
#    registration's.
$app = Get-MgServicePrincipal -Filter "appId eq '$ClientId'"
if (-not (Get-ServicePrincipal | Where-Object ObjectId -eq $app.Id)) {
    New-ServicePrincipal -AppId $ClientId -ObjectId $app.Id -DisplayName 'Setten'
}

# 2. Whose mailboxes, and what may be done with them: read mail, nothing else.
$members = (Get-DistributionGroup -Identity $Group).DistinguishedName
New-ManagementScope -Name 'Setten' -RecipientRestrictionFilter "MemberOfGroup -eq '$members'"
New-ManagementRoleAssignment -Name 'Setten mail' -App $app.Id -Role 'Application Mail.Read' -CustomResourceScope 'Setten'

# 3. What Entra grants is added to what Exchange grants. So the tenant-wide Mail.Read must go, or the scope limits
#    nothing. User.Read.All stays: it finds users by their addresses and opens no mailbox.
$mailRead = '810c84a8-4a9e-49e6-bf7d-12d183f40d01'
Get-MgServicePrincipalAppRoleAssignment -ServicePrincipalId $app.Id -All |
    Where-Object AppRoleId -eq $mailRead |
    ForEach-Object {
        Remove-MgServicePrincipalAppRoleAssignment -ServicePrincipalId $app.Id -AppRoleAssignmentId $_.Id
    }

# 4. The proof: InScope must be True for the first and False for the second. This asks for what is written, not for
#    what is heeded yet.
foreach ($mailbox in $Inside, $Outside) {
    Test-ServicePrincipalAuthorization -Identity $app.Id -Resource $mailbox |
        Select-Object @{ Name = 'Mailbox'; Expression = { $mailbox } }, RoleName, AllowedResourceScope, InScope
}

# Taking it back:
#   Remove-ManagementRoleAssignment 'Setten mail'; Remove-ManagementScope 'Setten'
# and consent to Mail.Read for the tenant again.
