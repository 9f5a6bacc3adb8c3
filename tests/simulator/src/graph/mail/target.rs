//! What the paths of mail denote.

use crate::graph::error::GraphError;
use crate::graph::route::Rest;

/// What this module answers below a user, by the first segment in lower case.
pub(in crate::graph) const ROOTS: [&str; 4] = ["mailboxsettings", "mailfolders", "messages", "sendmail"];

/// What a path denotes. Messages of no folder are those of the whole mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::graph) enum Target {
    /// The folders in one, or those at the top.
    Folders(Option<String>),
    FoldersCount(Option<String>),
    FoldersDelta(Option<String>),
    Folder(String),
    FolderMove(String),
    FolderPurge(String),
    Messages(Option<String>),
    MessagesCount(Option<String>),
    MessagesDelta(Option<String>),
    Message(Option<String>, String),
    Mime(Option<String>, String),
    Attachments(Option<String>, String),
    AttachmentsCount(Option<String>, String),
    Attachment(Option<String>, String, String),
    AttachmentValue(Option<String>, String, String),
    Act(Option<String>, String, Action),
    SendMail,
    /// The settings, or one of them.
    Settings(Option<String>),
}

/// What can be done with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::graph) enum Action {
    Send,
    Move,
    Copy,
    Purge,
}

impl Action {
    fn name(self) -> &'static str {
        match self {
            Self::Send => "send",
            Self::Move => "move",
            Self::Copy => "copy",
            Self::Purge => "permanentDelete",
        }
    }
}

/// What Graph can do with a message and this simulator cannot.
const NOT_SIMULATED: [&str; 9] = [
    "createforward",
    "createreply",
    "createreplyall",
    "createuploadsession",
    "extensions",
    "forward",
    "reply",
    "replyall",
    "messagerules",
];

/// Reads a path from its first segment below the user on.
pub(in crate::graph) fn parse(rest: Rest<'_>) -> Result<Target, GraphError> {
    match (rest.name(0), rest.len()) {
        (Some("mailfolders"), _) => folders(rest.from(1), None),
        (Some("messages"), _) => messages(rest.from(1), None),
        (Some("sendmail"), 1) => Ok(Target::SendMail),
        (Some("mailboxsettings"), 1) => Ok(Target::Settings(None)),
        (Some("mailboxsettings"), 2) => Ok(Target::Settings(Some(rest.id(1)))),
        _ => Err(rest.unknown(1)),
    }
}

fn folders(rest: Rest<'_>, parent: Option<String>) -> Result<Target, GraphError> {
    match (rest.name(0), rest.name(1), rest.len()) {
        (None, ..) => Ok(Target::Folders(parent)),
        (Some("delta"), None, _) => Ok(Target::FoldersDelta(parent)),
        (Some("$count"), None, _) => Ok(Target::FoldersCount(parent)),
        (Some(_), None, _) => Ok(Target::Folder(rest.id(0))),
        (Some(_), Some("move"), 2) => Ok(Target::FolderMove(rest.id(0))),
        (Some(_), Some("permanentdelete"), 2) => Ok(Target::FolderPurge(rest.id(0))),
        (Some(_), Some("childfolders"), _) => folders(rest.from(2), Some(rest.id(0))),
        (Some(_), Some("messages"), _) => messages(rest.from(2), Some(rest.id(0))),
        (Some(_), Some("copy" | "messagerules"), _) => Err(GraphError::not_simulated(&rest.id(1))),
        _ => Err(rest.unknown(1)),
    }
}

fn messages(rest: Rest<'_>, folder: Option<String>) -> Result<Target, GraphError> {
    let message = || rest.id(0);
    let act = |action| Ok(Target::Act(folder.clone(), rest.id(0), action));
    match (rest.name(0), rest.name(1), rest.len()) {
        (None, ..) => Ok(Target::Messages(folder)),
        (Some("delta"), None, _) => Ok(Target::MessagesDelta(folder)),
        (Some("$count"), None, _) => Ok(Target::MessagesCount(folder)),
        (Some(_), None, _) => Ok(Target::Message(folder, message())),
        (Some(_), Some("$value"), 2) => Ok(Target::Mime(folder, message())),
        (Some(_), Some("send"), 2) => act(Action::Send),
        (Some(_), Some("move"), 2) => act(Action::Move),
        (Some(_), Some("copy"), 2) => act(Action::Copy),
        (Some(_), Some("permanentdelete"), 2) => act(Action::Purge),
        (Some(_), Some("attachments"), _) => attachments(rest.from(2), folder, message()),
        (Some(_), Some(name), _) if NOT_SIMULATED.contains(&name) => {
            Err(GraphError::not_simulated(&rest.id(1)))
        }
        _ => Err(rest.unknown(1)),
    }
}

