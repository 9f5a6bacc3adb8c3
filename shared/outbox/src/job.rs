//! What the outbox's queue carries: our own word that something is to go out, and SES's that a mail did.

use std::collections::HashMap;

use aws::Job;
use serde::{Deserialize, Serialize};
use settings::{Environment, Settings, SettingsError, Variable};
use types::{Feature, OrganizationId, UserId};

/// Where the jobs go.
#[derive(Debug, Clone)]
pub struct QueueSettings {
    /// The queue's URL.
    pub url: String,
}

impl Settings for QueueSettings {
    const VARIABLES: &'static [Variable] = &[Variable {
        name: "OUTBOX_QUEUE_URL",
        doc: "The SQS queue of mails, news and deliveries that are to go out.",
    }];

    fn load(environment: &Environment) -> Result<Self, SettingsError> {
        Ok(Self { url: environment.get("OUTBOX_QUEUE_URL")? })
    }
}

/// Send this mail, if it has not gone out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendJob {
    /// The id it was posted under.
    pub mail_id: String,
    /// How often it had been tried when this was queued. A copy of the job that comes later does nothing, so that
    /// a backlog burns no attempts.
    #[serde(default)]
    pub attempts: u32,
}

impl Job for SendJob {
    fn group(&self) -> Option<String> {
        Some("mail".to_owned())
    }
}

/// Make mails and deliveries of these news, if nobody did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewsJob {
    /// Whose.
    pub organization_id: OrganizationId,
    /// Which.
    pub news_id: String,
}

/// Look whether a link still does not work that people were told of a day ago.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemindJob {
    /// Whose.
    pub organization_id: OrganizationId,
    /// Whose link.
    pub user_id: UserId,
    /// For what.
    pub feature: Feature,
}

/// Take this delivery to its webhook, if it is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliverJob {
    /// Whose.
    pub organization_id: OrganizationId,
    /// Where to.
    pub webhook_id: String,
    /// Which.
    pub delivery_id: String,
    /// How often it had been tried when this was queued; as in [`SendJob`].
    #[serde(default)]
    pub attempts: u32,
}

/// An event of SES, as EventBridge delivers it; only what is read here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SesEvent {
    /// `Email Sent`, or one that says nothing to us.
    #[serde(rename = "detail-type")]
    pub kind: String,
    detail: Detail,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Detail {
    mail: SesMail,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SesMail {
    message_id: String,
    #[serde(default)]
    tags: HashMap<String, Vec<String>>,
}

/// The tag that carries a mail's id to SES and back.
pub(crate) const EFFECT: &str = "effect";

impl SesEvent {
    /// The mail that went out, and SES's id of it; none when the event tells of something else.
    pub(crate) fn sent(&self) -> Option<(&str, &str)> {
        let mail = &self.detail.mail;
        let effect = mail.tags.get(EFFECT)?.first()?;
        (self.kind == "Email Sent").then_some((effect, &mail.message_id))
    }
}

/// One message on the outbox's queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum OutboxJob {
    /// A mail.
    Send(SendJob),
    /// News that became known.
    News(NewsJob),
    /// A link to look at again.
    Remind(RemindJob),
    /// A delivery.
    Deliver(DeliverJob),
    /// SES's.
    Event(SesEvent),
}

impl Job for OutboxJob {
    /// A webhook that answers slowly holds up its own deliveries, and an organization its own news; mail is held
    /// up by neither.
    fn group(&self) -> Option<String> {
        match self {
            Self::Send(job) => job.group(),
            Self::News(NewsJob { organization_id, .. }) | Self::Remind(RemindJob { organization_id, .. }) => {
                Some(format!("news-{organization_id}"))
            }
            Self::Deliver(job) => Some(job.webhook_id.clone()),
            Self::Event(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> OrganizationId {
        text.parse().expect("an id")
    }

    fn jobs() -> [OutboxJob; 4] {
        [
            OutboxJob::Send(SendJob { mail_id: "a-1".to_owned(), attempts: 2 }),
            OutboxJob::News(NewsJob { organization_id: id("o1"), news_id: "n1".to_owned() }),
            OutboxJob::Remind(RemindJob {
                organization_id: id("o1"),
                user_id: "sato".parse().expect("an id"),
                feature: Feature::Mail,
            }),
            OutboxJob::Deliver(DeliverJob {
                organization_id: id("o1"),
                webhook_id: "whk_1".to_owned(),
                delivery_id: "evt_1".to_owned(),
                attempts: 1,
            }),
        ]
    }

    #[test]
    fn the_messages_of_one_webhook_are_a_group_and_mail_is_another() {
        let groups = jobs().map(|job| job.group());
        let groups: Vec<&str> = groups.iter().map(|group| group.as_deref().unwrap_or_default()).collect();
        assert_eq!(groups, ["mail", "news-o1", "news-o1", "whk_1"]);
    }

    #[test]
    fn our_jobs_and_the_events_of_ses_are_told_apart() {
        let read = |text: &str| serde_json::from_str::<OutboxJob>(text);
        let job = read(r#"{"mail_id":"a-1"}"#).expect("a job");
        assert_eq!(job, OutboxJob::Send(SendJob { mail_id: "a-1".to_owned(), attempts: 0 }));
        for job in jobs() {
            let text = serde_json::to_string(&job).expect("a text");
            assert_eq!(read(&text).expect("a job"), job, "{text}");
        }
        let event = |kind: &str, tags: &str| {
            let text = format!(
                r#"{{"version":"0","id":"e","detail-type":"{kind}","source":"aws.ses","account":"1","time":"2026-11-22T10:00:00Z",
                    "region":"r","resources":[],"detail":{{"eventType":"Send","mail":{{"timestamp":"2026-11-22T10:00:00Z",
                    "messageId":"m-1","source":"a@b.test","destination":["c@d.test"],"tags":{tags}}},"send":{{}}}}}}"#
            );
            match read(&text).expect("an event") {
                OutboxJob::Event(event) => event.sent().map(|(id, ses)| (id.to_owned(), ses.to_owned())),
                job => panic!("{job:?}"),
            }
        };
        let tags = r#"{"ses:from-domain":["b.test"],"effect":["a-1"]}"#;
        assert_eq!(event("Email Sent", tags), Some(("a-1".to_owned(), "m-1".to_owned())));
        assert_eq!(event("Email Bounced", tags), None);
        assert_eq!(event("Email Sent", "{}"), None);
        assert!(read(r#"{"user_id":"x"}"#).is_err());
    }
}
