//! Which fields of contacts are whose: the card's, or the user's in Outlook (features B09, P13).

use serde::{Deserialize, Serialize};

/// Fields of a contact that are written alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ContactField {
    /// Family and given name, the name as shown and as sorted.
    Name,
    /// The readings of the name and of the company.
    Readings,
    /// The company.
    Company,
    /// Department and job title.
    Position,
    /// E-mail addresses.
    Emails,
    /// Numbers at work, at home, on the move.
    Phones,
    /// The address at work.
    Address,
    /// The web page.
    HomePage,
}

/// Who has the say about a field that the card and the contact in Outlook show differently.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WriteMode {
    /// The card: what it has replaces what is there, and what it lacks is emptied (feature B09).
    #[default]
    Overwrite,
    /// The card where it has something: what it lacks is left as it is.
    KeepWhenBlank,
    /// The user: written where Outlook has nothing, or what we wrote there ourselves; what the user entered stays.
    Fill,
    /// The user alone: it is never written, but for the name of a new contact, which must have one.
    Leave,
}

/// The mode of each field.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields are those of `ContactField`")]
pub struct WriteModes {
    pub name: WriteMode,
    pub readings: WriteMode,
    pub company: WriteMode,
    pub position: WriteMode,
    pub emails: WriteMode,
    pub phones: WriteMode,
    pub address: WriteMode,
    pub home_page: WriteMode,
}

impl ContactField {
    /// Every field, in the order in which people read them.
    pub const ALL: [Self; 8] = [
        Self::Name,
        Self::Readings,
        Self::Company,
        Self::Position,
        Self::Emails,
        Self::Phones,
        Self::Address,
        Self::HomePage,
    ];

    /// Its name in JSON and in forms.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Readings => "readings",
            Self::Company => "company",
            Self::Position => "position",
            Self::Emails => "emails",
            Self::Phones => "phones",
            Self::Address => "address",
            Self::HomePage => "home_page",
        }
    }
}

impl WriteMode {
    /// Every mode, the default first.
    pub const ALL: [Self; 4] = [Self::Overwrite, Self::KeepWhenBlank, Self::Fill, Self::Leave];

    /// Its name in JSON and in forms.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Overwrite => "overwrite",
            Self::KeepWhenBlank => "keep_when_blank",
            Self::Fill => "fill",
            Self::Leave => "leave",
        }
    }

    /// The mode of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == name)
    }
}

impl WriteModes {
    /// The mode of a field.
    #[must_use]
    pub fn of(&self, field: ContactField) -> WriteMode {
        let mut modes = *self;
        *modes.slot(field)
    }

    /// The modes with another one for a field.
    #[must_use]
    pub fn with(mut self, field: ContactField, mode: WriteMode) -> Self {
        *self.slot(field) = mode;
        self
    }

    /// Whether the card has the say about everything.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    fn slot(&mut self, field: ContactField) -> &mut WriteMode {
        match field {
            ContactField::Name => &mut self.name,
            ContactField::Readings => &mut self.readings,
            ContactField::Company => &mut self.company,
            ContactField::Position => &mut self.position,
            ContactField::Emails => &mut self.emails,
            ContactField::Phones => &mut self.phones,
            ContactField::Address => &mut self.address,
            ContactField::HomePage => &mut self.home_page,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p13_each_field_has_its_own_mode_by_its_name_in_json() {
        for field in ContactField::ALL {
            for mode in WriteMode::ALL {
                let modes = WriteModes::default().with(field, mode);
                assert_eq!(modes.of(field), mode);
                assert_eq!(modes.is_default(), mode == WriteMode::Overwrite);
                let json = serde_json::to_value(modes).expect("JSON");
                assert_eq!(json[field.as_str()], mode.as_str());
                assert_eq!(json.as_object().map(serde_json::Map::len), Some(ContactField::ALL.len()));
                assert_eq!(WriteMode::parse(mode.as_str()), Some(mode));
            }
        }
        assert_eq!(WriteMode::parse("clear"), None);
    }
}
