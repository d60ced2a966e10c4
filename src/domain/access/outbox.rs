//! What an administrator does about mail.

use serde_json::json;

use super::administrator::ConfirmedAdministrator;
use crate::base::id::MailId;
use crate::db;
use crate::domain::Ctx;
use crate::domain::audit::{self, Action, Actor, Event};
use crate::domain::mail::{self, Cause, Lying, Message, NOTICE_LIFE};

/// Sends a mail again that was given up and whose link is not over. Nothing when there is no such mail.
///
/// # Errors
/// When the database does not take it.
pub async fn send_mail_again(ctx: &Ctx, by: &ConfirmedAdministrator, id: MailId) -> db::Result<Option<Lying>> {
    let (person, now) = (by.person(), ctx.now());
    let mut tx = ctx.db.write().await?;
    let Some(mail) = mail::requeue(&mut tx, &ctx.settings.service_name, id, now).await? else { return Ok(None) };
    let event = Event::done(Actor::Account(person.id()), person.origin(), Action::MailSentAgain, person.id());
    let event = Event { account: mail.account, ..event }.of(id).with(json!({ "name": mail.subject }));
    audit::record(&mut tx, ctx, now, event).await?;
    tx.commit().await?;
    ctx.mail.wake();
    Ok(Some(mail))
}

/// Sends a mail to the administrator, to see whether it arrives.
///
/// # Errors
/// When the database does not take it.
pub async fn send_test_mail(ctx: &Ctx, by: &ConfirmedAdministrator) -> db::Result<()> {
    let (person, now) = (by.person(), ctx.now());
    let mut tx = ctx.db.write().await?;
    let event = Event::done(Actor::Account(person.id()), person.origin(), Action::TestMailSent, person.id());
    audit::record(&mut tx, ctx, now, event).await?;
    let message = Message::Test { name: person.account().name.clone(), cause: Cause::new(now, person.origin()) };
    ctx.post(&mut tx, person.account(), &message, NOTICE_LIFE).await?;
    tx.commit().await?;
    ctx.mail.wake();
    Ok(())
}
