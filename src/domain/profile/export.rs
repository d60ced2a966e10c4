//! Everything we hold about a person, for the person: no secret and no digest is in it.

use serde_json::{Value, json};

use super::store::{self, MailRow};
use crate::base::time::Timestamp;
use crate::db;
use crate::domain::Ctx;
use crate::domain::accounts::{self, Confirmed, Person};
use crate::domain::audit::{self, Action, Actor, Event};
use crate::domain::mail::Message;

/// How many mails the page of activity shows.
const SHOWN: i64 = 20;
/// All of them, as far as one document holds.
const ALL: i64 = 100_000;

/// A mail that we wrote to the person.
#[derive(Debug, Clone)]
pub struct SentMail {
    /// Its subject.
    pub subject: String,
    /// When it was written.
    pub at: Timestamp,
    /// What became of it.
    pub state: MailState,
}

/// What became of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailState {
    /// It is on its way.
    Waiting,
    /// It was handed over.
    Sent,
    /// It could not be delivered.
    GivenUp,
}

impl MailState {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "on its way",
            Self::Sent => "sent",
            Self::GivenUp => "not delivered",
        }
    }
}

/// The newest mails to the person's address, newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn mails(ctx: &Ctx, of: &Person) -> db::Result<Vec<SentMail>> {
    let rows = store::mails(&mut ctx.db.read().await?, of.id(), of.email(), SHOWN).await?;
    Ok(rows.into_iter().map(|row| sent(ctx, &row)).collect())
}

fn sent(ctx: &Ctx, row: &MailRow) -> SentMail {
    let message: Option<Message> = serde_json::from_str(&row.message).ok();
    let state = match row.state.as_str() {
        "sent" => MailState::Sent,
        "given_up" => MailState::GivenUp,
        _ => MailState::Waiting,
    };
    let unknown = || "A mail of another version of this service".to_owned();
    let at = Timestamp::from_micros(row.created_at);
    let subject = message.map_or_else(unknown, |message| message.subject(&ctx.settings.service_name, at));
    SentMail { subject, at, state }
}

/// All that is held about the person, as one document. That it was given out is recorded.
///
/// # Errors
/// When the database does not answer, or did not take the record.
pub async fn export(ctx: &Ctx, by: &Confirmed) -> db::Result<Value> {
    let (person, now) = (by.person(), ctx.now());
    let account = person.account();
    let mut tx = ctx.db.write().await?;
    let event = Event::done(Actor::Account(account.id), person.origin(), Action::AccountExported, account.id);
    audit::record(&mut tx, ctx, now, event).await?;
    let mails = store::mails(&mut tx, account.id, &account.email, ALL).await?;
    let mails: Vec<Value> = mails.iter().map(|row| mail(&sent(ctx, row))).collect();
    let document = json!({
        "exportedAt": now.rfc3339(),
        "service": ctx.settings.public_url,
        "account": {
            "id": account.id.to_string(),
            "email": account.email.as_str(),
            "name": account.name.as_str(),
            "profile": accounts::attributes_in(&mut tx, account.id).await?.told(),
            "roles": account.roles.words().collect::<Vec<_>>(),
            "createdAt": account.created_at.rfc3339(),
            "emailConfirmedAt": account.verified_at.map(Timestamp::rfc3339),
            "secondFactorSince": account.second_factor.map(Timestamp::rfc3339),
            "hasPassword": account.password.is_some(),
        },
        "sessions": store::sessions(&mut tx, account.id).await?,
        "tokens": store::tokens(&mut tx, account.id).await?,
        "events": store::events(&mut tx, account.id).await?,
        "mails": mails,
    });
    tx.commit().await?;
    Ok(document)
}

fn mail(mail: &SentMail) -> Value {
    json!({ "subject": mail.subject, "at": mail.at.rfc3339(), "state": mail.state.as_str() })
}
