#!/usr/bin/env bash
# Registers the application in your own tenant, as app-registration.json says. Needs az (signed in as at least
# Application Administrator).
#
#   infra/entra/register.sh https://YOUR_PUBLIC_URL [CERTIFICATE.pem]
#
# Prints the application (client) id, which the template's parameter ClientId takes.
set -euo pipefail

public_url="${1:?the public URL, as in https://setten.example.com}"
certificate="${2:-}"
public_url="${public_url%/}"
case "$public_url" in
  https://?*) ;;
  *) echo "the public URL must begin with https://" >&2; exit 2 ;;
esac
here="$(cd "$(dirname "$0")" && pwd)"

body="$(mktemp)"
trap 'rm -f "$body"' EXIT
sed "s|https://PUBLIC_URL|$public_url|" "$here/app-registration.json" > "$body"
client_id="$(az rest --method POST --url https://graph.microsoft.com/v1.0/applications \
  --headers Content-Type=application/json --body "@$body" --query appId --output tsv)"

# The enterprise application in your own tenant: customers get theirs with their administrator's consent.
az ad sp create --id "$client_id" --output none

if [ -n "$certificate" ]; then
  az ad app credential reset --id "$client_id" --cert "@$certificate" --append --output none
else
  echo "No certificate given. Next: infra/entra/federate.sh, or:" >&2
  echo "  az ad app credential reset --id $client_id --cert @setten-certificate.pem --append" >&2
fi
echo "To try it with your own tenant, as its administrator: az ad app permission admin-consent --id $client_id" >&2
echo "$client_id"
