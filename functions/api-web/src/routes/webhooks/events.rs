//! The events as the description tells receivers of them.

use outbox::EventKind;
use serde_json::{Value, json};

/// `webhooks` of the description: one entry an event.
pub(crate) fn described() -> Value {
    EventKind::ALL
        .into_iter()
        .map(|kind| (kind.name().to_owned(), operation(kind)))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn operation(kind: EventKind) -> Value {
    let (summary, data, example) = match kind {
        EventKind::LinkStatusChanged => (LINK, of_link(), example_link()),
        EventKind::PushFinished => (PUSH, of_push(), example_push()),
        EventKind::GrantChanged => (GRANT, of_grant(), example_grant()),
        EventKind::OutageChanged => (OUTAGE, of_outage(), example_outage()),
    };
    let body = json!({
        "type": "object",
        "required": ["type", "timestamp", "data"],
        "properties": {
            "type": {"const": kind.name()},
            "timestamp": {"type": "string", "format": "date-time", "description": "When it happened."},
            "data": data,
        },
    });
    let example = json!({"type": kind.name(), "timestamp": "2026-11-22T05:30:00Z", "data": example});
    json!({"post": {
        "tags": ["webhooks"],
        "operationId": format!("on_{}", kind.name().replace('.', "_")),
        "summary": summary,
        "description": HOW,
        "security": [],
        "parameters": headers(),
        "requestBody": {"required": true, "content": {"application/json": {"schema": body, "example": example}}},
        "responses": {
            "2XX": {"description": "Taken. The body of the answer is not read."},
            "410": {"description": "Gone: the webhook is disabled at once."},
            "default": {"description": "A failure, like no answer within 10 seconds: it is tried again."},
        },
    }})
}

const LINK: &str = "A link has another status or another reason.";
const PUSH: &str = "A push of cards had something to do and did it.";
const GRANT: &str = "A tenant's admin granted a feature, or a grant ended.";
const OUTAGE: &str = "Nothing works in a tenant any more, whoever the user is, or works again: its consent was \
    removed in Entra, the tenant is gone, or Entra does not take the deployment's own credential. Told once, not for \
    each user.";

const HOW: &str = "Verify the signature (Standard Webhooks: HMAC-SHA256 over `webhook-id.webhook-timestamp.body` with \
    the base64 part of the secret; any of the signatures may match), refuse old timestamps, and do nothing for a \
    `webhook-id` that you have seen. Events may come late and in another order: `timestamp` says what is newest.";

fn headers() -> Value {
    let header = |name: &str, about: &str| {
        json!({"name": name, "in": "header", "required": true, "description": about,
            "schema": {"type": "string"}})
    };
    json!([
        header("webhook-id", "The event's id, the same at every attempt and at every webhook."),
        header("webhook-timestamp", "When this attempt was made, in seconds since 1970."),
        header(
            "webhook-signature",
            "`v1,` and the signature in base64; two of them while a secret is rotated."
        ),
    ])
}

fn object(properties: Value) -> Value {
    let required: Vec<&String> = properties.as_object().into_iter().flat_map(serde_json::Map::keys).collect();
    json!({"type": "object", "required": required, "properties": properties})
}

fn text() -> Value {
    json!({"type": "string"})
}

fn text_or_null(about: &str) -> Value {
    json!({"type": ["string", "null"], "description": about})
}

fn features(about: &str) -> Value {
    json!({"type": "array", "items": {"$ref": "#/components/schemas/Feature"}, "description": about})
}

fn of_link() -> Value {
    let statuses = [
        "syncing",
        "linked",
        "authentication_failed",
        "no_permission",
        "failed",
        "reconnect_needed",
        "unlinked",
    ];
    object(json!({
        "organization_id": text(),
        "user_id": text(),
        "feature": {"$ref": "#/components/schemas/Feature"},
        "status": {"type": "string", "enum": statuses},
        "reason": text_or_null("Microsoft's error code or ours; null while all is well."),
        "tenant_id": text_or_null("Null once it is unlinked."),
        "account": text_or_null("The Microsoft 365 account, if it is known."),
        "last_success_at": text_or_null("When its work last succeeded."),
    }))
}

fn example_link() -> Value {
    json!({
        "organization_id": "6d1e9f0c52a44b7e9c1d3f8a7b20e541",
        "user_id": "sato",
        "feature": "contacts",
        "status": "reconnect_needed",
        "reason": "AADSTS50173",
        "tenant_id": "72f988bf-86f1-41af-91ab-2d7cd011db47",
        "account": "sato@contoso.example",
        "last_success_at": "2026-11-22T05:00:00Z",
    })
}

fn of_push() -> Value {
    let number = |about: &str| json!({"type": "integer", "minimum": 0, "description": about});
    object(json!({
        "organization_id": text(),
        "user_id": text(),
        "started_at": {"type": "string", "format": "date-time"},
        "created": number("Contacts made."),
        "updated": number("Contacts overwritten."),
        "deleted": number("Contacts taken out."),
        "refused": number("Cards that Outlook does not take."),
    }))
}

fn example_push() -> Value {
    json!({
        "organization_id": "6d1e9f0c52a44b7e9c1d3f8a7b20e541",
        "user_id": "sato",
        "started_at": "2026-11-22T05:29:58Z",
        "created": 12,
        "updated": 3,
        "deleted": 0,
        "refused": 0,
    })
}

fn of_grant() -> Value {
    object(json!({
        "organization_id": text(),
        "tenant_id": text(),
        "granted": features("What is granted now and was not before."),
        "revoked": features("What was granted before and is not now."),
        "tenant_removed": {"type": "boolean", "description": "Whether the tenant itself was removed."},
    }))
}

fn example_grant() -> Value {
    json!({
        "organization_id": "6d1e9f0c52a44b7e9c1d3f8a7b20e541",
        "tenant_id": "72f988bf-86f1-41af-91ab-2d7cd011db47",
        "granted": ["contacts"],
        "revoked": [],
        "tenant_removed": false,
    })
}

fn of_outage() -> Value {
    let feature = json!({"oneOf": [{"$ref": "#/components/schemas/Feature"}, {"type": "null"}],
        "description": "The feature whose consent is missing; null when everything is concerned."});
    object(json!({
        "organization_id": text(),
        "tenant_id": text(),
        "status": {"type": "string", "enum": ["broken", "working"]},
        "reason": {"type": "string", "description": "Microsoft's code, `consent_missing` or `no_credential`."},
        "feature": feature,
        "since": {"type": "string", "format": "date-time", "description": "When it was noticed."},
    }))
}

fn example_outage() -> Value {
    json!({
        "organization_id": "6d1e9f0c52a44b7e9c1d3f8a7b20e541",
        "tenant_id": "72f988bf-86f1-41af-91ab-2d7cd011db47",
        "status": "broken",
        "reason": "AADSTS65001",
        "feature": "contacts",
        "since": "2026-11-22T05:30:00Z",
    })
}
