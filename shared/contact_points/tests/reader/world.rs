//! A reader between the template's tables and the simulator.

use std::time::{Duration, Instant};

use accounts::{Account, Accounts, AppTokens, Link, LinkStatus};
use aws::{Aws, Key};
use contact_points::{
    Cause, ContactPoint, ContactPoints, ContactPointsError, ContactPointsSettings, Filter, LastRead, ReadJob,
    Reader,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
pub(crate) use surroundings::{HANAKO as USER, organization};
use surroundings::{LocalAws, Microsoft, TENANT, tenant};
use types::{Feature, UserId};

pub(crate) struct World {
    microsoft: Microsoft,
    _local: LocalAws,
    aws: Aws,
    pub(crate) accounts: Accounts,
    pub(crate) points: ContactPoints,
    pub(crate) reader: Reader,
    http: reqwest::Client,
}

pub(crate) fn user() -> UserId {
    "u1".parse().expect("an id")
}

impl World {
    /// A tenant that consented, with a user whose mail is read.
    pub(crate) async fn linked() -> Self {
        let microsoft = Microsoft::with_tenant().await;
        let (local, clock) = (LocalAws::start().await, microsoft.clock());
        let aws = local.client();
        let accounts = surroundings::accounts(&aws, &clock);
        let settings = ContactPointsSettings { table: "ContactPointsTable".into() };
        let points = ContactPoints::new(aws.clone(), &settings);
        let (entra, graph) = surroundings::clients(&microsoft.url, &clock);
        let tokens = AppTokens::new(accounts.clone(), entra, &surroundings::secrets()).expect("tokens");
        let reader = Reader::new(points.clone(), accounts.clone(), tokens, graph, clock);
        let http = graph::http_client();
        let world = Self { microsoft, _local: local, aws, accounts, points, reader, http };
        Box::pin(world.link()).await;
        world
    }

    async fn link(&self) {
        let shown = self.microsoft.user(USER, "佐藤 花子").await;
        self.microsoft.consent(Feature::Mail).await;
        let (organization, user, tenant) = (organization(), user(), tenant());
        self.accounts.register_tenant(&organization, &tenant).await.expect("registered");
        surroundings::grant_mail(&self.aws, &organization, TENANT, None).await;
        let member = surroundings::member(&user, USER, "佐藤 花子", self.now());
        self.accounts.put_user(&organization, &member).await.expect("written");
        let link = self.accounts.link_by_admin(&organization, &user, &tenant, Feature::Mail).await;
        let object_id = shown["id"].as_str().expect("an id").to_owned();
        let account = Account { object_id, name: USER.to_owned() };
        let link = self.accounts.note_account(&link.expect("linked"), account).await.expect("noted");
        self.accounts.note_outcome(&link, LinkStatus::Linked, None).await.expect("noted");
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.microsoft.now()
    }

    pub(crate) fn pass(&self, minutes: u32) {
        self.microsoft.pass(minutes * 60);
    }

    /// The link as it stands.
    pub(crate) async fn standing(&self) -> Link {
        let link = self.accounts.link(&organization(), &user(), Feature::Mail).await;
        link.expect("an answer").expect("a link")
    }

    pub(crate) async fn try_read(&self, seen_at: Timestamp, message: &str) -> Result<(), ContactPointsError> {
        let job =
            ReadJob { organization_id: organization(), user_id: user(), seen_at, cause: Cause::Notification };
        self.reader.work(&job, message, Instant::now() + Duration::from_secs(60)).await
    }

    /// Reads what is there now. It was noticed long enough ago that nobody waits for it to settle.
    pub(crate) async fn read(&self) -> LastRead {
        let before = self.last_read().await;
        self.pass(1);
        self.try_read(self.now() - SignedDuration::from_secs(10), "m").await.expect("read");
        let after = self.last_read().await;
        assert_ne!(before.at, after.at, "a read happened");
        after
    }

    pub(crate) async fn last_read(&self) -> LastRead {
        self.points.last_read(&self.standing().await).await.expect("an answer").unwrap_or_default()
    }

    /// All contact points, by pages of `limit`, the oldest first.
    pub(crate) async fn all(&self, filter: &Filter, limit: u32) -> Vec<ContactPoint> {
        let (mut all, mut cursor) = (Vec::new(), None::<String>);
        loop {
            let page = self.points.points(&organization(), filter, limit, cursor.as_deref()).await;
            let (points, next) = page.expect("a page");
            assert!(points.len() <= limit as usize);
            all.extend(points);
            cursor = next;
            if cursor.is_none() {
                all.reverse();
                return all;
            }
        }
    }

    /// Who the contact points are with, the oldest first.
    pub(crate) async fn addresses(&self) -> Vec<String> {
        self.all(&Filter::default(), 100).await.into_iter().map(|point| point.address).collect()
    }

    /// A mail of this number arrives from `from`, or was sent there, in a folder; its id in the mailbox.
    pub(crate) async fn mail(&self, folder: &str, from: &str, to: &str, number: u32) -> String {
        self.mail_with(folder, from, to, number, "").await
    }

    /// The same with more header lines, each with its end.
    pub(crate) async fn mail_with(
        &self,
        folder: &str,
        from: &str,
        to: &str,
        number: u32,
        more: &str,
    ) -> String {
        let raw = format!(
            "From: {from}\r\nTo: {to}\r\nSubject: Number {number}\r\nMessage-ID: <{number}@mx.example>\r\n\
             Date: Sun, 22 Nov 2026 08:00:00 +0000\r\n{more}\r\nHello\r\n"
        );
        let url = format!("{}/_sim/mailboxes/{USER}/messages?folder={folder}", self.microsoft.url);
        let request = self.http.post(url).header("content-type", "message/rfc822").body(raw);
        let reply = request.send().await.expect("an answer").error_for_status().expect("taken");
        let shown: Value = reply.json().await.expect("JSON");
        shown["immutableId"].as_str().expect("an id").to_owned()
    }

    pub(crate) async fn move_to(&self, id: &str, folder: &str) {
        let path = format!("mailboxes/{USER}/messages/{id}/move?folder={folder}");
        self.microsoft.post(&path, &json!({})).await;
    }

    pub(crate) async fn fault(&self, path: &str, action: Value, times: u32) {
        self.microsoft.fault(&json!({"path": path}), &action, times).await;
    }

    /// How many requests a fault met.
    pub(crate) async fn struck(&self) -> u64 {
        self.microsoft.struck().await
    }

    /// Addresses, from the version root on, of the calls to Graph for messages.
    pub(crate) async fn calls(&self) -> Vec<String> {
        let exchanges = self.microsoft.exchanges().await.into_iter();
        let paths = exchanges.filter_map(|exchange| {
            Some(format!("{}?{}", exchange["path"].as_str()?, exchange["query"].as_str().unwrap_or_default()))
        });
        paths.filter(|path| path.contains("/messages")).collect()
    }

    /// Takes an attribute away from how far the mailbox is read.
    pub(crate) async fn lose(&self, attribute: &'static str) {
        let link = self.standing().await;
        let key = Key::new("POINTS#o1#u1", format!("READ#{TENANT}#{}", link.object_id()));
        let update = self.aws.table("ContactPointsTable").update(key).remove(attribute);
        self.aws.write(update).await.expect("written");
    }
}
