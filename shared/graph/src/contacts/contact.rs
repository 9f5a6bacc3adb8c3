//! What we write of a contact.

use serde::Serialize;

/// A contact as we write it: v1.0 properties in their JSON names. Every one is sent every time, so that a
/// change also clears what is gone (`null`, or `[]` for a collection), and the names that Outlook would
/// otherwise make up anew (`displayName`, `fileAs`) stay ours.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Contact {
    /// The name that is shown; for Japanese names "surname given name".
    pub display_name: Option<String>,
    /// What the contact is sorted by.
    pub file_as: Option<String>,
    /// Given name.
    pub given_name: Option<String>,
    /// Middle name.
    pub middle_name: Option<String>,
    /// Family name.
    pub surname: Option<String>,
    /// Before the name, as in "Dr".
    pub title: Option<String>,
    /// Reading of the given name.
    pub yomi_given_name: Option<String>,
    /// Reading of the family name.
    pub yomi_surname: Option<String>,
    /// Position.
    pub job_title: Option<String>,
    /// Company.
    pub company_name: Option<String>,
    /// Reading of the company.
    pub yomi_company_name: Option<String>,
    /// Department.
    pub department: Option<String>,
    /// At most [`Contact::MOST_BUSINESS_PHONES`].
    pub business_phones: Vec<String>,
    /// The one mobile number.
    pub mobile_phone: Option<String>,
    /// At most [`Contact::MOST_HOME_PHONES`].
    pub home_phones: Vec<String>,
    /// At most [`Contact::MOST_EMAIL_ADDRESSES`].
    pub email_addresses: Vec<EmailAddress>,
    /// Where the company is.
    pub business_address: Option<PhysicalAddress>,
    /// The company's web page.
    pub business_home_page: Option<String>,
    /// Free text.
    pub personal_notes: Option<String>,
}

impl Contact {
    /// E-mail slots of an Outlook contact; more are refused (R15).
    pub const MOST_EMAIL_ADDRESSES: usize = 3;
    /// Business number slots of an Outlook contact (R15).
    pub const MOST_BUSINESS_PHONES: usize = 2;
    /// Home number slots of an Outlook contact.
    pub const MOST_HOME_PHONES: usize = 2;

    /// Every property that we write, by its name in JSON.
    pub const PROPERTIES: [&str; 19] = [
        "displayName",
        "fileAs",
        "givenName",
        "middleName",
        "surname",
        "title",
        "yomiGivenName",
        "yomiSurname",
        "jobTitle",
        "companyName",
        "yomiCompanyName",
        "department",
        "businessPhones",
        "mobilePhone",
        "homePhones",
        "emailAddresses",
        "businessAddress",
        "businessHomePage",
        "personalNotes",
    ];
}

/// A postal address, replaced as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PhysicalAddress {
    /// Street, with building and floor.
    pub street: Option<String>,
    /// City.
    pub city: Option<String>,
    /// Prefecture, state.
    pub state: Option<String>,
    /// Country or region.
    pub country_or_region: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
}

/// An e-mail address.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EmailAddress {
    /// The name to show with it.
    pub name: Option<String>,
    /// The address.
    pub address: String,
}
