//! Scopes of a request, and the permissions of Graph they name.

use super::error::AadError;

/// The resource a scope without a prefix belongs to.
pub(crate) const GRAPH: &str = "https://graph.microsoft.com";
const GRAPH_APP_ID: &str = "00000003-0000-0000-c000-000000000000";

/// OpenID Connect's own scopes.
const OIDC: &[&str] = &["openid", "profile", "email", "offline_access"];

/// A permission of Graph as consent treats it (the admin column: official permission data).
struct Permission {
    name: &'static str,
    /// An administrator must consent to the delegated form, whatever the tenant's policy.
    admin: bool,
    /// Opens mail, calendars or contacts, or Teams: the managed policy asks an administrator.
    exchange: bool,
    english: &'static str,
    japanese: &'static str,
}

macro_rules! permissions {
    ($($name:literal $admin:literal $exchange:literal $english:literal $japanese:literal;)*) => {
        &[$(Permission { name: $name, admin: $admin, exchange: $exchange, english: $english, japanese: $japanese }),*]
    };
}

const PERMISSIONS: &[Permission] = permissions! {
    "openid" false false "Sign you in" "サインインする";
    "profile" false false "View your basic profile" "基本プロファイルを見る";
    "email" false false "View your e-mail address" "メールアドレスを見る";
    "offline_access" false false "Keep the access you have given, also while you are away" "不在のときも、許可したアクセスを続ける";
    "User.Read" false false "Sign you in and read your profile" "サインインとプロファイルの読み取り";
    "User.ReadBasic.All" false false "Read everyone's basic profile" "全員の基本プロファイルの読み取り";
    "User.ReadWrite" false false "Read and update your profile" "プロファイルの読み取りと更新";
    "User.Read.All" true false "Read everyone's full profile" "全員の全プロファイルの読み取り";
    "User.ReadWrite.All" true false "Read and write everyone's full profile" "全員の全プロファイルの読み書き";
    "Directory.Read.All" true false "Read the directory" "ディレクトリの読み取り";
    "Directory.ReadWrite.All" true false "Read and write the directory" "ディレクトリの読み書き";
    "Organization.Read.All" true false "Read the organization's information" "組織情報の読み取り";
    "Contacts.Read" false true "Read contacts" "連絡先の読み取り";
    "Contacts.ReadWrite" false true "Full access to contacts" "連絡先のすべての操作";
    "Mail.ReadBasic" false true "Read mail without its text" "メールの基本項目の読み取り";
    "Mail.ReadBasic.All" false true "Read mail without its text in every mailbox" "すべてのメールの基本項目の読み取り";
    "Mail.Read" false true "Read mail" "メールの読み取り";
    "Mail.ReadWrite" false true "Read and write mail" "メールの読み書き";
    "Mail.Send" false true "Send mail" "メールの送信";
    "MailboxSettings.Read" false true "Read mailbox settings" "メールボックス設定の読み取り";
    "MailboxSettings.ReadWrite" false true "Read and write mailbox settings" "メールボックス設定の読み書き";
    "Calendars.ReadBasic" true true "Read calendars without details" "予定表の基本項目の読み取り";
    "Calendars.Read" false true "Read calendars" "予定表の読み取り";
    "Calendars.Read.Shared" false true "Read calendars, also shared ones" "共有を含む予定表の読み取り";
    "Calendars.ReadWrite" false true "Full access to calendars" "予定表のすべての操作";
    "Calendars.ReadWrite.Shared" false true "Full access to calendars, also shared ones" "共有を含む予定表のすべての操作";
    "Tasks.Read" false true "Read tasks" "タスクの読み取り";
    "Tasks.Read.All" false true "Read everyone's tasks" "全員のタスクの読み取り";
    "Tasks.ReadWrite" false true "Read and write tasks" "タスクの読み書き";
    "Tasks.ReadWrite.All" false true "Read and write everyone's tasks" "全員のタスクの読み書き";
    "OnlineMeetings.Read" false true "Read online meetings" "オンライン会議の読み取り";
    "OnlineMeetings.ReadWrite" false true "Read and make online meetings" "オンライン会議の読み取りと作成";
    "Place.Read.All" true false "Read rooms and places" "会議室と場所の読み取り";
};

/// What a request asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Scopes {
    /// Delegated permissions and OpenID scopes, in their official spelling.
    pub(crate) names: Vec<String>,
    /// `https://graph.microsoft.com/.default`: everything in the registration.
    pub(crate) default: bool,
    /// Whether a scope came with the resource in front; the answer repeats it.
    prefixed: bool,
}

