//! The outbox: messages wait in a table until they are sent or given up. Many processes may deliver from one table.

use crate::base::id::{AccountId, MailId};
use crate::base::text::EmailAddress;
use crate::base::time::{Span, Timestamp};
use crate::db::{self, Db, Tx};

use super::messages::Message;
use super::store::{self, ClaimedRow, End, NewRow};
use super::transport::{Class, SendError};

/// How long we try to deliver a message that tells of something and holds no link.
pub const NOTICE_LIFE: Span = Span::days(3);

/// How long a process may take to send what it has claimed. Longer than any transport's time limit: afterwards
/// another process takes the message for unsent.
const LEASE: Span = Span::minutes(5);

/// A message to put into the outbox.
#[derive(Debug)]
pub struct NewMail<'a> {
    /// Its identity, and part of its `Message-ID`.
    pub id: MailId,
    /// Whose account it is about; the message goes when the account does.
    pub account: Option<AccountId>,
    /// Where it goes.
    pub recipient: &'a EmailAddress,
    /// What it says.
    pub message: &'a Message,
    /// The present instant: it is due at once.
    pub now: Timestamp,
    /// When it is no longer worth sending: the end of its link, else [`NOTICE_LIFE`] from now.
    pub expires_at: Timestamp,
}

/// Puts a message into the outbox, in the transaction of its cause.
///
/// # Errors
/// When the database does not take it.
pub async fn enqueue(tx: &mut Tx, mail: NewMail<'_>) -> db::Result<()> {
    let message = serde_json::to_string(mail.message).expect("a message has only string keys");
    let row = NewRow {
        id: mail.id.to_db(),
        account_id: mail.account.map(|id| id.to_db()),
        recipient: mail.recipient.as_str(),
        message,
        now: mail.now.micros(),
        expires_at: mail.expires_at.micros(),
    };
    store::insert(tx, row).await
}

/// A message that this process, and no other, may send now.
#[derive(Debug)]
pub struct Claimed {
    /// Its identity.
    pub id: MailId,
    /// Its number of attempts, this one counted.
    pub attempts: i64,
    /// When it is no longer worth sending.
    pub expires_at: Timestamp,
    recipient: String,
    message: String,
    last_error: Option<String>,
}

impl Claimed {
    /// Who gets it and what it says.
    ///
    /// # Errors
    /// When this program cannot read the row, perhaps because a newer one wrote it.
    pub fn open(&self) -> Result<(EmailAddress, Message), SendError> {
        let unreadable = || SendError::new(Class::Unreadable, "this version cannot read the stored message");
        let recipient = EmailAddress::parse(&self.recipient).map_err(|_| unreadable())?;
        let message = serde_json::from_str(&self.message).map_err(|_| unreadable())?;
        Ok((recipient, message))
    }
}

/// Takes the message that has been due for longest, for this process alone.
///
/// # Errors
/// When the database does not answer; then nothing is claimed.
pub async fn claim_next(db: &Db, now: Timestamp) -> db::Result<Option<Claimed>> {
    while store::any_due(&mut db.read().await?, now.micros()).await? {
        let mut tx = db.write().await?;
        let claimed = store::claim(&mut tx, now.micros(), (now + LEASE).micros()).await?;
        tx.commit().await?;
        // None: another process was faster with this one, and others may be due.
        if let Some(row) = claimed {
            return claimed_from(row).map(Some);
        }
    }
    Ok(None)
}

fn claimed_from(row: ClaimedRow) -> db::Result<Claimed> {
    let (id, recipient, message, attempts, expires_at, last_error) = row;
    let id = MailId::from_db(&id).map_err(|_| db::Error::corrupt("mail id"))?;
    Ok(Claimed { id, attempts, expires_at: Timestamp::from_micros(expires_at), recipient, message, last_error })
}

/// Notes that a claimed message is on its way.
///
/// # Errors
/// When the database does not take it; then the message goes out once more after the lease.
pub async fn record_sent(db: &Db, mail: &Claimed, now: Timestamp) -> db::Result<()> {
    let mut tx = db.write().await?;
    let noted = store::finish(&mut tx, &mail.id.to_db(), mail.attempts, End::Sent, now.micros()).await?;
    tx.commit().await?;
    tell_if_lost(mail, noted);
    Ok(())
}

