//! Groups of a tenant: people and groups put into them, or a rule that Entra computes them by.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{DirectoryError, Tenant, User, guid};

/// A group as `POST /_sim/tenants/{tid}/groups` asks for it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewGroup {
    /// The object id, a GUID; made up if absent.
    pub id: Option<String>,
    /// The name.
    pub display_name: String,
    /// Users by object id or address, groups by object id; of a group without a rule.
    #[serde(default)]
    pub members: Vec<String>,
    /// Makes the group dynamic: `user.mail -contains "text"`, with `-startsWith` and `-eq` too, for `mail`,
    /// `userPrincipalName` and `displayName`.
    pub membership_rule: Option<String>,
}

/// A group.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Group {
    /// The object id, a GUID.
    pub id: String,
    /// The name.
    pub display_name: String,
    /// Object ids of users and groups that were put into it.
    pub members: BTreeSet<String>,
    /// What a dynamic group's members are computed by.
    pub membership_rule: Option<String>,
}

impl Group {
    /// Whether a dynamic group's rule takes the user in.
    fn takes(&self, user: &User) -> bool {
        self.membership_rule.as_deref().and_then(rule).is_some_and(|(property, operator, text)| {
            let value = match property {
                "mail" => user.mail.as_deref().unwrap_or_default(),
                "displayName" => &user.display_name,
                _ => &user.user_principal_name,
            };
            let (value, text) = (value.to_lowercase(), text.to_lowercase());
            match operator {
                "-contains" => value.contains(&text),
                "-startsWith" => value.starts_with(&text),
                _ => value == text,
            }
        })
    }
}

/// Property, operator and text of a rule.
fn rule(text: &str) -> Option<(&str, &str, &str)> {
    let (property, rest) = text.strip_prefix("user.")?.split_once(' ')?;
    let (operator, text) = rest.split_once(' ')?;
    let text = text.strip_prefix('"')?.strip_suffix('"')?;
    let is_known = ["mail", "userPrincipalName", "displayName"].contains(&property)
        && ["-contains", "-startsWith", "-eq"].contains(&operator);
    is_known.then_some((property, operator, text))
}

impl Tenant {
    /// Adds a group.
    ///
    /// # Errors
    /// The object id is no GUID or taken, a member is unknown, or the rule cannot be read.
    pub fn add_group(&mut self, new: NewGroup) -> Result<&mut Group, DirectoryError> {
        let id = guid("id", new.id)?;
        if self.groups.contains_key(&id) {
            return Err(DirectoryError::Exists(id));
        }
        if let Some(text) = new.membership_rule.as_deref().filter(|text| rule(text).is_none()) {
            let reason = format!("{text:?} is no rule that is known here");
            return Err(DirectoryError::Malformed { field: "membershipRule", reason });
        }
        let members = new.members.iter().map(|member| self.member_id(member)).collect::<Result<_, _>>()?;
        let Self { groups, .. } = self;
        let group = Group {
            id: id.clone(),
            display_name: new.display_name,
            members,
            membership_rule: new.membership_rule,
        };
        Ok(groups.entry(id).or_insert(group))
    }

    /// Puts somebody, or a group, into a group.
    ///
    /// # Errors
    /// There is no such group or member, or nobody is put into the group by hand because it is dynamic.
    pub fn add_member(&mut self, group: &str, member: &str) -> Result<(), DirectoryError> {
        let member = self.member_id(member)?;
        self.group_mut(group)?.members.insert(member);
        Ok(())
    }

    /// Takes somebody, or a group, out of a group.
    ///
    /// # Errors
    /// There is no such group or member.
    pub fn remove_member(&mut self, group: &str, member: &str) -> Result<(), DirectoryError> {
        let member = self.member_id(member)?;
        match self.group_mut(group)?.members.remove(&member) {
            true => Ok(()),
            false => Err(DirectoryError::NoUser(member)),
        }
    }

    /// Deletes a group.
    ///
    /// # Errors
    /// There is no such group.
    pub fn remove_group(&mut self, group: &str) -> Result<(), DirectoryError> {
        self.groups
            .remove(&group.to_lowercase())
            .map(drop)
            .ok_or_else(|| DirectoryError::NoGroup(group.to_owned()))
    }

    /// Deletes a user, out of every group too.
    ///
    /// # Errors
    /// There is no such user.
    pub fn remove_user(&mut self, user: &str) -> Result<(), DirectoryError> {
        let id = self.user_mut(user)?.id.clone();
        self.users.remove(&id);
        for group in self.groups.values_mut() {
            group.members.remove(&id);
        }
        Ok(())
    }

    /// Everybody in a group and in the groups within it, by object id; none when there is no such group.
    #[must_use]
    pub fn people_in(&self, group: &str) -> Option<Vec<&User>> {
        let group = self.groups.get(&group.to_lowercase())?;
        let (mut people, mut seen, mut to_visit) = (BTreeSet::new(), BTreeSet::new(), vec![group]);
        while let Some(group) = to_visit.pop() {
            if !seen.insert(group.id.as_str()) {
                continue;
            }
            let taken = self.users.values().filter(|user| group.takes(user));
            people.extend(taken.map(|user| user.id.as_str()));
            for member in &group.members {
                match self.groups.get(member) {
                    Some(inner) => to_visit.push(inner),
                    None => people.extend([member.as_str()]),
                }
            }
        }
        Some(people.into_iter().filter_map(|id| self.users.get(id)).collect())
    }

    fn group_mut(&mut self, group: &str) -> Result<&mut Group, DirectoryError> {
        let found = self.groups.get_mut(&group.to_lowercase());
        let group_id = || group.to_owned();
        match found.ok_or_else(|| DirectoryError::NoGroup(group_id()))? {
            Group { membership_rule: Some(_), .. } => {
                let reason = "the members of a dynamic group are computed".to_owned();
                Err(DirectoryError::Malformed { field: "member", reason })
            }
            group => Ok(group),
        }
    }

    fn member_id(&self, member: &str) -> Result<String, DirectoryError> {
        let group = self.groups.get(&member.to_lowercase()).map(|group| &group.id);
        let id = group.or_else(|| self.user(member).map(|user| &user.id));
        id.cloned().ok_or_else(|| DirectoryError::NoUser(member.to_owned()))
    }
}
