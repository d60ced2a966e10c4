//! The device asks again and again.

use super::store::{self, State};
use crate::base::id::{AccountId, ClientId, DeviceCodeId, SessionId};
use crate::db::{self, Tx};
use crate::domain::Ctx;
use crate::domain::access::{Audiences, Scopes};
use crate::domain::clients::read;

/// A yes, to be redeemed.
pub(in crate::domain) struct Approved {
    /// Who said it.
    pub account: AccountId,
    /// To what.
    pub scopes: Scopes,
    /// For whom the tokens are to be.
    pub audiences: Audiences,
    id: DeviceCodeId,
}

/// Why there is no yes (RFC 8628 section 3.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotApproved {
    /// There is no such code, it is another app's, or it was redeemed.
    Wrong,
    /// Nobody has decided yet.
    Pending,
    /// Nobody has, and it asks too often: five seconds more between two questions from now on.
    SlowDown,
    /// Somebody said no.
    Denied,
    /// Nobody decided in time.
    Expired,
}

/// Looks at what became of a device code, and notes that it was asked for: the transaction is to be committed either way.
/// [`Approved::note_in`] in the same transaction redeems it.
pub(in crate::domain) async fn poll_in(
    tx: &mut Tx,
    ctx: &Ctx,
    client: ClientId,
    device_code: &str,
) -> db::Result<Result<Approved, NotApproved>> {
    let now = ctx.now();
    let Some(device) = store::find(tx, &store::digest(ctx, device_code)).await? else { return Ok(Err(NotApproved::Wrong)) };
    if device.client != client || read::enabled_in(tx, client).await?.is_none() {
        return Ok(Err(NotApproved::Wrong));
    }
    Ok(match device.state {
        State::Redeemed => Err(NotApproved::Wrong),
        _ if device.expires_at <= now => Err(NotApproved::Expired),
        State::Denied => Err(NotApproved::Denied),
        State::Approved(account) => Ok(Approved { account, scopes: device.scopes, audiences: device.audiences, id: device.id }),
        State::Waiting => {
            let in_time = store::note_question(tx, device.id, now).await?;
            Err(if in_time { NotApproved::Pending } else { NotApproved::SlowDown })
        }
    })
}

impl Approved {
    /// Notes which grant came of it; false if another question was faster, and then nothing may come of this one.
    pub(in crate::domain) async fn note_in(&self, tx: &mut Tx, ctx: &Ctx, grant: SessionId) -> db::Result<bool> {
        store::redeem(tx, self.id, grant, ctx.now()).await
    }
}
