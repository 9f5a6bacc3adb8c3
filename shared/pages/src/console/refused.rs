//! Pages for people who are not signed in, or ask for what is not there.

/// Nobody is signed in: the way in with Microsoft, and the way through the product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignIn {
    /// The organization to sign in to, if the address named one: `GET /console/sign-in?organization=ID`.
    pub organization: Option<String>,
    /// Its name, once known.
    pub organization_name: Option<String>,
    /// The page of ours that is wanted after it, checked to be one.
    pub return_path: Option<String>,
    /// The person has just signed out.
    pub signed_out: bool,
}

/// Why there is no page. None of them says more than its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// The session is over; the organization's id leads to its sign-in.
    SessionOver {
        /// The organization, if the cookie or the address still told.
        organization: Option<String>,
    },
    /// The one-time link was used, is over, or is not ours.
    LinkUsed,
    /// A member asked for an admin page.
    NotAdmin,
    /// The Microsoft account is no member of the organization.
    NotAMember {
        /// The account that signed in.
        account: Option<String>,
    },
    /// No page has this address, or no user or tenant this id.
    NotFound,
    /// The form's token is not the session's: the page was open too long, or the form is not ours.
    FormStale,
    /// The form is larger than any person fills in.
    TooLarge,
    /// Not a method of this address.
    Method,
    /// The feature is not in the organization's plan (A01).
    NotInPlan,
    /// Something of ours does not answer; the reference stands in the log.
    Unavailable {
        /// What support finds it by.
        reference: String,
    },
}
