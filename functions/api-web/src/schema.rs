//! How our own types are described: the same limits that their parsers have, said once.

use utoipa::ToSchema;

/// An id by the CRM's own choice.
#[derive(ToSchema)]
#[schema(min_length = 1, max_length = 128, pattern = "^[A-Za-z0-9._:@+~-]+$", example = "user-1")]
#[expect(dead_code, reason = "described, not made")]
pub(crate) struct Id(String);

/// A directory (tenant) id.
#[derive(ToSchema)]
#[schema(
    min_length = 36,
    max_length = 36,
    pattern = "^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$",
    example = "72f988bf-86f1-41af-91ab-2d7cd011db47"
)]
#[expect(dead_code, reason = "described, not made")]
pub(crate) struct TenantId(String);

/// What a tenant's admin grants and a member links.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "described, not made")]
pub(crate) enum Feature {
    /// Business cards as contacts in Outlook.
    Contacts,
    /// Contact points from mail.
    Mail,
    /// Appointments in the Outlook calendar.
    Calendar,
}

/// A language of pages and mails.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[expect(dead_code, reason = "described, not made")]
pub(crate) enum Language {
    /// Japanese.
    Ja,
    /// English.
    En,
}

/// What a member may do.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[expect(dead_code, reason = "described, not made")]
pub(crate) enum Role {
    /// Manages the organization's connection.
    Admin,
    /// Manages the own links.
    Member,
}

/// The name of a contact folder.
#[derive(ToSchema)]
#[schema(
    min_length = 1,
    max_length = 100,
    pattern = r"^[^\s\x00-\x1f\x7f-\x9f]([^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f])?$",
    example = "Setten"
)]
#[expect(dead_code, reason = "described, not made")]
pub(crate) struct FolderName(String);

/// A text that people read: not empty, no control characters.
#[derive(ToSchema)]
#[schema(
    min_length = 1,
    max_length = 200,
    pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$",
    example = "佐藤 花子"
)]
#[expect(dead_code, reason = "described, not made")]
pub(crate) struct Name(String);

/// The address of a member: something before one `@`, a domain with a dot after it, no spaces.
#[derive(ToSchema)]
#[schema(
    format = "email",
    min_length = 5,
    max_length = 254,
    pattern = r"^[^@\s\x00-\x1f\x7f-\x9f]+@[^@\s\x00-\x1f\x7f-\x9f]*\.[^@\s\x00-\x1f\x7f-\x9f]*$",
    example = "hanako@contoso.example"
)]
#[expect(dead_code, reason = "described, not made")]
pub(crate) struct MailAddress(String);
