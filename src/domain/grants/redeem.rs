//! What a person's yes becomes: a grant, once (RFC 6749 section 4.1.3, RFC 8628 section 3.4).

use super::begin::begin_in;
use super::theft::{self, Doubted};
use super::tokens::Tokens;
use crate::base::id::{AccountId, ClientId, SessionId};
use crate::base::net::Origin;
use crate::db::{self, Tx};
use crate::domain::Ctx;
use crate::domain::access::{Audiences, Scopes};
use crate::domain::accounts;
use crate::domain::clients::authorize::{NotSpent, Presented, spend_in};
use crate::domain::clients::device::{NotApproved, poll_in};
use crate::domain::limits::{Counted, Exhausted, Rate};
use crate::domain::mail::Twice;
use crate::domain::sessions::GrantTerms;
use crate::domain::signing::{self, Signer};

/// How many codes that are nobody's one network may present a minute.
const UNKNOWN: u32 = 120;

/// A code as an app presents it.
#[derive(Clone, Copy)]
pub struct CodePresented<'a> {
    /// The code.
    pub code: &'a str,
    /// Who presents it.
    pub client: ClientId,
    /// Where it says that it was led back to.
    pub redirect_uri: &'a str,
    /// What its challenge is the digest of.
    pub verifier: &'a str,
}

/// Why a code gives no tokens.
#[derive(Debug, thiserror::Error)]
pub enum RedeemError {
    /// For every reason that lies with the code, its app, its proof or its person.
    #[error("this code is not good")]
    Invalid,
    /// Too many codes from this network that are nobody's.
    #[error(transparent)]
    TooManyUnknown(#[from] Exhausted),
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// Why a device has no tokens yet, or never will.
#[derive(Debug, thiserror::Error)]
pub enum DeviceError {
    /// Nobody has said yes.
    #[error("nobody has let the device in: {0:?}")]
    NotApproved(NotApproved),
    /// Too many codes from this network that are nobody's.
    #[error(transparent)]
    TooManyUnknown(#[from] Exhausted),
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// Gives an app its tokens for a code. A code that was redeemed before is in two hands: what came of it ends.
///
/// # Errors
/// [`RedeemError::Invalid`]; the code stays as it is for whoever it belongs to.
pub async fn redeem_code(ctx: &Ctx, presented: CodePresented<'_>, origin: &Origin) -> Result<Tokens, RedeemError> {
    match redeem(ctx, presented, origin).await? {
        Some(tokens) => Ok(tokens),
        // Another request was faster: the second look finds its grant, and ends it.
        None => redeem(ctx, presented, origin).await?.ok_or(RedeemError::Invalid),
    }
}

async fn redeem(ctx: &Ctx, presented: CodePresented<'_>, origin: &Origin) -> Result<Option<Tokens>, RedeemError> {
    let CodePresented { code, client, redirect_uri, verifier } = presented;
    let signer = signing::signer(ctx).await?;
    let mut tx = ctx.db.write().await?;
    let spent = match spend_in(&mut tx, ctx, Presented { code, client, redirect_uri, verifier }).await? {
        Ok(spent) => spent,
        Err(NotSpent::Wrong) => {
            count_unknown(ctx, origin)?;
            return Err(RedeemError::Invalid);
        }
        Err(NotSpent::Again(account, grant)) => return Err(end(tx, ctx, client, (account, grant), origin).await?),
    };
    let allowed = Allowed { account: spent.account, client, scopes: spent.scopes.clone(), audiences: spent.audiences.clone() };
    let Some((grant, tokens)) = give(&mut tx, ctx, &signer, allowed, origin).await? else { return Err(RedeemError::Invalid) };
    if !spent.note_in(&mut tx, ctx, grant).await? {
        return Ok(None);
    }
    tx.commit().await?;
    Ok(Some(tokens))
}

/// Ends the grant of a code that was presented again.
async fn end(
    mut tx: Tx,
    ctx: &Ctx,
    client: ClientId,
    (account, session): (AccountId, SessionId),
    origin: &Origin,
) -> db::Result<RedeemError> {
    if let Some(account) = accounts::by_id(&mut tx, account).await? {
        let doubted = Doubted { session, account: &account, client: Some(client) };
        theft::end(tx, ctx, doubted, Twice::Code, origin).await?;
    }
    Ok(RedeemError::Invalid)
}

/// Gives a device its tokens, once somebody has let it in.
///
/// # Errors
/// [`DeviceError::NotApproved`] until then, and for ever if nobody does.
pub async fn redeem_device(ctx: &Ctx, client: ClientId, device_code: &str, origin: &Origin) -> Result<Tokens, DeviceError> {
    let signer = signing::signer(ctx).await?;
    let mut tx = ctx.db.write().await?;
    let approved = match poll_in(&mut tx, ctx, client, device_code).await? {
        Ok(approved) => approved,
        Err(why) => {
            tx.commit().await?;
            if why == NotApproved::Wrong {
                count_unknown(ctx, origin)?;
            }
            return Err(DeviceError::NotApproved(why));
        }
    };
    let (scopes, audiences) = (approved.scopes.clone(), approved.audiences.clone());
    let allowed = Allowed { account: approved.account, client, scopes, audiences };
    let given = give(&mut tx, ctx, &signer, allowed, origin).await?;
    let (grant, tokens) = given.ok_or(DeviceError::NotApproved(NotApproved::Denied))?;
    if !approved.note_in(&mut tx, ctx, grant).await? {
        return Err(DeviceError::NotApproved(NotApproved::Wrong));
    }
    tx.commit().await?;
    Ok(tokens)
}

/// Counts a code that is nobody's. The right one is never held up by them.
fn count_unknown(ctx: &Ctx, origin: &Origin) -> Result<(), Exhausted> {
    ctx.limits.take(Counted::UnknownSecret(origin.network()), Rate::per_minute(UNKNOWN), ctx.now()).map(drop)
}

/// To what somebody said yes.
struct Allowed {
    account: AccountId,
    client: ClientId,
    scopes: Scopes,
    audiences: Audiences,
}

/// The grant; nothing if the person may not be signed in any more.
async fn give(
    tx: &mut Tx,
    ctx: &Ctx,
    signer: &Signer,
    allowed: Allowed,
    origin: &Origin,
) -> db::Result<Option<(SessionId, Tokens)>> {
    let account = accounts::by_id(tx, allowed.account).await?.filter(|account| account.suspended_at.is_none());
    let Some(account) = account else { return Ok(None) };
    let Allowed { client, scopes, audiences, .. } = allowed;
    let terms = GrantTerms { client: Some(client), scopes: Some(scopes), audiences, place: None };
    begin_in(tx, ctx, signer, &account, terms, origin).await.map(Some)
}
