#!/usr/bin/env bash
# No secret at all: the application trusts the roles of a deployed stack's functions. Needs az and aws, both
# signed in, and outbound identity federation enabled in the AWS account. May be run again, after every
# deployment that adds a function.
#
#   infra/entra/federate.sh STACK APPLICATION_ID [AUDIENCE]
set -euo pipefail

stack="${1:?the CloudFormation stack}"
client_id="${2:?the application (client) id}"
audience="${3:-api://AzureADTokenExchange}"

issuer="$(aws iam get-outbound-web-identity-federation-info --query IssuerIdentifier --output text)" || {
  echo "Enable it first: aws iam enable-outbound-web-identity-federation" >&2
  exit 1
}
present="$(az ad app federated-credential list --id "$client_id" --query '[].subject' --output tsv)"

roles="$(aws cloudformation describe-stack-resources --stack-name "$stack" \
  --query "StackResources[?ResourceType=='AWS::IAM::Role'].PhysicalResourceId" --output text)"
for role in $roles; do
  # Only roles that may ask for an identity: those of the functions that speak to Entra.
  policies="$(aws iam get-role-policy --role-name "$role" --policy-name own-work --query PolicyDocument \
    --output json 2>/dev/null || true)"
  case "$policies" in *sts:GetWebIdentityToken*) ;; *) continue ;; esac
  subject="$(aws iam get-role --role-name "$role" --query Role.Arn --output text)"
  if printf '%s\n' "$present" | grep -qxF "$subject"; then
    echo "there already: $subject" >&2
    continue
  fi
  # Entra takes at most 20 of them, and compares issuer, subject and audience letter by letter.
  az ad app federated-credential create --id "$client_id" --output none --parameters "$(printf \
    '{"name":"%s","issuer":"%s","subject":"%s","audiences":["%s"]}' "$role" "$issuer" "$subject" "$audience")"
  echo "added: $subject" >&2
done