fn attachments(rest: Rest<'_>, folder: Option<String>, message: String) -> Result<Target, GraphError> {
    match (rest.name(0), rest.name(1), rest.len()) {
        (None, ..) => Ok(Target::Attachments(folder, message)),
        (Some("createuploadsession"), ..) => Err(GraphError::not_simulated(&rest.id(0))),
        (Some("$count"), None, _) => Ok(Target::AttachmentsCount(folder, message)),
        (Some(_), None, _) => Ok(Target::Attachment(folder, message, rest.id(0))),
        (Some(_), Some("$value"), 2) => Ok(Target::AttachmentValue(folder, message, rest.id(0))),
        _ => Err(rest.unknown(1)),
    }
}

/// The path below `/users/{id}` with `{id}` for every key.
pub(in crate::graph) fn template(target: &Target) -> String {
    let folders = |parent: &Option<String>| match parent {
        Some(_) => "/mailFolders/{id}/childFolders".to_owned(),
        None => "/mailFolders".to_owned(),
    };
    let messages = |folder: &Option<String>| match folder {
        Some(_) => "/mailFolders/{id}/messages".to_owned(),
        None => "/messages".to_owned(),
    };
    match target {
        Target::Folders(parent) => folders(parent),
        Target::FoldersCount(parent) => folders(parent) + "/$count",
        Target::FoldersDelta(parent) => folders(parent) + "/delta",
        Target::Folder(_) => "/mailFolders/{id}".to_owned(),
        Target::FolderMove(_) => "/mailFolders/{id}/move".to_owned(),
        Target::FolderPurge(_) => "/mailFolders/{id}/permanentDelete".to_owned(),
        Target::Messages(folder) => messages(folder),
        Target::MessagesCount(folder) => messages(folder) + "/$count",
        Target::MessagesDelta(folder) => messages(folder) + "/delta",
        Target::Message(folder, _) => messages(folder) + "/{id}",
        Target::Mime(folder, _) => messages(folder) + "/{id}/$value",
        Target::Attachments(folder, _) => messages(folder) + "/{id}/attachments",
        Target::AttachmentsCount(folder, _) => messages(folder) + "/{id}/attachments/$count",
        Target::Attachment(folder, ..) => messages(folder) + "/{id}/attachments/{id}",
        Target::AttachmentValue(folder, ..) => messages(folder) + "/{id}/attachments/{id}/$value",
        Target::Act(folder, _, action) => format!("{}/{{id}}/{}", messages(folder), action.name()),
        Target::SendMail => "/sendMail".to_owned(),
        Target::Settings(None) => "/mailboxSettings".to_owned(),
        Target::Settings(Some(name)) => format!("/mailboxSettings/{name}"),
    }
}

#[cfg(test)]
mod tests {
    use crate::graph::path::segments;
    use crate::graph::route::Route;

    #[test]
    fn paths_of_mail_are_read_at_any_depth() {
        for (path, template) in [
            ("/me/messages/A%2FB/$value", "/users/{id}/messages/{id}/$value"),
            (
                "/users('u')/mailFolders('inbox')/messages/delta()",
                "/users/{id}/mailFolders/{id}/messages/delta",
            ),
            ("/me/MailFolders/inbox/childfolders/x", "/users/{id}/mailFolders/{id}"),
            (
                "/me/mailFolders/a/childFolders/b/messages/c/move",
                "/users/{id}/mailFolders/{id}/messages/{id}/move",
            ),
            ("/me/messages/a/attachments/b/$value", "/users/{id}/messages/{id}/attachments/{id}/$value"),
            ("/me/mailboxSettings/timeZone", "/users/{id}/mailboxSettings/timeZone"),
        ] {
            let route = segments(path).and_then(|segments| Route::parse(&segments)).expect(path);
            assert_eq!(route.template(), template, "{path}");
        }
        for (path, status) in
            [("/me/messages/a/reply", 501), ("/me/messages/a/b", 400), ("/me/sendMail/a", 400)]
        {
            let refused = segments(path).and_then(|segments| Route::parse(&segments)).expect_err(path);
            assert_eq!(refused.status, status, "{path}");
        }
    }
}
