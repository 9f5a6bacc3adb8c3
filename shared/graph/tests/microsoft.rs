//! The whole way against the Microsoft 365 simulator, which shares no code with this crate: consent,
//! sign-in, tokens, folder, contacts in batches, throttling and lost replies.

use std::sync::Arc;

use graph::contacts::{self, Contact, ContactId, EmailAddress, Folder, FolderId, Writing};
use graph::entra::{Authorize, Credential, Credentials, Entra, Pkce, RedeemCode, Tokens};
use graph::{BatchAnswer, EntraSettings, Graph, GraphError, GraphSettings, Mailbox, http_client};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use simulator::model::directory::{NewApplication, NewSecret, NewTenant, NewUser};
use simulator::{Simulator, SimulatorOptions};
use types::{SystemClock, TenantId};
use url::Url;

const CLIENT: &str = "11111111-2222-4333-8444-555555555555";
const TENANT: &str = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee";
const ADMIN: &str = "admin@contoso.example";
const USER: &str = "hanako@contoso.example";
const SECRET: &str = "s3cret~va+lue";
const SCOPES: [&str; 5] = [
    "openid",
    "profile",
    "offline_access",
    "https://graph.microsoft.com/User.Read",
    "https://graph.microsoft.com/Contacts.ReadWrite",
];

/// A simulator with one tenant, user and app, and our view of it.
struct World {
    simulator: Simulator,
    entra: Entra,
    graph: Graph,
    tenant: TenantId,
    consent: Url,
    sign_in: Url,
}

impl World {
    /// `name` names the file under `target/tmp` that the exchanges go to, to be held to Microsoft's contract.
    async fn new(name: &str) -> Self {
        let record = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("graph-{name}.jsonl"));
        let _ = std::fs::remove_file(&record);
        let options = SimulatorOptions { record: Some(record), ..SimulatorOptions::default() };
        let simulator = Simulator::start(options).await.expect("a simulator");
        let (consent, sign_in) =
            ("https://app.example/connect/consent", "https://app.example/connect/sign-in");
        register(&simulator, &[consent, sign_in]);
        let url = |text: &str| text.parse::<Url>().expect("a URL");
        let settings = EntraSettings { client_id: CLIENT.to_owned(), login_url: url(&simulator.url) };
        let graph_url = url(&format!("{}/v1.0", simulator.url));
        let secret = vec![Credential::secret(SECRET.to_owned())];
        let credentials = Credentials::fixed(secret, Arc::new(SystemClock::default()));
        Self {
            entra: Entra::new(http_client(), settings, credentials),
            graph: Graph::new(http_client(), GraphSettings { graph_url }),
            tenant: TENANT.parse().expect("a tenant"),
            consent: url(consent),
            sign_in: url(sign_in),
            simulator,
        }
    }

    /// Answers a page of Entra as this account; the parameters of the way back come back.
    async fn answer(&self, mut page: Url, account: &str) -> Vec<(String, String)> {
        page.query_pairs_mut().append_pair("_sim_account", account).append_pair("_sim_answer", "accept");
        let response = http_client().get(page).send().await.expect("a page");
        let location = response.headers().get("location").expect("a redirect").to_str().expect("ASCII");
        location.parse::<Url>().expect("a URL").query_pairs().into_owned().collect()
    }

    async fn consent_for_all(&self) {
        let page = self.entra.admin_consent_url(&self.tenant, &SCOPES, &self.consent, "state+1/=");
        let back = self.answer(page, ADMIN).await;
        assert_eq!(parameter(&back, "admin_consent"), Some("True"), "{back:?}");
        assert_eq!(parameter(&back, "state"), Some("state+1/="));
        assert_eq!(parameter(&back, "tenant"), Some(TENANT));
        assert_eq!(parameter(&back, "error"), None);
    }

    async fn code(&self, challenge: &str) -> String {
        let back = self.answer(self.entra.authorize_url(&self.authorize(challenge)), USER).await;
        parameter(&back, "code").unwrap_or_else(|| panic!("no code: {back:?}")).to_owned()
    }

    fn authorize<'a>(&'a self, code_challenge: &'a str) -> Authorize<'a> {
        Authorize {
            tenant: &self.tenant,
            scopes: &SCOPES,
            redirect_uri: &self.sign_in,
            state: "s",
            nonce: "the nonce",
            code_challenge,
            prompt: Some("select_account"),
            login_hint: Some(USER),
        }
    }

    async fn redeem(&self, code: &str, code_verifier: &SecretString) -> Result<Tokens, GraphError> {
        let (tenant, redirect_uri) = (&self.tenant, &self.sign_in);
        self.entra
            .redeem_code(RedeemCode { tenant, code, code_verifier, redirect_uri, scopes: &SCOPES })
            .await
    }

    async fn signed_in(&self) -> Tokens {
        self.consent_for_all().await;
        let pkce = Pkce::generate(&mut rand::rng());
        let code = self.code(&pkce.challenge).await;
        self.redeem(&code, &pkce.verifier).await.expect("tokens")
    }

    /// A linked mailbox with our folder in it.
    async fn linked(&self) -> (Mailbox, Folder) {
        let mailbox = self.graph.mailbox(self.signed_in().await.access_token);
        let folder = mailbox.create_folder("Cards", "o1/u1").await.expect("a folder");
        (mailbox, folder)
    }

    async fn control(&self, path: &str, body: &Value) {
        let url = format!("{}/_sim/{path}", self.simulator.url);
        let response = http_client().post(url).json(body).send().await.expect("an answer");
        assert!(response.status().is_success(), "{path}: {}", response.status());
    }

    async fn look(&self, path: &str) -> Value {
        let url = format!("{}/_sim/{path}", self.simulator.url);
        http_client().get(url).send().await.expect("an answer").json().await.expect("JSON")
    }

    /// The contacts of our folder as the mailbox holds them.
    async fn contacts(&self) -> Vec<Value> {
        let mailbox = self.look(&format!("mailboxes/{USER}")).await;
        let folders = mailbox["folders"].as_array().expect("folders");
        let ours = folders.iter().find(|folder| folder["displayName"] == "Cards").expect("our folder");
        ours["contacts"].as_array().expect("contacts").clone()
    }
}

