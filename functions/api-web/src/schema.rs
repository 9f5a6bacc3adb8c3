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

/// Who has the say about a field that card and contact show differently.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case", default = "overwrite")]
#[expect(dead_code, reason = "described, not made")]
pub(crate) enum WriteMode {
    /// The card: what it has replaces what is in Outlook, and what it lacks is emptied there.
    Overwrite,
    /// The card where it has something; what it lacks is left as it is in Outlook.
    KeepWhenBlank,
    /// The user: written where Outlook has nothing, or still has what was written there last; what the user entered
    /// stays.
    Fill,
    /// The user alone: never written, but for the name of a new contact.
    Leave,
}

/// The mode of each field of contacts. Notes have none: what the user writes below their line always stays.
#[derive(ToSchema)]
#[expect(dead_code, reason = "described, not made")]
pub(crate) struct ContactFields {
    /// Family and given name, the name as shown and as sorted: one whole.
    #[schema(required = false)]
    name: WriteMode,
    /// The readings of the name, and of the company.
    #[schema(required = false)]
    readings: WriteMode,
    /// The company.
    #[schema(required = false)]
    company: WriteMode,
    /// Department, and job title.
    #[schema(required = false)]
    position: WriteMode,
    /// The list of e-mail addresses.
    #[schema(required = false)]
    emails: WriteMode,
    /// The numbers at work, those at home, the mobile one.
    #[schema(required = false)]
    phones: WriteMode,
    /// The address at work.
    #[schema(required = false)]
    address: WriteMode,
    /// The web page.
    #[schema(required = false)]
    home_page: WriteMode,
}

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
