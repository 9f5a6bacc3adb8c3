//! Directory roles, by the names that people read and the template ids that tokens carry (`wids`).
//! Source: Entra page "Microsoft Entra built-in roles".

/// May consent to anything.
pub const GLOBAL_ADMINISTRATOR: &str = "Global Administrator";
/// May consent to anything.
pub const PRIVILEGED_ROLE_ADMINISTRATOR: &str = "Privileged Role Administrator";
/// May consent to everything except application permissions of Graph.
pub const APPLICATION_ADMINISTRATOR: &str = "Application Administrator";
/// May consent to everything except application permissions of Graph.
pub const CLOUD_APPLICATION_ADMINISTRATOR: &str = "Cloud Application Administrator";

/// What every member of a directory has, without being assigned it ("User").
pub(super) const MEMBER_TEMPLATE: &str = "b79fbf4d-3ef9-4689-8143-76b194e85509";

const TEMPLATES: [(&str, &str); 12] = [
    (GLOBAL_ADMINISTRATOR, "62e90394-69f5-4237-9190-012177145e10"),
    (PRIVILEGED_ROLE_ADMINISTRATOR, "e8611ab8-c189-46e8-94e1-60213ab1f814"),
    (APPLICATION_ADMINISTRATOR, "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3"),
    (CLOUD_APPLICATION_ADMINISTRATOR, "158c047a-c907-4556-b7ef-446551a6b5f7"),
    ("User Administrator", "fe930be7-5e62-47db-91af-98c3a49a38b1"),
    ("Exchange Administrator", "29232cdf-9323-42fd-ade2-1d097af3e4de"),
    ("Helpdesk Administrator", "729827e3-9c14-49f7-bb1b-9608f156bbb8"),
    ("Security Administrator", "194ae4cb-b126-40b2-bd5b-6091b380977d"),
    ("Conditional Access Administrator", "b1be1c3e-b65d-4f19-8427-f6fa0d97feb9"),
    ("Billing Administrator", "b0f54661-2d74-4c50-afa3-1ec803f12efe"),
    ("Global Reader", "f2ef992c-3afb-46b9-b7cf-a126ee74c451"),
    ("Directory Readers", "88d8e3e3-8f55-4a1e-953a-9b9898b8876b"),
];

/// The template id of a role; none for a name that is no built-in role known here.
pub(super) fn template(name: &str) -> Option<&'static str> {
    TEMPLATES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, id)| *id)
}