fn register(simulator: &Simulator, redirect_uris: &[&str]) {
    let mut world = simulator.app().world();
    let application = NewApplication {
        client_id: Some(CLIENT.to_owned()),
        display_name: "Setten".to_owned(),
        secrets: vec![NewSecret { value: SECRET.to_owned(), expires_at: None }],
        redirect_uris: redirect_uris.iter().map(|&uri| uri.to_owned()).collect(),
        delegated_scopes: ["User.Read", "Contacts.ReadWrite"].map(str::to_owned).to_vec(),
        ..NewApplication::default()
    };
    world.directory.register(application).expect("an application");
    let tenant = NewTenant {
        tenant_id: Some(TENANT.to_owned()),
        domain: "contoso.example".to_owned(),
        display_name: "Contoso".to_owned(),
        ..NewTenant::default()
    };
    let user = NewUser {
        user_principal_name: USER.to_owned(),
        display_name: "佐藤 花子".to_owned(),
        ..NewUser::default()
    };
    world.directory.add_tenant(tenant).expect("a tenant").add_user(user).expect("a user");
}

fn parameter<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
}

fn writing<'a>(contact: &'a Contact, key: &'a str) -> Writing<'a> {
    Writing { contact, withheld: &[], key, record: "1" }
}

fn made_of(folder: &FolderId, contact: &Contact, key: &str) -> graph::BatchRequest {
    contacts::create(folder, &writing(contact, key))
}

fn contact(number: usize) -> Contact {
    let name = format!("佐藤 {number}");
    let address = format!("n{number}@fabrikam.example");
    Contact {
        display_name: Some(name.clone()),
        file_as: Some(name),
        surname: Some("佐藤".to_owned()),
        job_title: Some("部長".to_owned()),
        business_phones: vec!["+81 3 0000 0000".to_owned()],
        email_addresses: vec![EmailAddress { name: None, address }],
        ..Contact::default()
    }
}

fn ids(answers: &[BatchAnswer]) -> Vec<ContactId> {
    answers.iter().map(|answer| contacts::stored(answer).expect("a contact").id).collect()
}

