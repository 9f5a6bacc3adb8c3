# No secret at all: the application trusts the roles of a deployed stack's functions. The same as federate.sh, with
# the modules Microsoft.Graph.Applications, AWS.Tools.CloudFormation and AWS.Tools.IdentityManagement.
#
#   infra/entra/federate.ps1 -Stack STACK -ClientId APPLICATION_ID
param(
    [Parameter(Mandatory)][string]$Stack,
    [Parameter(Mandatory)][guid]$ClientId,
    [string]$Audience = 'api://AzureADTokenExchange'
)
$ErrorActionPreference = 'Stop'
Connect-MgGraph -Scopes 'Application.ReadWrite.All' -NoWelcome
$issuer = (Get-IAMOutboundWebIdentityFederationInfo).IssuerIdentifier
$app = Get-MgApplication -Filter "appId eq '$ClientId'"
$present = (Get-MgApplicationFederatedIdentityCredential -ApplicationId $app.Id).Subject

foreach ($resource in Get-CFNStackResourceList -StackName $Stack | Where-Object ResourceType -eq 'AWS::IAM::Role') {
    $name = $resource.PhysicalResourceId
    # Only roles that may ask for an identity: those of the functions that speak to Entra.
    if ((Get-IAMRolePolicyList -RoleName $name) -notcontains 'own-work') { continue }
    $policy = [uri]::UnescapeDataString((Get-IAMRolePolicy -RoleName $name -PolicyName 'own-work').PolicyDocument)
    if ($policy -notmatch 'sts:GetWebIdentityToken') { continue }
    $subject = (Get-IAMRole -RoleName $name).Arn
    if ($present -ccontains $subject) { "there already: $subject"; continue }
    # Entra takes at most 20 of them, and compares issuer, subject and audience letter by letter.
    New-MgApplicationFederatedIdentityCredential -ApplicationId $app.Id -Name $name -Issuer $issuer `
        -Subject $subject -Audiences @($Audience) | Out-Null
    "added: $subject"
}
