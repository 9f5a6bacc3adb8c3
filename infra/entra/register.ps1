# Registers the application in your own tenant, as app-registration.json says. Needs PowerShell 7 and the module
# Microsoft.Graph.Applications; sign in as at least Application Administrator.
#
#   infra/entra/register.ps1 -PublicUrl https://YOUR_PUBLIC_URL [-Certificate CERTIFICATE.pem] [-Consent]
#
# Prints the application (client) id, which the template's parameter ClientId takes.
param(
    [Parameter(Mandatory)][ValidatePattern('^https://.+')][string]$PublicUrl,
    [string]$Certificate,
    [switch]$Consent
)
$ErrorActionPreference = 'Stop'
$scopes = @('Application.ReadWrite.All')
if ($Consent) { $scopes += 'AppRoleAssignment.ReadWrite.All', 'DelegatedPermissionGrant.ReadWrite.All' }
Connect-MgGraph -Scopes $scopes -NoWelcome

$body = (Get-Content (Join-Path $PSScriptRoot 'app-registration.json') -Raw).
    Replace('https://PUBLIC_URL', $PublicUrl.TrimEnd('/'))
$app = Invoke-MgGraphRequest -Method POST -Uri 'https://graph.microsoft.com/v1.0/applications' -Body $body `
    -ContentType 'application/json'

# The enterprise application in your own tenant: customers get theirs with their administrator's consent.
$principal = New-MgServicePrincipal -AppId $app.appId

if ($Certificate) {
    $key = [Security.Cryptography.X509Certificates.X509Certificate2]::CreateFromPem((Get-Content $Certificate -Raw))
    # keyCredentials is replaced as a whole: what is there must be sent along.
    $keys = @((Get-MgApplication -ApplicationId $app.id).KeyCredentials) + @{
        Type = 'AsymmetricX509Cert'; Usage = 'Verify'; Key = $key.RawData; DisplayName = $key.Subject
    }
    Update-MgApplication -ApplicationId $app.id -KeyCredentials $keys
}

# To try it with your own tenant, as its administrator: what a customer's administrator grants on Entra's page.
if ($Consent) {
    $graph = Get-MgServicePrincipal -Filter "appId eq '00000003-0000-0000-c000-000000000000'"
    $access = $app.requiredResourceAccess[0].resourceAccess
    foreach ($role in $access | Where-Object type -eq 'Role') {
        New-MgServicePrincipalAppRoleAssignment -ServicePrincipalId $principal.Id -PrincipalId $principal.Id `
            -ResourceId $graph.Id -AppRoleId $role.id | Out-Null
    }
    $ids = ($access | Where-Object type -eq 'Scope').id
    $names = ($graph.Oauth2PermissionScopes | Where-Object Id -in $ids).Value -join ' '
    New-MgOauth2PermissionGrant -ClientId $principal.Id -ConsentType AllPrincipals -ResourceId $graph.Id -Scope $names |
        Out-Null
}
$app.appId
