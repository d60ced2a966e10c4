//! What is mailed to the owner of an account because somebody has signed in to it.

use super::store;
use crate::base::net::Origin;
use crate::db::{self, Cx, Tx};
use crate::domain::Ctx;
use crate::domain::accounts::Account;
use crate::domain::attempts;
use crate::domain::audit::{self, Action};
use crate::domain::mail::{Cause, Message, NOTICE_LIFE};

/// From so many failures on, the owner hears of the success that followed them (OWASP ASVS 6.3.5).
const TOLD_FROM: i64 = 5;

/// Whether a browser is new to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    /// It has signed in to it before, or nobody ever has.
    Yes,
    /// It has not.
    No,
}

impl Known {
    pub(super) async fn of(cx: &mut Cx, ctx: &Ctx, account: &Account, origin: &Origin) -> db::Result<Self> {
        let known = attempts::is_marked(ctx, origin, account.id) || !audit::was_done(cx, Action::SignedIn, account.id).await?;
        Ok(if known { Self::Yes } else { Self::No })
    }

    /// The same of a program, which carries no mark: it is known by the address and the agent of its earlier sessions.
    pub(super) async fn of_program(cx: &mut Cx, account: &Account, origin: &Origin) -> db::Result<Self> {
        let known =
            store::had_program(cx, account.id, origin).await? || !audit::was_done(cx, Action::SignedIn, account.id).await?;
        Ok(if known { Self::Yes } else { Self::No })
    }
}

/// At most one mail: of the failures before, else of the new browser.
pub(super) async fn signed_in(
    tx: &mut Tx,
    ctx: &Ctx,
    account: &Account,
    origin: &Origin,
    known: Known,
    failures: i64,
) -> db::Result<()> {
    let (name, cause) = (account.name.clone(), Cause::new(ctx.now(), origin));
    let message = match known {
        _ if failures >= TOLD_FROM => Message::SignedInAfterFailures { name, failures, cause },
        Known::No => Message::NewSignIn { name, cause },
        Known::Yes => return Ok(()),
    };
    ctx.post(tx, account, &message, NOTICE_LIFE).await
}

/// A code on paper was used, and so many are left.
pub(super) async fn recovery_code_used(tx: &mut Tx, ctx: &Ctx, account: &Account, origin: &Origin, left: i64) -> db::Result<()> {
    let cause = Cause::new(ctx.now(), origin);
    let message = Message::RecoveryCodeUsed { name: account.name.clone(), left, cause };
    ctx.post(tx, account, &message, NOTICE_LIFE).await
}
