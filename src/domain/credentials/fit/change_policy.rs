//! Changing the token policy: what no longer fits is shown before it is saved, and its owners are told.

use super::store::{self, LivingRow};
use crate::base::id::{AccountId, CredentialId};
use crate::base::text::{Label, PersonName};
use crate::base::time::Timestamp;
use crate::db::{self, Error, Tx};
use crate::domain::Ctx;
use crate::domain::access::{self, ConfirmedAdministrator, Forbidden, Owner, PolicyDraft, PolicyProblem, TokenPolicy};
use crate::domain::accounts::{self, Roles};
use crate::domain::mail::{Cause, Message, NOTICE_LIFE};
use crate::domain::workspaces::MemberRoles;

/// How many tokens a preview lists; it counts all of them.
const LISTED: usize = 200;
/// How many tokens one mail lists.
const TOLD: usize = 20;

/// A token that the new policy would refuse and the present one does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Affected {
    /// Which.
    pub id: CredentialId,
    /// Its name.
    pub name: String,
    /// The beginning of its secret.
    pub prefix: String,
    /// Whose.
    pub account: AccountId,
    /// The owner's address.
    pub email: String,
    /// Why it would be refused.
    pub why: Why,
    /// When it was last used.
    pub last_used_at: Option<Timestamp>,
}

/// Why a token would be refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// The policy would forbid it.
    #[error(transparent)]
    Forbidden(Forbidden),
    /// It was not used for as long as the policy allows, and would be revoked.
    #[error("Tokens that are not used for a while are revoked now, and yours were not used for longer.")]
    Unused,
}

/// What a change of the policy would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    /// How many tokens would be refused.
    pub tokens: usize,
    /// Of how many people.
    pub people: usize,
    /// The tokens, owner by owner; the first [`LISTED`] of them.
    pub listed: Vec<Affected>,
    /// Tells this effect from another: who has seen it sends it along.
    pub fingerprint: String,
}

