//! Signing in: one answer for every reason it can fail, and the same work for known and unknown addresses.

use super::compare::compare;
use super::gate::{self, Begun, Claim};
use crate::base::id::{MembershipId, WorkspaceId};
use crate::base::net::Origin;
use crate::base::text::EmailAddress;
use crate::db;
use crate::domain::Ctx;
use crate::domain::accounts::{self, Account, Busy, Match, PasswordAttempt, PasswordHash};
use crate::domain::attempts::{Attempt, Target, TooMany};
use crate::domain::audit::{self, Action, Actor, Event};
use crate::domain::limits::Counted;
use crate::domain::workspaces::{self, Which};

/// What somebody presents to sign in. Neither part is ever an error of its own.
pub struct Credentials {
    /// The address; nothing when what was typed is none.
    pub email: Option<EmailAddress>,
    /// The password.
    pub password: PasswordAttempt,
}

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Unknown address, wrong password, no password set, suspended: nobody learns which.
    #[error("wrong email address or password")]
    Wrong,
    /// Too many attempts from this network, or on this account.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// Too many passwords are waiting to be hashed.
    #[error(transparent)]
    Busy(#[from] Busy),
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// Signs in. The attempt is counted before anything is hashed, by the network and by the account.
///
/// # Errors
/// [`SignInError::Wrong`] for every reason that lies with what was presented.
pub async fn sign_in(ctx: &Ctx, presented: Credentials, origin: &Origin) -> Result<Begun, SignInError> {
    let proved = prove(ctx, &presented, None, origin).await?;
    let claim = Claim { account: &proved.account, attempt: &proved.attempt, stronger: proved.stronger, origin };
    gate::admit(ctx, claim).await?.ok_or(SignInError::Wrong)
}

/// Somebody whose password was right.
pub(super) struct Proved {
    /// The account, as it was when the password was compared.
    pub account: Account,
    /// The attempt that it was.
    pub attempt: Attempt,
    /// The hash to keep instead, where the one that matched is weaker than hashes are made now.
    pub stronger: Option<PasswordHash>,
    /// The membership that they come in by, where they want to be let into a workspace.
    pub place: Option<(WorkspaceId, MembershipId)>,
}

/// Compares the password. It takes the same time, and leaves the same traces, whether or not there is such an account, and
/// whether or not it belongs to the workspace that somebody wants to be let into.
pub(super) async fn prove(
    ctx: &Ctx,
    presented: &Credentials,
    workspace: Option<WorkspaceId>,
    origin: &Origin,
) -> Result<Proved, SignInError> {
    let network = origin.network();
    ctx.limits.take(Counted::SignInFrom(network), ctx.settings.sign_in_rate, ctx.now()).map_err(TooMany::from)?;
    let account = match &presented.email {
        Some(email) => accounts::by_email_key(&mut ctx.db.read().await?, email.key()).await?,
        None => None,
    };
    let place = match (&account, workspace) {
        (Some(account), Some(workspace)) => place(ctx, account, workspace).await?,
        (_, None) | (None, _) => None,
    };
    let target = match (&account, &presented.email) {
        (Some(account), _) => Target::Account(account.id),
        (None, Some(email)) => Target::Unknown(email),
        (None, None) => Target::Nothing(network),
    };
    let stored = account.as_ref().and_then(|account| account.password.as_ref());
    let (matched, attempt) = compare::<SignInError>(ctx, target, &presented.password, stored, origin).await?;
    match account {
        Some(account) if matched != Match::No && account.suspended_at.is_none() && place.is_some() == workspace.is_some() => {
            let stronger = match matched {
                Match::YesButWeak => Some(ctx.hasher.hash_attempt(&presented.password, &ctx.rng).await?),
                Match::Yes | Match::No => None,
            };
            Ok(Proved { account, attempt, stronger, place })
        }
        account => {
            refuse(ctx, account.as_ref(), origin).await?;
            Err(SignInError::Wrong)
        }
    }
}

/// The membership of somebody whose address is confirmed, in a workspace that is not suspended.
async fn place(ctx: &Ctx, account: &Account, workspace: WorkspaceId) -> db::Result<Option<(WorkspaceId, MembershipId)>> {
    let found = workspaces::membership_in(&mut ctx.db.read().await?, account.id, &Which::Id(workspace)).await?;
    let found = found.filter(|_| account.verified_at.is_some());
    Ok(found.map(|(workspace, membership, _)| (workspace, membership)))
}

async fn refuse(ctx: &Ctx, account: Option<&Account>, origin: &Origin) -> db::Result<()> {
    let mut tx = ctx.db.write().await?;
    let event = match account {
        Some(account) => Event::done(Actor::Nobody, origin, Action::SignedIn, account.id).refused(),
        None => Event::refused_to_nobody(origin, Action::SignedIn),
    };
    audit::record(&mut tx, ctx, ctx.now(), event).await?;
    tx.commit().await
}