#[tokio::test]
async fn a_tenant_consents_and_a_user_signs_in() {
    let world = World::new("sign-in").await;
    assert!(world.entra.tenant_exists(&world.tenant).await.expect("an answer"));
    let nowhere: TenantId = "00000000-0000-4000-8000-000000000000".parse().expect("a tenant id");
    assert!(!world.entra.tenant_exists(&nowhere).await.expect("an answer"));

    let tokens = world.signed_in().await;
    let (now, id_token) = (world.simulator.app().clock.now(), tokens.id_token.expect("an id token"));
    let who =
        world.entra.verify_id_token(&id_token, &world.tenant, "the nonce", now).await.expect("verified");
    assert_eq!((who.preferred_username.as_str(), who.name.as_deref()), (USER, Some("佐藤 花子")));
    let me = world.graph.mailbox(tokens.access_token).me().await.expect("a user");
    assert_eq!((me.id, me.user_principal_name.as_str()), (who.object_id, USER));
    assert!(world.entra.verify_id_token(&id_token, &world.tenant, "another", now).await.is_err());

    let refresh_token = tokens.refresh_token.expect("a refresh token");
    let fresh = world.entra.refresh(&world.tenant, &refresh_token, &SCOPES).await.expect("fresh tokens");
    let rotated = fresh.refresh_token.expect("a new refresh token");
    assert_ne!(rotated.expose_secret(), refresh_token.expose_secret());
    world.graph.mailbox(fresh.access_token.clone()).me().await.expect("a user");

    world.simulator.app().clock.advance(3700);
    let stale = world.graph.mailbox(fresh.access_token).me().await.expect_err("an old token");
    assert!(stale.is_unauthorized(), "{stale:?}");
    world.simulator.app().clock.advance(91 * 86_400);
    let dead = world.entra.refresh(&world.tenant, &rotated, &SCOPES).await.expect_err("unused for 91 days");
    assert!(dead.needs_sign_in() && dead.aadsts() == Some(700_082), "{dead:?}");
}

#[tokio::test]
async fn a_code_works_once_and_only_with_its_verifier() {
    let world = World::new("codes").await;
    world.consent_for_all().await;
    let pkce = Pkce::generate(&mut rand::rng());
    let code = world.code(&pkce.challenge).await;
    let wrong = world.redeem(&code, &Pkce::generate(&mut rand::rng()).verifier).await.expect_err("not ours");
    assert_eq!(wrong.aadsts(), Some(501_481), "{wrong:?}");
    let code = world.code(&pkce.challenge).await;
    world.redeem(&code, &pkce.verifier).await.expect("tokens");
    let again = world.redeem(&code, &pkce.verifier).await.expect_err("used");
    assert_eq!(again.aadsts(), Some(54_005), "{again:?}");
}

#[tokio::test]
async fn the_folder_is_made_once_and_found_by_key() {
    let world = World::new("folder").await;
    let token = world.signed_in().await.access_token;
    let mailbox = world.graph.mailbox(token.clone());
    assert_eq!(mailbox.folder_by_key("o1/u1").await.expect("an answer"), None);
    let folder = mailbox.create_folder("Cards", "o1/u1").await.expect("a folder");
    let exists = mailbox.create_folder("Cards", "o1/u1").await.expect_err("exists");
    assert!(exists.has_code("ErrorFolderExists") && exists.status() == Some(409), "{exists:?}");
    let found = mailbox.folder_by_key("o1/u1").await.expect("an answer").expect("the folder");
    assert_eq!((&found.id, found.display_name.as_str()), (&folder.id, "Cards"));
    assert_eq!(mailbox.folder_by_key("o1/u2").await.expect("an answer"), None);
    assert_eq!(mailbox.folder(&folder.id).await.expect("an answer").expect("the folder").id, folder.id);
    let fault = json!({"match": {"method": "POST", "path": "contactFolders"}, "action": {"dropReply": true}});
    world.control("faults", &fault).await;
    let lost = mailbox.create_folder("Cards 2", "o1/u3").await.expect_err("lost");
    assert!(lost.is_outcome_unknown(), "{lost:?}");
    assert!(mailbox.folder_by_key("o1/u3").await.expect("an answer").is_some(), "it took effect");

    // Somebody deletes it in Outlook: first it lies in Deleted Items, then it is gone.
    let url = format!("{}/v1.0/me/contactFolders/{}", world.simulator.url, folder.id);
    let delete = http_client().delete(&url).bearer_auth(token.expose_secret());
    assert_eq!(delete.send().await.expect("an answer").status(), 204);
    assert_eq!(mailbox.folder_by_key("o1/u1").await.expect("an answer"), None);
    let ghost = mailbox.folder(&folder.id).await.expect("an answer").expect("in Deleted Items");
    assert_ne!(ghost.parent_folder_id, found.parent_folder_id);
    let purge = http_client().post(format!("{url}/permanentDelete")).bearer_auth(token.expose_secret());
    assert_eq!(purge.send().await.expect("an answer").status(), 204);
    assert_eq!(mailbox.folder(&folder.id).await.expect("an answer"), None);
}