impl Scopes {
    /// Reads a space-separated list.
    ///
    /// # Errors
    /// Several resources, a resource we do not have, a permission Graph does not have, `.default` among others.
    pub(crate) fn parse(text: &str) -> Result<Self, AadError> {
        let mut scopes = Self { names: Vec::new(), default: false, prefixed: false };
        let mut resources = Vec::new();
        for scope in text.split_whitespace() {
            let (resource, name) = split(scope);
            if !OIDC.contains(&name) && !resources.contains(&resource) {
                resources.push(resource);
            }
            scopes.prefixed |= resource.is_some();
            if name == ".default" {
                scopes.default = true;
            } else if let Some(known) = permission(name) {
                scopes.names.push(known.name.to_owned());
            } else if resource.is_none_or(is_graph) {
                let message = format!(
                    "The application asked for scope '{name}' that doesn't exist on the resource '{GRAPH_APP_ID}'. \
                     Contact the app vendor."
                );
                return Err(AadError::with(650_053, message));
            }
        }
        let distinct =
            resources.iter().map(|resource| resource.unwrap_or(GRAPH)).filter(|r| !is_graph(r)).count();
        if distinct > 1 || (distinct == 1 && resources.len() > 1) {
            return Err(AadError::new(700_022));
        }
        if distinct == 1 {
            return Err(AadError::new(500_011));
        }
        if scopes.default && scopes.names.iter().any(|name| !OIDC.contains(&name.as_str())) {
            return Err(AadError::with(
                70011,
                "The provided value for the input parameter 'scope' is not valid. .default scope can't be combined \
                 with resource-specific scopes.",
            ));
        }
        Ok(scopes)
    }

    /// Whether this OpenID scope was asked for.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.names.iter().any(|held| held == name)
    }

    /// The `scope` of a token answer for these permissions.
    pub(crate) fn answer(&self, granted: &[String]) -> String {
        let shown = |name: &String| {
            if self.prefixed && !OIDC.contains(&name.as_str()) {
                format!("{GRAPH}/{name}")
            } else {
                name.clone()
            }
        };
        granted.iter().map(shown).collect::<Vec<_>>().join(" ")
    }
}

/// `https://graph.microsoft.com/{name}`.
pub(crate) fn prefixed(name: &str) -> String {
    if OIDC.contains(&name) { name.to_owned() } else { format!("{GRAPH}/{name}") }
}

/// Whether an administrator must consent to the delegated permission by its nature.
pub(crate) fn needs_admin(name: &str) -> bool {
    permission(name).is_none_or(|permission| permission.admin)
}

/// Whether the permission opens Exchange or Teams data.
pub(crate) fn opens_exchange(name: &str) -> bool {
    permission(name).is_some_and(|permission| permission.exchange)
}

/// What a consent page says about a permission.
pub(crate) fn title(name: &str, japanese: bool) -> String {
    match permission(name) {
        Some(permission) if japanese => permission.japanese.to_owned(),
        Some(permission) => permission.english.to_owned(),
        None => name.to_owned(),
    }
}

fn permission(name: &str) -> Option<&'static Permission> {
    PERMISSIONS.iter().find(|permission| permission.name.eq_ignore_ascii_case(name))
}

fn is_graph(resource: &str) -> bool {
    resource == GRAPH || resource == GRAPH_APP_ID
}

fn split(scope: &str) -> (Option<&str>, &str) {
    match scope.rsplit_once('/') {
        Some((resource, name)) => (Some(resource.trim_end_matches('/')), name),
        None => (None, scope),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_without_a_resource_is_graphs() {
        let scopes =
            Scopes::parse("openid contacts.readwrite https://graph.microsoft.com/User.Read").expect("valid");
        assert_eq!(scopes.names, ["openid", "Contacts.ReadWrite", "User.Read"]);
        assert_eq!(
            scopes.answer(&["openid".to_owned(), "User.Read".to_owned()]),
            "openid https://graph.microsoft.com/User.Read"
        );
    }

    #[test]
    fn bad_scopes_have_their_own_codes() {
        let code = |text| Scopes::parse(text).expect_err("refused").code;
        assert_eq!(code("Contacts.Everything"), 650_053);
        assert_eq!(
            code("https://outlook.office.com/Contacts.Read https://graph.microsoft.com/User.Read"),
            700_022
        );
        assert_eq!(code("https://outlook.office.com/Contacts.Read"), 500_011);
        assert_eq!(code("https://graph.microsoft.com/.default User.Read"), 70011);
        assert!(
            Scopes::parse("https://graph.microsoft.com/.default openid offline_access")
                .expect("valid")
                .default
        );
    }
}
