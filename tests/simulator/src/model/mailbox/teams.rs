//! Meetings in Teams: the link, and the part of an event's body that carries it.

use std::fmt::Write as _;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Event, Mailbox, OnlineMeeting, Teams};

/// The meeting that an event gets; none when Teams refuses.
pub(super) fn meeting(teams: Teams, tenant_id: &str, user_id: &str, now: Timestamp) -> Option<OnlineMeeting> {
    let (seconds, reads) = match teams {
        Teams::Prompt => (0, 0),
        Teams::Late { seconds, reads } => (seconds, reads),
        Teams::Refused => return None,
    };
    let thread = Uuid::new_v4().simple();
    let join_url = format!(
        "https://teams.microsoft.com/l/meetup-join/19%3ameeting_{thread}%40thread.v2/0\
         ?context=%7b%22Tid%22%3a%22{tenant_id}%22%2c%22Oid%22%3a%22{user_id}%22%7d"
    );
    let from = now + SignedDuration::from_secs(i64::from(seconds));
    Some(OnlineMeeting { join_url, from, reads, ready: false })
}

/// What Outlook adds to the body of a meeting in Teams.
fn blob(join_url: &str) -> String {
    let mut blob = "<br>\r\n<div style=\"width:100%\"><span>".to_owned();
    blob += &"_".repeat(80);
    // Writing to a text cannot fail.
    let _ = write!(
        blob,
        "</span></div>\r\n<div class=\"me-email-text\" lang=\"en-US\"><div>Microsoft Teams meeting</div>\
         <div><a href=\"{join_url}\" class=\"me-email-headline\">Join the meeting now</a></div></div>\r\n"
    );
    blob
}

/// A body as Exchange keeps it: a whole document in HTML.
#[must_use]
pub fn body(html: &str) -> Value {
    let lower = html.to_ascii_lowercase();
    let document = if html.is_empty() || lower.contains("<body") {
        html.to_owned()
    } else {
        format!(
            "<html><head>\r\n<meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\">\
             </head><body>\r\n{html}\r\n</body></html>"
        )
    };
    json!({"contentType": "html", "content": document})
}

impl Event {
    /// Lets the link be seen if its time has come; true when it was not seen before.
    pub(super) fn open_meeting(&mut self, now: Timestamp) -> bool {
        let Some(meeting) = &mut self.online else { return false };
        if meeting.ready || meeting.from > now || meeting.reads > 0 {
            return false;
        }
        meeting.ready = true;
        let blob = blob(&meeting.join_url);
        let html = match self.html() {
            "" => blob,
            html => match html.rfind("</body>") {
                Some(end) => format!("{}{blob}{}", &html[..end], &html[end..]),
                None => html.to_owned() + &blob,
            },
        };
        self.properties.insert("body".to_owned(), body(&html));
        true
    }

    /// A body without the link takes the meeting offline.
    pub(super) fn close_meeting_without_link(&mut self) {
        let lost = |meeting: &OnlineMeeting| meeting.ready && !self.html().contains(&meeting.join_url);
        if self.online.as_ref().is_some_and(lost) {
            self.online = None;
        }
    }
}

impl Mailbox {
    /// Counts that an event is shown once more without its link.
    pub fn count_read(&mut self, number: u64) {
        let event = self.calendar.events.get_mut(&number);
        if let Some(meeting) = event.and_then(|event| event.online.as_mut()) {
            meeting.reads = meeting.reads.saturating_sub(1);
        }
    }
}
