//! A message without its body, as Graph writes it.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};

/// A message, by its immutable id: it survives moves within the mailbox (facts 2.4).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MessageId(String);

impl MessageId {
    /// The id as Exchange gave it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for MessageId {
    fn from(id: &str) -> Self {
        Self(id.to_owned())
    }
}

/// The properties that every list of messages is asked for.
pub(super) const FIELDS: &str = "id,internetMessageId,internetMessageHeaders,subject,from,sender,replyTo,\
     toRecipients,ccRecipients,bccRecipients,createdDateTime,lastModifiedDateTime,receivedDateTime,\
     sentDateTime,parentFolderId,isDraft";

/// A message.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// Its immutable id.
    pub id: MessageId,
    /// The `Message-ID` header: the same for every copy of the message, in any mailbox.
    pub internet_message_id: Option<String>,
    /// The headers as they came over the Internet, in their order; what was written here has none.
    #[serde(default, rename = "internetMessageHeaders", deserialize_with = "null_is_empty")]
    pub headers: Vec<Header>,
    /// The subject line.
    pub subject: Option<String>,
    /// Whose message it is.
    pub from: Option<Participant>,
    /// Who sent it, if for another.
    pub sender: Option<Participant>,
    /// Where answers are wanted.
    #[serde(default, deserialize_with = "null_is_empty")]
    pub reply_to: Vec<Participant>,
    /// To.
    #[serde(default, rename = "toRecipients", deserialize_with = "null_is_empty")]
    pub to: Vec<Participant>,
    /// Cc.
    #[serde(default, rename = "ccRecipients", deserialize_with = "null_is_empty")]
    pub cc: Vec<Participant>,
    /// Bcc, of what was sent.
    #[serde(default, rename = "bccRecipients", deserialize_with = "null_is_empty")]
    pub bcc: Vec<Participant>,
    /// When it came to be in this mailbox.
    #[serde(rename = "createdDateTime")]
    pub created_at: Option<Timestamp>,
    /// When it was last changed, moved or marked.
    #[serde(rename = "lastModifiedDateTime")]
    pub modified_at: Timestamp,
    /// When it arrived.
    #[serde(rename = "receivedDateTime")]
    pub received_at: Option<Timestamp>,
    /// When it was sent.
    #[serde(rename = "sentDateTime")]
    pub sent_at: Option<Timestamp>,
    /// The folder that it lies in.
    pub parent_folder_id: Option<String>,
    /// Whether it was never sent.
    #[serde(default, deserialize_with = "null_is_false")]
    pub is_draft: bool,
    /// The OData type where it is not a plain message, as of meeting requests and their answers.
    #[serde(default, rename = "@odata.type")]
    pub kind: Option<String>,
}

/// One header of a message.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Header {
    /// Its name, in whatever case.
    pub name: String,
    /// Its value, unfolded.
    #[serde(default, deserialize_with = "null_is_text")]
    pub value: String,
}

/// Somebody on a message.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Participant {
    email_address: EmailAddress,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct EmailAddress {
    name: Option<String>,
    address: Option<String>,
}

impl Participant {
    /// A participant with this address and name.
    #[must_use]
    pub fn of(address: &str, name: &str) -> Self {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Self { email_address: EmailAddress { name: some(name), address: some(address) } }
    }

    /// The address; not always one of SMTP.
    #[must_use]
    pub fn address(&self) -> Option<&str> {
        self.email_address.address.as_deref()
    }

    /// The name to show, often the address itself.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.email_address.name.as_deref()
    }
}

impl Message {
    /// The value of the first header of this name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut named = self.headers.iter().filter(|header| header.name.eq_ignore_ascii_case(name));
        named.next().map(|header| header.value.as_str())
    }
}

fn null_is_empty<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

fn null_is_false<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

fn null_is_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}
