//! Microsoft's own Python client works against the simulator (`python/contacts.py`, `python/mail_and_events.py`).
//!
//! `SETTEN_PYTHON` names a Python that has `python/requirements.txt`; without it the test makes itself a virtual
//! environment below `target/`, once.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use simulator::model::directory::{NewApplication, NewSecret, NewTenant, NewUser};
use simulator::model::mailbox::{INBOX, InvitationKind};
use simulator::{Simulator, SimulatorOptions};

const CLIENT: &str = "11111111-2222-4333-8444-555555555555";
const SECRET: &str = "the secret";
const DOMAIN: &str = "contoso.example";
const ROLES: [&str; 3] = ["Contacts.ReadWrite", "Mail.Read", "Calendars.ReadWrite"];
const USER: &str = "kenji@contoso.example";

#[tokio::test(flavor = "multi_thread")]
async fn the_python_client_manages_contacts() {
    let simulator = Simulator::start(SimulatorOptions::default()).await.expect("a simulator");
    populate(&simulator);
    let said = run(&simulator, "contacts.py", USER).await;
    assert!(said.status.success(), "{}\n{}", text(&said.stdout), text(&said.stderr));
    let said: Value = serde_json::from_slice(&said.stdout).expect("one JSON object");
    assert_eq!((&said["contacts"], &said["pages"]), (&Value::from(20), &Value::from(3)));

    // What the client believes must be what is in the mailbox.
    let world = simulator.app().world();
    let (_, user) = world.directory.user(USER).expect("there");
    let mailbox = world.mailboxes.get(&user.id).expect("it was used");
    let folder =
        mailbox.folders.values().find(|folder| folder.display_name == "Python の名刺").expect("made");
    let contacts: Vec<_> = mailbox.contacts_in(folder.number).collect();
    assert_eq!(contacts.len(), 20);
    let changed = contacts.iter().filter(|contact| contact.text("jobTitle") == "取締役");
    assert_eq!(changed.map(|contact| contact.text("displayName")).collect::<Vec<_>>(), ["山田 太郎7"]);
    assert!(contacts.iter().all(|contact| contact.text("yomiSurname") == "ヤマダ"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_python_client_follows_a_mailbox_reads_mail_and_makes_events() {
    let simulator = Simulator::start(SimulatorOptions::default()).await.expect("a simulator");
    populate(&simulator);
    let said = run(&simulator, "mail_and_events.py", USER).await;
    assert!(said.status.success(), "{}\n{}", text(&said.stdout), text(&said.stderr));
    let said: Value = serde_json::from_slice(&said.stdout).expect("one JSON object");
    assert_eq!((&said["messages"], &said["busy"]), (&Value::from(3), &Value::from("020")));

    let world = simulator.app().world();
    let (_, user) = world.directory.user(USER).expect("there");
    let mailbox = world.mailboxes.get(&user.id).expect("it was used");
    assert_eq!(mailbox.messages_in(INBOX).count(), 3);
    let invited: Vec<_> =
        mailbox.calendar.invitations.iter().map(|mail| (mail.to.as_str(), mail.kind)).collect();
    let guest = "guest@partner.example";
    assert_eq!(invited, [(guest, InvitationKind::Request), (guest, InvitationKind::Cancel)]);
    assert!(world.subscriptions.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_script_fails_where_graph_refuses() {
    let simulator = Simulator::start(SimulatorOptions::default()).await.expect("a simulator");
    populate(&simulator);
    let said = run(&simulator, "contacts.py", "nobody@contoso.example").await;
    assert!(
        !said.status.success(),
        "a mailbox that is not there must end the script: {}",
        text(&said.stdout)
    );
}

fn populate(simulator: &Simulator) {
    let mut world = simulator.app().world();
    let directory = &mut world.directory;
    let application = NewApplication {
        client_id: Some(CLIENT.to_owned()),
        display_name: "Client test".to_owned(),
        secrets: vec![NewSecret { value: SECRET.to_owned(), expires_at: None }],
        application_roles: ROLES.map(str::to_owned).to_vec(),
        ..NewApplication::default()
    };
    directory.register(application).expect("an application");
    let tenant = directory
        .add_tenant(NewTenant {
            domain: DOMAIN.to_owned(),
            display_name: "Contoso".to_owned(),
            ..NewTenant::default()
        })
        .expect("a tenant");
    let user = NewUser {
        user_principal_name: USER.to_owned(),
        display_name: "鈴木 健二".to_owned(),
        ..NewUser::default()
    };
    tenant.add_user(user).expect("a user");
    tenant.principal_or_new(CLIENT).application_roles.extend(ROLES.map(|role| (role.to_owned(), 0)));
}

async fn run(simulator: &Simulator, script: &'static str, user: &str) -> Output {
    let arguments = [simulator.url.as_str(), DOMAIN, CLIENT, SECRET, user].map(str::to_owned);
    let work = move || {
        Command::new(python()).arg(here().join(script)).args(arguments).output().expect("Python starts")
    };
    tokio::task::spawn_blocking(work).await.expect("it ran")
}

/// A Python with the client.
fn python() -> PathBuf {
    static ENVIRONMENT: std::sync::OnceLock<PathBuf> = std::sync::OnceLock::new();
    given_python().unwrap_or_else(|| ENVIRONMENT.get_or_init(own_environment).clone())
}

/// Given by the developer commands, so that one environment serves all.
fn given_python() -> Option<PathBuf> {
    std::env::var_os("SETTEN_PYTHON").map(PathBuf::from)
}

fn own_environment() -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("python-client");
    let (python, done) = (root.join("bin/python"), root.join("installed.txt"));
    let wanted = std::fs::read_to_string(here().join("requirements.txt")).expect("the requirements");
    // Written last: an environment that was broken off is made again.
    if std::fs::read_to_string(&done).is_ok_and(|installed| installed == wanted) {
        return python;
    }
    done_or_panic(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&root));
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"];
    done_or_panic(Command::new(&python).args(install).arg(here().join("requirements.txt")));
    std::fs::write(done, wanted).expect("written");
    python
}

fn done_or_panic(command: &mut Command) {
    let said = command.output().expect("it starts");
    assert!(said.status.success(), "{command:?}: {}", text(&said.stderr));
}

fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("python")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
