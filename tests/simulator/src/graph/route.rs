//! Which resource a path denotes.

use super::error::GraphError;
use super::{calendar, mail, subscriptions};

/// Whose data is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Who {
    /// The tenant's directory as a whole.
    Tenant,
    /// The signed-in user.
    Me,
    /// A user by object id or sign-in name.
    User(String),
}

/// What a path denotes. A folder of `None` is the default Contacts folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    Users,
    User,
    /// The users in a group and in the groups within it.
    GroupPeople(String),
    Folders(Option<String>),
    FoldersCount(Option<String>),
    FoldersDelta(Option<String>),
    Folder(String),
    FolderPurge(String),
    Contacts(Option<String>),
    ContactsCount(Option<String>),
    ContactsDelta(Option<String>),
    Contact(Option<String>, String),
    ContactPurge(Option<String>, String),
    Photo(Option<String>, String),
    PhotoValue(Option<String>, String),
    Mail(mail::Target),
    Calendar(calendar::Target),
    Subscriptions(subscriptions::Target),
}

/// A path read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Route {
    pub(super) who: Who,
    pub(super) target: Target,
}

/// What Graph has below a user and this simulator has not.
const NOT_SIMULATED: [&str; 4] = ["getmailtips", "photo", "todo", "translateexchangeids"];

impl Route {
    /// Reads the segments of a path below `/v1.0`; names in any case.
    pub(super) fn parse(segments: &[String]) -> Result<Self, GraphError> {
        let lower: Vec<String> = segments.iter().map(|segment| segment.to_ascii_lowercase()).collect();
        let (who, rest) = match lower.first().map(String::as_str) {
            Some("me") => (Who::Me, 1),
            Some("users") if segments.len() == 1 => {
                return Ok(Self { who: Who::Tenant, target: Target::Users });
            }
            Some("users") => (Who::User(segments[1].clone()), 2),
            Some("groups") => {
                let rest = Rest { ids: &segments[1..], names: &lower[1..] };
                return match (rest.name(1), rest.name(2), rest.len()) {
                    (Some("transitivemembers"), Some("user"), 3) => {
                        Ok(Self { who: Who::Tenant, target: Target::GroupPeople(rest.id(0)) })
                    }
                    _ => Err(GraphError::not_simulated("groups, but for the people in them")),
                };
            }
            Some("subscriptions") => {
                let rest = Rest { ids: &segments[1..], names: &lower[1..] };
                let target = Target::Subscriptions(subscriptions::parse(rest)?);
                return Ok(Self { who: Who::Tenant, target });
            }
            Some("places" | "organization" | "$metadata") => {
                return Err(GraphError::not_simulated(&segments[0]));
            }
            _ => return Err(GraphError::segment(segments.first().map_or("", String::as_str))),
        };
        let rest = Rest { ids: &segments[rest..], names: &lower[rest..] };
        Ok(Self { who, target: rest.below_user()? })
    }

    /// The path with `{id}` for every key; `/me` counts as `/users/{id}`.
    pub(super) fn template(&self) -> String {
        if let Target::Subscriptions(target) = &self.target {
            return subscriptions::template(target);
        }
        if let Target::GroupPeople(_) = &self.target {
            return "/groups/{id}/transitiveMembers/microsoft.graph.user".to_owned();
        }
        let mut path = match self.who {
            Who::Tenant => "/users".to_owned(),
            Who::Me | Who::User(_) => "/users/{id}".to_owned(),
        };
        let within = |folder: &Option<String>| match folder {
            Some(_) => "/contactFolders/{id}/contacts",
            None => "/contacts",
        };
        let folders = |parent: &Option<String>| match parent {
            Some(_) => "/contactFolders/{id}/childFolders",
            None => "/contactFolders",
        };
        match &self.target {
            Target::Users | Target::User | Target::Subscriptions(_) | Target::GroupPeople(_) => {}
            Target::Mail(target) => path += &mail::template(target),
            Target::Calendar(target) => path += &calendar::template(target),
            Target::Folders(parent) => path += folders(parent),
            Target::FoldersCount(parent) => path = format!("{path}{}/$count", folders(parent)),
            Target::FoldersDelta(parent) => path = format!("{path}{}/delta", folders(parent)),
            Target::Folder(_) => path += "/contactFolders/{id}",
            Target::FolderPurge(_) => path += "/contactFolders/{id}/permanentDelete",
            Target::Contacts(folder) => path += within(folder),
            Target::ContactsCount(folder) => path = format!("{path}{}/$count", within(folder)),
            Target::ContactsDelta(folder) => path = format!("{path}{}/delta", within(folder)),
            Target::Contact(folder, _) => path = format!("{path}{}/{{id}}", within(folder)),
            Target::ContactPurge(folder, _) => {
                path = format!("{path}{}/{{id}}/permanentDelete", within(folder))
            }
            Target::Photo(folder, _) => path = format!("{path}{}/{{id}}/photo", within(folder)),
            Target::PhotoValue(folder, _) => path = format!("{path}{}/{{id}}/photo/$value", within(folder)),
        }
        path
    }
}

