//! Requests that are done once, whoever repeats them: by a key that the caller chose. Kept for a day, with the
//! answer sealed, since it may carry what is shown only once.

use aws::{Condition, Key, Stored, Write};
use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::SignedDuration;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Accounts, AccountsError, Caller, Sealer};

/// How long a key is known.
const KNOWN: SignedDuration = SignedDuration::from_hours(24);

/// How long a request may be under way: the function that serves it lives no longer.
const UNDER_WAY: SignedDuration = SignedDuration::from_secs(30);

/// How often a key is tried again when others write it at the same time.
const ATTEMPTS: u32 = 5;

/// What is known of a key.
#[derive(Debug)]
pub enum Once {
    /// Nothing: whoever asked does the request, and says what came of it.
    First(Turn),
    /// The request was done.
    Done(Answer),
    /// It is under way, for so many seconds at most.
    UnderWay(i64),
    /// Another request came with this key.
    Another,
}

/// The right to do a request.
#[derive(Debug)]
pub struct Turn {
    key: Key,
    attempt: Uuid,
}

/// What was answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers that belong to the body.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct Item {
    /// Of the request.
    fingerprint: String,
    attempt: Uuid,
    /// Until when the attempt counts as under way, in milliseconds since 1970.
    until: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sealed: Option<String>,
    /// In seconds since 1970; also the table's time to live.
    expires_at: i64,
}

impl Accounts {
    /// Whether a request with this key was done before. `request` is all that makes it the request that it is.
    /// An attempt that died is taken up again by the same request.
    ///
    /// # Errors
    /// The store failed, or others tried the same key at the same time, again and again.
    pub async fn once(
        &self,
        sealer: &Sealer,
        caller: &Caller,
        name: &str,
        request: &[u8],
    ) -> Result<Once, AccountsError> {
        let key = key_of(caller, name);
        let (fingerprint, attempt) = (name_of(request), Uuid::new_v4());
        for _ in 0..ATTEMPTS {
            if self.aws.write_if(self.claim(&key, &fingerprint, attempt)?).await? {
                return Ok(Once::First(Turn { key, attempt }));
            }
            let Some(Stored { record, .. }) = self.table.get::<Stored<Item>>(key.clone()).await? else {
                continue;
            };
            let Item { fingerprint: known, until, sealed, .. } = record;
            let left = until - self.now().as_millisecond();
            match sealed {
                _ if known != fingerprint => return Ok(Once::Another),
                Some(sealed) => return open(sealer, &key, &sealed).map(Once::Done),
                None if left > 0 => return Ok(Once::UnderWay(left / 1_000 + 1)),
                None => {}
            }
        }
        Err(AccountsError::Contended)
    }

    /// Takes the key if it is unknown, was known a day ago, or stands for an attempt at the same that died.
    fn claim(&self, key: &Key, fingerprint: &str, attempt: Uuid) -> Result<Write, AccountsError> {
        let now = self.now();
        let item = Item {
            fingerprint: fingerprint.to_owned(),
            attempt,
            until: (now + UNDER_WAY).as_millisecond(),
            sealed: None,
            expires_at: (now + KNOWN).as_second(),
        };
        let is_dead = Condition::All(vec![
            Condition::Absent("sealed"),
            Condition::less_than("until", now.as_millisecond()),
            Condition::equals("fingerprint", fingerprint),
        ]);
        // What is over stays in the table for a while.
        let is_over = Condition::less_than("expires_at", now.as_second());
        let free = Condition::Any(vec![Condition::new_item(), is_over, is_dead]);
        Ok(self.table.put(&Stored::at(key.clone(), item))?.when(free))
    }

    /// Keeps what was answered, for whoever repeats the request.
    ///
    /// # Errors
    /// The store failed.
    pub async fn answered(&self, sealer: &Sealer, turn: &Turn, answer: &Answer) -> Result<(), AccountsError> {
        let text = serde_json::to_string(answer).map_err(|_| AccountsError::Seal)?;
        let sealed = sealer.seal(&owner(&turn.key), &text.into())?;
        let update = self.table.update(turn.key.clone()).set("sealed", sealed)?;
        self.aws.write_if(update.when(Condition::equals("attempt", turn.attempt))).await?;
        Ok(())
    }