/// What becomes of a message that could not be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is tried again then.
    Waits(Timestamp),
    /// It is not tried again.
    GivenUp,
}

/// Notes that a claimed message could not be sent, and when it is tried again, if ever.
///
/// # Errors
/// When the database does not take it; then the message is tried again after the lease.
pub async fn record_failure(db: &Db, mail: &Claimed, error: &SendError, now: Timestamp) -> db::Result<Fate> {
    let fate = fate(mail, error.class(), now);
    let (id, why) = (mail.id.to_db(), error.to_string());
    let mut tx = db.write().await?;
    let noted = match fate {
        Fate::Waits(until) => store::postpone(&mut tx, &id, mail.attempts, until.micros(), &why).await?,
        Fate::GivenUp => store::finish(&mut tx, &id, mail.attempts, End::GivenUp { why: &why }, now.micros()).await?,
    };
    tx.commit().await?;
    tell_if_lost(mail, noted);
    Ok(fate)
}

/// Gives up a claimed message that is no longer worth sending, and keeps the reason why it was not sent before.
///
/// # Errors
/// When the database does not take it.
pub async fn record_expired(db: &Db, mail: &Claimed, now: Timestamp) -> db::Result<()> {
    let why = mail.last_error.as_deref().unwrap_or("expired before its first attempt");
    let mut tx = db.write().await?;
    let noted = store::finish(&mut tx, &mail.id.to_db(), mail.attempts, End::GivenUp { why }, now.micros()).await?;
    tx.commit().await?;
    tell_if_lost(mail, noted);
    Ok(())
}

fn fate(mail: &Claimed, class: Class, now: Timestamp) -> Fate {
    let next = now + pause_after(mail.attempts);
    if class.is_permanent() || next >= mail.expires_at { Fate::GivenUp } else { Fate::Waits(next) }
}

/// How long to wait after so many failed attempts.
fn pause_after(attempts: i64) -> Span {
    match attempts {
        ..=1 => Span::seconds(30),
        2 => Span::minutes(2),
        3 => Span::minutes(10),
        4 => Span::minutes(30),
        _ => Span::hours(1),
    }
}

/// The row was no longer ours: its account is gone, or sending outlasted the lease and another process took over.
fn tell_if_lost(mail: &Claimed, rows: u64) {
    if rows == 0 {
        tracing::warn!(mail = %mail.id, "the outcome of a mail was not noted, because its row had gone to somebody else");
    }
}

/// How long messages that were sent, or given up, stay in the outbox.
const KEPT: Span = Span::days(90);

/// Deletes messages that came to their end 90 days ago. Returns how many.
///
/// # Errors
/// When the database did not do it.
pub async fn sweep(db: &Db, now: Timestamp) -> db::Result<u64> {
    let mut tx = db.write().await?;
    let gone = store::sweep(&mut tx, (now - KEPT).micros()).await?;
    tx.commit().await?;
    Ok(gone)
}

/// How many messages of the last 90 days were given up.
///
/// # Errors
/// When the database does not answer.
pub async fn count_given_up(db: &Db) -> db::Result<i64> {
    store::count_given_up(&mut db.read().await?).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claimed(attempts: i64, expires_at: Timestamp) -> Claimed {
        let id = MailId::from_db("0190163d-8694-739b-aea5-966c26f8ad91").expect("a uuid");
        Claimed { id, attempts, expires_at, recipient: String::new(), message: String::new(), last_error: None }
    }

    #[test]
    fn the_pauses_grow_to_an_hour_and_stay_there() {
        let pauses: Vec<i64> = [1, 2, 3, 4, 5, 6, 1_000].map(|n| pause_after(n).seconds_up()).to_vec();
        assert_eq!(pauses, [30, 120, 600, 1_800, 3_600, 3_600, 3_600]);
    }

    #[test]
    fn a_message_is_given_up_when_no_attempt_is_left_before_its_end() {
        let now = Timestamp::from_micros(1_800_000_000_000_000);
        let at = |seconds| fate(&claimed(1, now + Span::seconds(seconds)), Class::Unreachable, now);
        assert_eq!(at(31), Fate::Waits(now + Span::seconds(30)));
        assert_eq!(at(30), Fate::GivenUp);
        assert_eq!(fate(&claimed(1, now + Span::days(1)), Class::Refused, now), Fate::GivenUp);
    }
}