/// Why the policy was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangePolicyError {
    /// It makes no sense.
    #[error(transparent)]
    Problem(#[from] PolicyProblem),
    /// It would refuse tokens that are good now, and whoever asks has not seen which.
    #[error("{} tokens would be refused", .0.tokens)]
    Affects(Box<Effect>),
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// Changes the policy. It binds every token on its next request. A policy that refuses tokens which are good now is
/// saved only with the fingerprint of that very effect, and their owners are told by mail.
///
/// # Errors
/// [`ChangePolicyError::Affects`] with what would happen, when `seen` is not its fingerprint; then nothing has changed.
pub async fn change_policy(
    ctx: &Ctx,
    by: &ConfirmedAdministrator,
    draft: PolicyDraft,
    seen: &str,
) -> Result<(), ChangePolicyError> {
    access::check_policy(&draft)?;
    let mut tx = ctx.db.write().await?;
    // Nobody creates a token between the count and the change.
    tx.alone().await?;
    let before = access::policy_in(&mut tx).await?;
    if before == draft {
        return Ok(());
    }
    let affected = affected(&mut tx, ctx, &before, &draft).await?;
    let effect = Effect::of(ctx, &affected);
    if effect.tokens > 0 && effect.fingerprint != seen {
        return Err(ChangePolicyError::Affects(Box::new(effect)));
    }
    save_in(&mut tx, ctx, by, (&before, &draft), &affected).await?;
    tx.commit().await?;
    ctx.mail.wake();
    Ok(())
}

/// Changes the policy and tells the owners of the tokens that it refuses, in a transaction that nobody else writes beside.
pub(super) async fn change_in(
    tx: &mut Tx,
    ctx: &Ctx,
    by: &ConfirmedAdministrator,
    (before, draft): (&TokenPolicy, &PolicyDraft),
) -> Result<(), ChangePolicyError> {
    access::check_policy(draft)?;
    if before != draft {
        let affected = affected(tx, ctx, before, draft).await?;
        save_in(tx, ctx, by, (before, draft), &affected).await?;
    }
    Ok(())
}

async fn save_in(
    tx: &mut Tx,
    ctx: &Ctx,
    by: &ConfirmedAdministrator,
    (before, draft): (&TokenPolicy, &PolicyDraft),
    affected: &[Affected],
) -> db::Result<()> {
    access::save_policy_in(tx, ctx, by, (before, draft), affected.len()).await?;
    tell(tx, ctx, by, affected).await
}

async fn affected(tx: &mut Tx, ctx: &Ctx, before: &TokenPolicy, after: &TokenPolicy) -> db::Result<Vec<Affected>> {
    let mut affected = Vec::new();
    for row in store::living(tx, ctx.now()).await? {
        let roles = Roles::from_db(&row.roles).ok_or(Error::corrupt("role"))?;
        let member = row.member_roles.as_deref().map(|roles| MemberRoles::from_db(roles).ok_or(Error::corrupt("role")));
        let member = member.transpose()?;
        let owner =
            Owner { roles: &roles, second_factor: row.second_factor.map(Timestamp::from_micros), member: member.as_ref() };
        if row.permitted(before, owner, ctx.now()).is_ok()
            && let Err(why) = row.permitted(after, owner, ctx.now())
        {
            affected.push(row.affected(why)?);
        }
    }
    Ok(affected)
}

impl LivingRow {
    fn permitted(&self, policy: &TokenPolicy, owner: Owner<'_>, now: Timestamp) -> Result<(), Why> {
        let (created_at, expires_at) = (Timestamp::from_micros(self.created_at), self.expires_at.map(Timestamp::from_micros));
        policy.permits_use(owner, created_at, expires_at).map_err(Why::Forbidden)?;
        let last = self.last_used_at.map_or(created_at, Timestamp::from_micros);
        if policy.idle.is_over(last, now) { Err(Why::Unused) } else { Ok(()) }
    }

    fn affected(self, why: Why) -> db::Result<Affected> {
        Ok(Affected {
            id: CredentialId::from_db(&self.id).map_err(|_| Error::corrupt("credential id"))?,
            name: self.name,
            prefix: self.prefix,
            account: AccountId::from_db(&self.account_id).map_err(|_| Error::corrupt("account id"))?,
            email: self.email,
            why,
            last_used_at: self.last_used_at.map(Timestamp::from_micros),
        })
    }
}

impl Effect {
    /// Rows come owner by owner.
    fn of(ctx: &Ctx, affected: &[Affected]) -> Self {
        let mut owners: Vec<AccountId> = affected.iter().map(|token| token.account).collect();
        owners.dedup();
        let ids: Vec<String> = affected.iter().map(|token| token.id.to_db()).collect();
        Self {
            tokens: affected.len(),
            people: owners.len(),
            listed: affected.iter().take(LISTED).cloned().collect(),
            fingerprint: ctx.keys.digest(&ids.join(" ")).hex(),
        }
    }
}

/// One mail for each owner.
async fn tell(tx: &mut Tx, ctx: &Ctx, by: &ConfirmedAdministrator, affected: &[Affected]) -> db::Result<()> {
    for tokens in affected.chunk_by(|one, next| one.account == next.account) {
        let Some(owner) = accounts::by_id(tx, tokens[0].account).await? else { continue };
        let names = tokens.iter().take(TOLD).map(|token| Label::parse(&token.name).map_err(|_| Error::corrupt("name")));
        let message = Message::PolicyAffects {
            name: PersonName::parse(owner.name.as_str()).map_err(|_| Error::corrupt("name"))?,
            tokens: names.map(|name| name.map(|name| name.as_str().to_owned())).collect::<db::Result<_>>()?,
            more: tokens.len().saturating_sub(TOLD),
            why: tokens[0].why.to_string(),
            cause: Cause::new(ctx.now(), by.person().origin()),
        };
        ctx.post(tx, &owner, &message, NOTICE_LIFE).await?;
    }
    Ok(())
}