/// What is left of a path: as written, and in lower case.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rest<'a> {
    ids: &'a [String],
    names: &'a [String],
}

impl<'a> Rest<'a> {
    /// How many segments are left.
    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    /// A segment as it was written: an id.
    pub(super) fn id(&self, index: usize) -> String {
        self.ids.get(index).cloned().unwrap_or_default()
    }

    /// A segment in lower case, without the prefix of the namespace: a name.
    pub(super) fn name(&self, index: usize) -> Option<&'a str> {
        let name = self.names.get(index).map(String::as_str)?;
        Some(name.strip_prefix("microsoft.graph.").unwrap_or(name))
    }

    /// What comes after the first `index` segments.
    pub(super) fn from(self, index: usize) -> Self {
        Self { ids: &self.ids[index..], names: &self.names[index..] }
    }

    /// The answer when nothing is known by that segment's name.
    pub(super) fn unknown(self, index: usize) -> GraphError {
        GraphError::segment(self.ids.get(index).map_or("", String::as_str))
    }

    fn below_user(self) -> Result<Target, GraphError> {
        match self.name(0) {
            None => Ok(Target::User),
            Some("contacts") => self.from(1).contacts(None),
            Some("contactfolders") => self.from(1).folders(None),
            Some(name) if mail::ROOTS.contains(&name) => mail::parse(self).map(Target::Mail),
            Some(name) if calendar::ROOTS.contains(&name) => calendar::parse(self).map(Target::Calendar),
            Some(name) if NOT_SIMULATED.contains(&name) => Err(GraphError::not_simulated(&self.ids[0])),
            Some(_) => Err(self.unknown(0)),
        }
    }

    fn folders(self, parent: Option<String>) -> Result<Target, GraphError> {
        let id = || self.ids[0].clone();
        match (self.name(0), self.name(1), self.len()) {
            (None, ..) => Ok(Target::Folders(parent)),
            (Some("delta"), None, _) => Ok(Target::FoldersDelta(parent)),
            (Some("$count"), None, _) => Ok(Target::FoldersCount(parent)),
            (Some(_), None, _) => Ok(Target::Folder(id())),
            (Some(_), Some("permanentdelete"), 2) => Ok(Target::FolderPurge(id())),
            (Some(_), Some("childfolders"), _) => self.from(2).folders(Some(id())),
            (Some(_), Some("contacts"), _) => self.from(2).contacts(Some(id())),
            _ => Err(self.unknown(1)),
        }
    }

    fn contacts(self, folder: Option<String>) -> Result<Target, GraphError> {
        let id = || self.ids[0].clone();
        match (self.name(0), self.name(1), self.name(2), self.len()) {
            (None, ..) => Ok(Target::Contacts(folder)),
            (Some("delta"), None, ..) => Ok(Target::ContactsDelta(folder)),
            (Some("$count"), None, ..) => Ok(Target::ContactsCount(folder)),
            (Some(_), None, ..) => Ok(Target::Contact(folder, id())),
            (Some(_), Some("permanentdelete"), None, _) => Ok(Target::ContactPurge(folder, id())),
            (Some(_), Some("photo"), None, _) => Ok(Target::Photo(folder, id())),
            (Some(_), Some("photo"), Some("$value"), 3) => Ok(Target::PhotoValue(folder, id())),
            (Some(_), Some("extensions"), ..) => Err(GraphError::not_simulated("extensions")),
            _ => Err(self.unknown(1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::path::segments;

    fn route(path: &str) -> Result<Route, GraphError> {
        Route::parse(&segments(path)?)
    }

    #[test]
    fn names_are_read_in_any_case_and_ids_as_they_are() {
        let read =
            route("/Users/A@b.example/ContactFolders('Fid')/contacts/CiD/permanentDelete").expect("a route");
        assert_eq!(read.who, Who::User("A@b.example".to_owned()));
        assert_eq!(read.target, Target::ContactPurge(Some("Fid".to_owned()), "CiD".to_owned()));
        assert_eq!(read.template(), "/users/{id}/contactFolders/{id}/contacts/{id}/permanentDelete");
    }

    #[test]
    fn delta_is_spelled_in_three_ways() {
        for path in ["/me/contacts/delta", "/me/contacts/delta()", "/me/contacts/microsoft.graph.delta()"] {
            assert_eq!(route(path).map(|route| route.target), Ok(Target::ContactsDelta(None)), "{path}");
        }
    }

    #[test]
    fn what_is_not_there_is_told_from_what_is_not_simulated() {
        assert_eq!(route("/me/contact").expect_err("unknown").status, 400);
        assert_eq!(route("/me/contacts/a/b/c").expect_err("unknown").status, 400);
        assert_eq!(route("/v1.0/me").expect_err("unknown").status, 400);
        assert_eq!(route("/me/todo").expect_err("not simulated").status, 501);
    }
}