#[tokio::test]
async fn contacts_are_made_found_changed_and_deleted() {
    let world = World::new("contacts").await;
    let (mailbox, folder) = world.linked().await;
    let creations: Vec<_> = (0..45).map(|n| made_of(&folder.id, &contact(n), &format!("card'{n}"))).collect();
    let made = ids(&mailbox.batch(&creations).await.expect("answers"));
    assert_eq!(world.contacts().await.len(), 45);

    let found = mailbox
        .batch(&[contacts::find_by_key(&folder.id, "card'7"), contacts::find_by_key(&folder.id, "card'99")])
        .await
        .expect("answers");
    assert_eq!(contacts::found(&found[0]).expect("found"), [made[7].clone()]);
    assert!(contacts::found(&found[1]).expect("none").is_empty());

    let bare = Contact { job_title: None, email_addresses: vec![], ..contact(7) };
    let answers = mailbox
        .batch(&[
            contacts::update(&folder.id, &made[7], &writing(&bare, "card'7"), None),
            contacts::delete(&folder.id, &made[8]),
            contacts::delete(&folder.id, &made[8]),
        ])
        .await
        .expect("answers");
    assert_eq!(ids(&answers[..1]), [made[7].clone()]);
    let statuses: Vec<_> = answers[1..].iter().map(|answer| answer.status).collect();
    assert!(statuses.contains(&204), "{statuses:?}");
    let gone = mailbox.batch(&[contacts::delete(&folder.id, &made[8])]).await.expect("answers");
    assert!(gone[0].error().expect("gone").has_code("ErrorItemNotFound"));

    let kept = world.contacts().await;
    assert_eq!(kept.len(), 44);
    let changed =
        kept.iter().find(|contact| contact["immutableId"] == made[7].as_str()).expect("the contact");
    assert!(changed["jobTitle"].is_null(), "{changed}");
    assert!(changed["emailAddresses"].as_array().is_none_or(Vec::is_empty), "{changed}");
    assert_eq!((&changed["displayName"], &changed["surname"]), (&json!("佐藤 7"), &json!("佐藤")));
}

/// Five callers push this many contacts each, one batch at a time.
async fn five_callers(mailbox: &Mailbox, folder: &Folder, each: usize) -> Vec<BatchAnswer> {
    let caller = async |caller: usize| {
        let creations: Vec<_> =
            (0..each).map(|n| made_of(&folder.id, &contact(n), &format!("{caller}/{n}"))).collect();
        mailbox.batch(&creations).await.expect("answers")
    };
    futures::future::join_all((0..5).map(caller)).await.concat()
}

#[tokio::test]
async fn five_callers_never_have_more_than_four_requests_in_the_mailbox() {
    for mode in ["queue", "reject"] {
        let world = World::new(&format!("five-callers-{mode}")).await;
        let (mailbox, folder) = world.linked().await;
        world.control("settings", &json!({"batchConcurrency": mode, "latencyMs": 5})).await;
        let before = world.look("stats").await["graphHttpCalls"].as_u64().expect("a count");
        ids(&five_callers(&mailbox, &folder, 40).await);
        assert_eq!(world.contacts().await.len(), 200);
        let stats = world.look("stats").await;
        assert_eq!(stats["graphHttpCalls"], before + 10, "{mode}: twenty to a batch");
        assert_eq!(stats["throttled"], 0, "{mode}");
        assert_eq!(stats["mailboxes"][USER]["highestConcurrency"], 4, "{mode}: all places are used");
    }
}