    /// Nothing was done: the key is free again.
    ///
    /// # Errors
    /// The store failed.
    pub async fn not_done(&self, turn: &Turn) -> Result<(), AccountsError> {
        let delete = self.table.delete(turn.key.clone());
        self.aws.write_if(delete.when(Condition::equals("attempt", turn.attempt))).await?;
        Ok(())
    }
}

fn open(sealer: &Sealer, key: &Key, sealed: &str) -> Result<Answer, AccountsError> {
    let text: SecretString = sealer.open(&owner(key), sealed)?;
    serde_json::from_str(text.expose_secret()).map_err(|_| AccountsError::Seal)
}

/// Callers do not see each other's keys.
fn key_of(caller: &Caller, name: &str) -> Key {
    let pk = match caller {
        Caller::Operator => "ONCE".to_owned(),
        Caller::Organization(organization) => format!("ONCE#{organization}"),
    };
    Key::new(pk, name_of(name.as_bytes()))
}

/// Has a space, which no id has: nothing sealed for somebody else opens as an answer.
fn owner(key: &Key) -> String {
    format!("answer {}/{}", key.pk, key.sk)
}

fn name_of(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage::Stage;

    fn caller(stage: &Stage) -> Caller {
        Caller::Organization(stage.organization.clone())
    }

    fn sealer() -> Sealer {
        Sealer::new(&[7; 32])
    }

    async fn once(stage: &Stage, request: &str) -> Once {
        stage.accounts.once(&sealer(), &caller(stage), "k", request.as_bytes()).await.expect("an answer")
    }

    fn answer(body: &str) -> Answer {
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        Answer { status: 201, headers, body: body.to_owned() }
    }

    #[tokio::test]
    async fn an_attempt_that_died_is_taken_up_by_the_same_request_only() {
        let stage = Stage::new().await;
        let Once::First(dead) = once(&stage, "a").await else { panic!("it was never done") };
        assert!(matches!(once(&stage, "a").await, Once::UnderWay(1..=31)));
        assert!(matches!(once(&stage, "b").await, Once::Another));
        stage.advance(1);
        assert!(matches!(once(&stage, "b").await, Once::Another), "what died may have taken effect");
        let Once::First(turn) = once(&stage, "a").await else { panic!("nobody is at it") };
        // The dead one was only slow: what it says counts no more.
        stage.accounts.answered(&sealer(), &dead, &answer("dead")).await.expect("no failure");
        stage.accounts.not_done(&dead).await.expect("no failure");
        assert!(matches!(once(&stage, "a").await, Once::UnderWay(_)));
        stage.accounts.answered(&sealer(), &turn, &answer("ours")).await.expect("kept");
        assert!(matches!(once(&stage, "a").await, Once::Done(kept) if kept == answer("ours")));
        let operators =
            stage.accounts.once(&sealer(), &Caller::Operator, "k", b"a").await.expect("an answer");
        assert!(matches!(operators, Once::First(_)), "another caller has keys of its own");
    }

    #[tokio::test]
    async fn after_a_day_or_when_nothing_was_done_the_key_is_free() {
        let stage = Stage::new().await;
        let Once::First(turn) = once(&stage, "a").await else { panic!("it was never done") };
        stage.accounts.not_done(&turn).await.expect("noted");
        let Once::First(turn) = once(&stage, "b").await else { panic!("nothing was done") };
        stage.accounts.answered(&sealer(), &turn, &answer("b")).await.expect("kept");
        stage.advance(23 * 60 + 59);
        assert!(matches!(once(&stage, "b").await, Once::Done(_)));
        stage.advance(2);
        assert!(matches!(once(&stage, "c").await, Once::First(_)));
    }
}
