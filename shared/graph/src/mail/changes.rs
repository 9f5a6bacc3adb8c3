//! What changed in a mailbox since an instant, page by page.

use jiff::Timestamp;
use serde::Deserialize;

use super::message::{FIELDS, Message};
use crate::contacts::encoded;
use crate::error::GraphError;
use crate::mailbox::{Mailbox, read};

/// Where a page begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// At what was changed at this instant or later.
    Instant(Timestamp),
    /// Where Graph said, within what was changed at one instant.
    Link(Timestamp, String),
}

/// One page of what changed, the earliest change first.
#[derive(Debug)]
pub struct Changes {
    /// The messages, as they are now. The first ones may have been on the page before.
    pub messages: Vec<Message>,
    /// Where the next page begins; none at the end.
    pub next: Option<Start>,
}

#[derive(Deserialize)]
struct Messages {
    value: Vec<Message>,
    #[serde(rename = "@odata.nextLink")]
    next_link: Option<String>,
}

impl Mailbox {
    /// The messages of all folders that were changed at `from` or later, at most `top` of them. Also what was
    /// moved or restored counts as changed.
    ///
    /// Pages go on from the last change seen. Graph's own links only count how many to leave out: each message
    /// that changes while the pages are read would let one be missed. They are followed only through more
    /// messages of one instant than fit a page.
    ///
    /// # Errors
    /// Graph refuses, cannot be reached, or names a next page that is not its own. 504: ask for fewer.
    pub async fn changes(&self, from: &Start, top: u32) -> Result<Changes, GraphError> {
        let (since, path) = match from {
            Start::Instant(since) => (*since, self.first_path(*since, top)),
            Start::Link(since, link) => (*since, self.own_path(link)?),
        };
        let Messages { value: messages, next_link } = read(&self.get(&path).await?, "messages")?;
        let Some(link) = next_link else {
            return Ok(Changes { messages, next: None });
        };
        let last = messages.last().map_or(since, |message| message.modified_at);
        let next = if last > since { Start::Instant(last) } else { Start::Link(since, link) };
        Ok(Changes { messages, next: Some(next) })
    }

    fn first_path(&self, since: Timestamp, top: u32) -> String {
        // To the second, downwards: Graph shows no more.
        let filter = encoded(&format!("lastModifiedDateTime ge {}", since.strftime("%Y-%m-%dT%H:%M:%SZ")));
        format!(
            "{}/messages?$filter={filter}&$orderby=lastModifiedDateTime&$top={top}&$select={FIELDS}",
            self.root
        )
    }

    /// A link without the address of Graph. The token goes nowhere else, whatever an answer says.
    pub(crate) fn own_path<'a>(&self, link: &'a str) -> Result<String, GraphError> {
        let path: Option<&'a str> = link.strip_prefix(&self.graph.base);
        path.filter(|path| path.starts_with('/')).map(str::to_owned).ok_or(GraphError::lacks("next link"))
    }
}