#[tokio::test]
async fn a_contact_that_is_gone_holds_up_only_its_own_batch() {
    for mode in ["queue", "reject"] {
        let world = World::new(&format!("gone-{mode}")).await;
        let (mailbox, folder) = world.linked().await;
        let made = mailbox.batch(&[made_of(&folder.id, &contact(0), "gone")]).await.expect("answers");
        let gone = contacts::delete(&folder.id, &ids(&made)[0]);
        mailbox.batch(std::slice::from_ref(&gone)).await.expect("deleted");
        world.control("settings", &json!({"batchConcurrency": mode, "latencyMs": 5})).await;
        let before = world.look("stats").await["graphHttpCalls"].as_u64().expect("a count");
        let caller = async |caller: usize| {
            let mut requests: Vec<_> =
                (0..19).map(|n| made_of(&folder.id, &contact(n), &format!("{caller}/{n}"))).collect();
            requests.insert(6, gone.clone());
            mailbox.batch(&requests).await.expect("answers")
        };
        for mut answers in futures::future::join_all((0..5).map(caller)).await {
            assert!(answers.remove(6).error().expect("refused").has_code("ErrorItemNotFound"));
            assert_eq!(ids(&answers).len(), 19);
        }
        assert_eq!(world.contacts().await.len(), 5 * 19);
        let stats = world.look("stats").await;
        assert_eq!(stats["graphHttpCalls"], before + 5 * (1 + 4), "{mode}: thirteen behind it, by fours");
        assert_eq!(stats["throttled"], 0, "{mode}");
        let highest = stats["mailboxes"][USER]["highestConcurrency"].as_u64().expect("a count");
        assert!(highest <= 4, "{mode}: {highest}");
    }
}

#[tokio::test]
async fn refused_for_concurrency_nothing_is_lost_or_doubled() {
    let world = World::new("throttled").await;
    let (mailbox, folder) = world.linked().await;
    // Outlook has room for only two of us, so to speak.
    world.control("settings", &json!({"mailboxConcurrency": 2, "latencyMs": 5})).await;
    let made = ids(&five_callers(&mailbox, &folder, 20).await);
    assert_eq!((made.len(), world.contacts().await.len()), (100, 100));
    let before = world.look("stats").await["throttled"].as_u64().expect("a count");
    assert!(before > 0, "it is refused at first");
    ids(&five_callers(&mailbox, &folder, 20).await);
    assert_eq!(world.look("stats").await["throttled"], before, "two at a time from then on");
}

#[tokio::test]
async fn a_lost_reply_is_in_doubt_until_it_is_looked_up() {
    let world = World::new("lost").await;
    let (mailbox, folder) = world.linked().await;
    let fault = |action: Value| json!({"match": {"method": "POST", "path": "/$batch"}, "action": action});
    let creations: Vec<_> = (0..3).map(|n| made_of(&folder.id, &contact(n), &n.to_string())).collect();

    world.control("faults", &fault(json!({"dropReply": true}))).await;
    let lost = mailbox.batch(&creations).await.expect_err("lost");
    assert!(lost.is_outcome_unknown(), "{lost:?}");
    let looks: Vec<_> = (0..3).map(|n| contacts::find_by_key(&folder.id, &n.to_string())).collect();
    for answer in mailbox.batch(&looks).await.expect("answers") {
        assert_eq!(contacts::found(&answer).expect("found").len(), 1, "it took effect, once");
    }

    world.control("faults", &fault(json!({"status": 503, "headers": {"Retry-After": "0"}}))).await;
    ids(&mailbox.batch(&creations[..1]).await.expect("repeated, since it was not executed"));
    world.control("faults", &fault(json!({"dropReply": true}))).await;
    mailbox.batch(&looks).await.expect("reads are repeated");
    assert_eq!(world.contacts().await.len(), 4);
}
