//! What is good once and comes twice may be in two hands: the grant ends, and its person is told.

use super::store;
use crate::base::id::{ClientId, SessionId};
use crate::base::net::Origin;
use crate::db::{self, Change, Tx};
use crate::domain::Ctx;
use crate::domain::accounts::Account;
use crate::domain::audit::{self, Action, Actor, Event};
use crate::domain::mail::{Cause, GrantEnded, Message, NOTICE_LIFE, Twice};

/// The grant that is in doubt.
pub(super) struct Doubted<'a> {
    pub session: SessionId,
    pub account: &'a Account,
    /// The app that holds it; nothing for a program that signed in by password.
    pub client: Option<ClientId>,
}

/// Ends it, unless it has ended.
pub(super) async fn end(mut tx: Tx, ctx: &Ctx, doubted: Doubted<'_>, twice: Twice, origin: &Origin) -> db::Result<()> {
    let Doubted { session, account, client } = doubted;
    let now = ctx.now();
    if !store::end(&mut tx, session, now).await? {
        return Ok(());
    }
    tx.narrow(Change::Account(account.id.to_db()), now).await?;
    let action = match twice {
        Twice::RefreshToken => Action::RefreshReused,
        Twice::Code => Action::CodeReused,
    };
    let event = Event::done(Actor::Nobody, origin, action, account.id).of(session).refused();
    audit::record(&mut tx, ctx, now, event).await?;
    let app = match client {
        Some(client) => store::client_name(&mut tx, client).await?,
        None => None,
    };
    let ended = GrantEnded { name: account.name.clone(), app, twice, cause: Cause::new(now, origin) };
    ctx.post(&mut tx, account, &Message::GrantEnded(ended), NOTICE_LIFE).await?;
    tx.commit().await?;
    ctx.mail.wake();
    Ok(())
}
