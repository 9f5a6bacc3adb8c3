//! A contact on the wire: what is read from a body, what Exchange makes of it, what is shown.

use serde_json::{Map, Value, json};

use crate::model::mailbox::{Contact, ExtendedProperties, Mailbox};
use crate::settings::Settings;

use super::error::GraphError;
use super::extended;
use super::ids;
use super::query::Options;
use super::schema::{self, CONTACT, EMAIL_SLOTS, READ_ONLY, Type};

/// The parts of the name, in the order in which a display name is made of them.
const NAME_PARTS: [&str; 5] = ["title", "givenName", "middleName", "surname", "generation"];
const EMAIL_SLOT_COUNT: usize = 3;

/// What a body of POST or PATCH says.
#[derive(Debug, Default)]
pub(super) struct Written {
    properties: Map<String, Value>,
    pub(super) extended: ExtendedProperties,
}

/// Reads the body of a POST or PATCH strictly.
///
/// # Errors
/// 400 in OData's or Exchange's words.
pub(super) fn read(body: &[u8], settings: &Settings) -> Result<Written, GraphError> {
    let mut members = schema::object(body)?;
    let extended = extended::take(&mut members)?;
    let mut properties = Map::new();
    for (name, value) in members {
        if name.contains('@') {
            continue;
        }
        if ["extensions", "photo"].contains(&name.as_str()) {
            return Err(GraphError::not_simulated(&format!("{name} in the body of a contact")));
        }
        let kind = schema::contact_property(&name)
            .ok_or_else(|| schema::unknown_property(&name, "microsoft.graph.contact"))?;
        let value = schema::check(&name, value, kind)?;
        if !READ_ONLY.contains(&name.as_str()) {
            check_limits(&name, &value, settings)?;
            properties.insert(name, value);
        }
    }
    Ok(Written { properties, extended })
}

fn check_limits(name: &str, value: &Value, settings: &Settings) -> Result<(), GraphError> {
    let slots = match name {
        "emailAddresses" => Some(EMAIL_SLOT_COUNT),
        "businessPhones" => Some(settings.business_phones_limit),
        "homePhones" => Some(settings.home_phones_limit),
        "imAddresses" => Some(settings.im_addresses_limit),
        _ => None,
    };
    if let (Some(slots), Some(items)) = (slots, value.as_array())
        && items.len() > slots
    {
        return Err(GraphError::property(format!(
            "A contact holds at most {slots} {name}; {} were given.",
            items.len()
        )));
    }
    if let (Some(limit), Some(text)) = (settings.contact_text_limit, value.as_str())
        && name != "personalNotes"
        && text.chars().count() > limit
    {
        let message = format!("The length of {name} is too long. The maximum length is {limit}.");
        return Err(GraphError::property(message));
    }
    Ok(())
}

impl Written {
    /// The properties of a new contact.
    pub(super) fn into_new(self) -> Map<String, Value> {
        let mut properties = Map::new();
        let names_display = self.properties.contains_key("displayName");
        put(&mut properties, self.properties);
        if !names_display {
            regenerate_display_name(&mut properties);
        }
        if !properties.contains_key("fileAs") {
            properties.insert("fileAs".to_owned(), file_as(&properties).into());
        }
        properties
    }

    /// Applies a PATCH: what is not named stays, complex values and collections are replaced as a whole. The
    /// display name is made anew when parts of the name change and it is not sent along.
    pub(super) fn patch(self, contact: &mut Contact, regenerate: bool) {
        let renamed = NAME_PARTS.iter().any(|name| self.properties.contains_key(*name));
        let names_display = self.properties.contains_key("displayName");
        let names_file_as = self.properties.contains_key("fileAs");
        let file_as_was_made = contact.text("fileAs") == file_as(&contact.properties);
        put(&mut contact.properties, self.properties);
        if renamed && !names_display && regenerate {
            regenerate_display_name(&mut contact.properties);
        }
        if renamed && !names_file_as && file_as_was_made {
            contact.properties.insert("fileAs".to_owned(), file_as(&contact.properties).into());
        }
        contact.extended.single.extend(self.extended.single);
        contact.extended.multi.extend(self.extended.multi);
    }
}

