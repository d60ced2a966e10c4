//! What lies in the outbox, for whoever runs the service.

use super::messages::Message;
use super::store::{self, MailRow};
use super::transport::Class;
use crate::base::id::{AccountId, MailId};
use crate::base::page::{Cursor, Page, PageSize};
use crate::base::time::Timestamp;
use crate::db::{Db, Error, Result, Tx};

/// How far a mail has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailState {
    /// It is tried, or tried again.
    Waiting,
    /// A server, or the folder, has taken it.
    Sent,
    /// It is not tried again.
    GivenUp,
}

impl MailState {
    /// All of them, in the order of the page.
    pub const ALL: &[Self] = &[Self::Waiting, Self::Sent, Self::GivenUp];

    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::GivenUp => "given_up",
        }
    }

    /// Reads that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|state| state.as_str() == word)
    }
}

/// A mail as the outbox has it.
#[derive(Debug, Clone)]
pub struct Lying {
    /// Which.
    pub id: MailId,
    /// Whose account it is about.
    pub account: Option<AccountId>,
    /// Where it goes.
    pub recipient: String,
    /// Its subject; nothing when this version cannot read the message.
    pub subject: Option<String>,
    /// How far it has come.
    pub state: MailState,
    /// How often it was tried.
    pub attempts: i64,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it is tried next.
    pub next_attempt_at: Timestamp,
    /// When it came to its end.
    pub finished_at: Option<Timestamp>,
    /// When it is no longer worth sending.
    pub expires_at: Timestamp,
    /// What went wrong last.
    pub last_error: Option<String>,
}

impl Lying {
    /// Whether sending it again makes sense: it was given up, and its link is not over.
    pub fn is_worth_another_try(&self, now: Timestamp) -> bool {
        self.state == MailState::GivenUp && self.expires_at > now && self.subject.is_some()
    }
}

/// How many mails of the last 90 days are in each state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MailCounts {
    /// To be sent.
    pub waiting: i64,
    /// Taken.
    pub sent: i64,
    /// Given up.
    pub given_up: i64,
}

/// A page of the outbox of this service, newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn list(
    db: &Db,
    service: &str,
    state: Option<MailState>,
    after: Option<&Cursor>,
    size: PageSize,
) -> Result<Page<Lying>> {
    let rows = store::list(&mut db.read().await?, state.map(MailState::as_str), after, size.rows() + 1).await?;
    let rows = rows.into_iter().map(|row| Lying::of(row, service)).collect::<Result<Vec<_>>>()?;
    Ok(Page::cut(rows, size, |row| Cursor { key: row.created_at.micros().to_string(), id: row.id.to_db() }))
}

/// How many mails there are in each state.
///
/// # Errors
/// When the database does not answer.
pub async fn counts(db: &Db) -> Result<MailCounts> {
    let mut counts = MailCounts::default();
    for (state, count) in store::count_by_state(&mut db.read().await?).await? {
        match MailState::parse(&state) {
            Some(MailState::Waiting) => counts.waiting = count,
            Some(MailState::Sent) => counts.sent = count,
            Some(MailState::GivenUp) => counts.given_up = count,
            None => return Err(Error::corrupt("state of a mail")),
        }
    }
    Ok(counts)
}

/// What keeps mails from being sent: how many of those that wait, or were given up, failed last in which way. The most
/// frequent first; mails that nobody tried are not among them.
///
/// # Errors
/// When the database does not answer.
pub async fn errors(db: &Db) -> Result<Vec<(Option<Class>, i64)>> {
    let mut found: Vec<(Option<Class>, i64)> = Vec::new();
    for (beginning, count) in store::count_by_error(&mut db.read().await?).await? {
        let class = Class::ALL.iter().copied().find(|class| beginning.starts_with(&format!("{}:", class.word())));
        match found.iter_mut().find(|(known, _)| *known == class) {
            Some((_, sum)) => *sum += count,
            None => found.push((class, count)),
        }
    }
    found.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    Ok(found)
}

/// Puts a mail that was given up back into the outbox, if it is still worth sending. Nothing when it is not.
///
/// # Errors
/// When the database does not take it.
pub async fn requeue(tx: &mut Tx, service: &str, id: MailId, now: Timestamp) -> Result<Option<Lying>> {
    let Some(row) = store::find(tx, &id.to_db()).await? else { return Ok(None) };
    let mail = Lying::of(row, service)?;
    if !mail.is_worth_another_try(now) || store::requeue(tx, &id.to_db(), now.micros()).await? == 0 {
        return Ok(None);
    }
    Ok(Some(mail))
}

impl Lying {
    fn of(row: MailRow, service: &str) -> Result<Self> {
        let created_at = Timestamp::from_micros(row.created_at);
        let account = row.account_id.as_deref().map(AccountId::from_db).transpose();
        Ok(Self {
            id: MailId::from_db(&row.id).map_err(|_| Error::corrupt("mail id"))?,
            account: account.map_err(|_| Error::corrupt("account id"))?,
            recipient: row.recipient,
            subject: serde_json::from_str::<Message>(&row.message).ok().map(|message| message.subject(service, created_at)),
            state: MailState::parse(&row.state).ok_or(Error::corrupt("state of a mail"))?,
            attempts: row.attempts,
            created_at,
            next_attempt_at: Timestamp::from_micros(row.next_attempt_at),
            finished_at: row.finished_at.map(Timestamp::from_micros),
            expires_at: Timestamp::from_micros(row.expires_at),
            last_error: row.last_error,
        })
    }
}
