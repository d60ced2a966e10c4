//! What becomes of the keys and service accounts of a workspace is told by mail: to those who own the workspace, and to
//! whoever made one of these or answers for it, as long as they belong to the workspace.

mod store;

use super::credential::Kind;
use super::service::client_id;
use crate::base::id::{CredentialId, WorkspaceId};
use crate::base::net::Origin;
use crate::base::text::Label;
use crate::base::time::Span;
use crate::db::{self, Cx, Error, Tx};
use crate::domain::Ctx;
use crate::domain::accounts;
use crate::domain::audit::Actor;
use crate::domain::mail::{Cause, CredentialChanger, CredentialNews, CredentialSort, Message, NOTICE_LIFE, WorkspaceCredential};
use crate::domain::workspaces::{self, Which};

/// Something that became of a credential of a workspace.
pub(super) struct Told<'a> {
    /// Whose it is.
    pub workspace: WorkspaceId,
    /// Which.
    pub credential: CredentialId,
    /// What became of it.
    pub news: CredentialNews,
    /// Who did it.
    pub actor: Actor,
    /// From where.
    pub origin: &'a Origin,
}

/// Puts the mails into the outbox, in the transaction of the deed. A publishable key is nobody's secret: it is news only
/// when it comes to its end.
pub(super) async fn tell(tx: &mut Tx, ctx: &Ctx, told: &Told<'_>) -> db::Result<()> {
    tell_for(tx, ctx, told, NOTICE_LIFE).await
}

/// The same for news that are none any more after some time.
pub(super) async fn tell_for(tx: &mut Tx, ctx: &Ctx, told: &Told<'_>, life: Span) -> db::Result<()> {
    let Some(facts) = store::facts(tx, told.workspace, told.credential).await? else { return Ok(()) };
    let by_itself = matches!(told.news, CredentialNews::Expiring(_) | CredentialNews::Expired(_));
    if facts.kind == Kind::Publishable && !by_itself {
        return Ok(());
    }
    let by = who(tx, told).await?;
    let label = |text: &str| Label::parse(text).map_err(|_| Error::corrupt("name"));
    let is_service = facts.kind == Kind::Service;
    for account in store::concerned(tx, told.workspace, told.credential).await? {
        let Some(account) = accounts::by_id(tx, account).await? else { continue };
        let message = WorkspaceCredential {
            name: account.name.clone(),
            workspace: label(&facts.workspace)?,
            slug: facts.slug.clone(),
            sort: if is_service { CredentialSort::ServiceAccount } else { CredentialSort::Key },
            credential: told.credential.to_string(),
            credential_name: label(&facts.name)?,
            shown: if is_service { client_id(told.credential) } else { facts.prefix.clone() },
            news: told.news.clone(),
            by: by.clone(),
            cause: Cause::new(ctx.now(), told.origin),
        };
        ctx.post(tx, &account, &Message::WorkspaceCredential(message), life).await?;
    }
    Ok(())
}

/// Who did it: somebody who does not belong to the workspace administers the service.
async fn who(cx: &mut Cx, told: &Told<'_>) -> db::Result<CredentialChanger> {
    Ok(match told.actor {
        Actor::Account(id) => {
            let member = workspaces::membership_in(cx, id, &Which::Id(told.workspace)).await?;
            let account = if member.is_some() { accounts::by_id(cx, id).await? } else { None };
            account.map_or(CredentialChanger::Admin, |account| CredentialChanger::Member(account.email.to_string()))
        }
        Actor::Credential(id) if id == told.credential => CredentialChanger::Holder,
        Actor::Credential(id) => {
            let name = store::name(cx, told.workspace, id).await?;
            name.map_or(CredentialChanger::Holder, CredentialChanger::Key)
        }
        Actor::System | Actor::Nobody => CredentialChanger::Itself,
    })
}