/// Writes properties: null and empty clear, e-mail slots go into the list.
fn put(properties: &mut Map<String, Value>, written: Map<String, Value>) {
    let (slots, rest): (Vec<_>, Vec<_>) =
        written.into_iter().partition(|(name, _)| EMAIL_SLOTS.contains(&name.as_str()));
    for (name, value) in rest {
        let is_empty = value.is_null() || value.as_array().is_some_and(Vec::is_empty);
        if is_empty {
            properties.remove(&name);
        } else if name == "emailAddresses" {
            let items = value.as_array().into_iter().flatten().cloned().map(named_email).collect();
            properties.insert(name, Value::Array(items));
        } else {
            properties.insert(name, value);
        }
    }
    for (name, value) in slots {
        let index = EMAIL_SLOTS.iter().position(|slot| *slot == name).unwrap_or_default();
        let list = properties.entry("emailAddresses").or_insert_with(|| json!([]));
        let Some(list) = list.as_array_mut() else { continue };
        match (value, index < list.len()) {
            (Value::Null, true) => drop(list.remove(index)),
            (Value::Null, false) => {}
            (value, true) => list[index] = named_email(value),
            (value, false) => list.push(named_email(value)),
        }
    }
}

/// Exchange shows an address as its own name when none was given.
fn named_email(mut email: Value) -> Value {
    if let Some(parts) = email.as_object_mut()
        && !parts.contains_key("name")
        && let Some(address) = parts.get("address").cloned()
    {
        parts.insert("name".to_owned(), address);
    }
    email
}

fn text<'a>(properties: &'a Map<String, Value>, name: &str) -> &'a str {
    properties.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn regenerate_display_name(properties: &mut Map<String, Value>) {
    let parts = NAME_PARTS.map(|name| text(properties, name));
    let name = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    properties.insert("displayName".to_owned(), name.into());
}

/// "Surname, Given Middle", or the company of a contact without a name.
fn file_as(properties: &Map<String, Value>) -> String {
    let given = [text(properties, "givenName"), text(properties, "middleName")];
    let given = given.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    match (text(properties, "surname"), given.as_str()) {
        ("", "") => text(properties, "companyName").to_owned(),
        ("", given) => given.to_owned(),
        (surname, "") => surname.to_owned(),
        (surname, given) => format!("{surname}, {given}"),
    }
}

/// Whether `contact` has a property of that name, for `$select`.
pub(super) fn is_property(name: &str) -> bool {
    schema::contact_property(name).is_some() || name.ends_with("ValueExtendedProperties")
}

/// How contacts are shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) immutable: bool,
    pub(super) options: &'a Options,
}

/// A contact as Graph shows it.
pub(super) fn show(mailbox: &Mailbox, contact: &Contact, view: View<'_>) -> Map<String, Value> {
    let mut entity = Map::new();
    for (name, kind) in CONTACT {
        let value = contact.properties.get(name).cloned().unwrap_or_else(|| match kind {
            Type::Texts | Type::Emails => json!([]),
            Type::Address => json!({}),
            Type::Text if name == "personalNotes" => json!(""),
            _ => Value::Null,
        });
        entity.insert(name.to_owned(), value);
    }
    let emails = contact.properties.get("emailAddresses").and_then(Value::as_array);
    for (slot, email) in EMAIL_SLOTS.iter().zip(emails.into_iter().flatten()) {
        entity.insert((*slot).to_owned(), email.clone());
    }
    let change_key = ids::change_key(mailbox, contact.change);
    entity.insert("@odata.etag".to_owned(), etag(mailbox, contact).into());
    entity.insert("id".to_owned(), ids::contact(mailbox, contact, view.immutable).into());
    entity.insert("changeKey".to_owned(), change_key.into());
    entity.insert("createdDateTime".to_owned(), instant(contact.created).into());
    entity.insert("lastModifiedDateTime".to_owned(), instant(contact.modified).into());
    entity.insert("parentFolderId".to_owned(), ids::folder(mailbox, contact.folder).into());
    view.options.expand.apply(&contact.extended, &mut entity);
    Options::apply_select(view.options.select.as_deref(), &mut entity);
    entity
}

/// The contact's version.
pub(super) fn etag(mailbox: &Mailbox, contact: &Contact) -> String {
    format!("W/\"{}\"", ids::change_key(mailbox, contact.change))
}

/// What `$filter` and `$orderby` see: everything, extended properties included.
pub(super) fn for_filter(mailbox: &Mailbox, contact: &Contact, immutable: bool) -> Value {
    let options = Options::default();
    let mut entity = show(mailbox, contact, View { immutable, options: &options });
    let extended = &contact.extended;
    let single: Vec<Value> =
        extended.single.iter().map(|(id, value)| json!({"id": id, "value": value})).collect();
    entity.insert("singleValueExtendedProperties".to_owned(), single.into());
    Value::Object(entity)
}

/// Seconds, as Exchange shows instants.
pub(super) fn instant(instant: jiff::Timestamp) -> String {
    instant.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
