//! Making a workspace, and everybody's own.

use serde_json::json;

use super::look::Look;
use super::roles::MemberRoles;
use super::store;
use super::workspace::{KeysManage, Slug, Workspace};
use crate::base::id::{AccountId, MembershipId, WorkspaceId};
use crate::base::secret::hex;
use crate::base::text::Label;
use crate::db::{self, Cx, Db, Tx};
use crate::domain::Ctx;
use crate::domain::accounts::Person;
use crate::domain::audit::{self, Action, Actor, Event};
use crate::domain::repeats::{self, NotDone, Repeat};

/// How many workspaces one person may have made that still exist.
const WORKSPACES_AT_MOST: i64 = 50;

/// What a person wants a workspace to be.
#[derive(Debug, Clone)]
pub struct WorkspaceDraft {
    /// What to call it.
    pub name: Label,
    /// Its name in addresses; made from its name if none is given.
    pub slug: Option<Slug>,
    /// What it shows beside its name.
    pub look: Look,
}

/// Why no workspace was made.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// The person's address is not confirmed.
    #[error("confirm your email address before you create a workspace")]
    Unverified,
    /// The policy does not let this person create workspaces.
    #[error("your roles do not let you create workspaces. Ask an administrator")]
    Forbidden,
    /// Another workspace has this name in addresses.
    #[error("another workspace has this address. Choose another")]
    SlugTaken,
    /// The person has made as many as fit.
    #[error("you have created {WORKSPACES_AT_MOST} workspaces, which is the most. Delete one that you do not need")]
    TooMany,
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// Makes a workspace that this person owns.
///
/// # Errors
/// When a rule forbids it; then there is no workspace and no event.
pub async fn create(ctx: &Ctx, by: &Person, draft: WorkspaceDraft) -> Result<Workspace, CreateError> {
    let mut tx = ctx.db.write().await?;
    // The fiftieth workspace twice: the second must see what the first did.
    tx.alone().await?;
    let made = create_in(&mut tx, ctx, by, draft).await?;
    tx.commit().await?;
    Ok(made)
}

/// The same for a request that may be sent again: with one key it makes one workspace.
///
/// # Errors
/// When a rule forbids it, or an earlier request with the key has made a workspace.
pub async fn create_once(
    ctx: &Ctx,
    by: &Person,
    draft: WorkspaceDraft,
    repeat: Option<&Repeat>,
) -> Result<Workspace, NotDone<CreateError>> {
    let mut tx = ctx.db.write().await?;
    tx.alone().await?;
    repeats::claim_in(&mut tx, repeat, ctx.now()).await?;
    let made = create_in(&mut tx, ctx, by, draft).await.map_err(NotDone::Refused)?;
    repeats::note_in(&mut tx, repeat, made.id).await?;
    tx.commit().await?;
    Ok(made)
}

/// The same, in a transaction that does more.
pub(in crate::domain) async fn create_in(
    tx: &mut Tx,
    ctx: &Ctx,
    by: &Person,
    draft: WorkspaceDraft,
) -> Result<Workspace, CreateError> {
    let plan = plan_for(tx, by).await?;
    match draft.slug {
        Some(slug) => {
            let new = NewWorkspace { slug, name: draft.name, look: draft.look, plan, of: Whose::Shared };
            insert(tx, ctx, by, new).await?.ok_or(CreateError::SlugTaken)
        }
        None => Ok(insert_marked(tx, ctx, by, (draft.name, draft.look), plan, Whose::Shared).await?),
    }
}

/// Whether the person may make another workspace at this moment.
///
/// # Errors
/// The rule that forbids it.
pub async fn may_create(ctx: &Ctx, by: &Person) -> Result<(), CreateError> {
    plan_for(&mut ctx.db.read().await?, by).await.map(drop)
}

/// The plan of the workspace that this person is about to make.
async fn plan_for(cx: &mut Cx, by: &Person) -> Result<String, CreateError> {
    if !by.is_verified() {
        return Err(CreateError::Unverified);
    }
    let policy = store::policy(cx).await?;
    if !policy.creators.iter().any(|role| role == "*" || by.account().roles.has(role)) {
        return Err(CreateError::Forbidden);
    }
    if store::count_made_by(cx, by.id()).await? >= WORKSPACES_AT_MOST {
        return Err(CreateError::TooMany);
    }
    Ok(policy.new_plan)
}

/// The person's own workspace. It is made at the first need, and needs no leave.
///
/// # Errors
/// When the database does not do it.
pub async fn personal(ctx: &Ctx, of: &Person) -> db::Result<Workspace> {
    if let Some(found) = store::personal(&mut ctx.db.read().await?, of.id()).await? {
        return Ok(found);
    }
    let mut tx = ctx.db.write().await?;
    let made = personal_in(&mut tx, ctx, of).await?;
    tx.commit().await?;
    Ok(made)
}

/// The person's own workspace, if they have needed one; it may be suspended.
///
/// # Errors
/// When the database does not answer.
pub async fn own(db: &Db, account: AccountId) -> db::Result<Option<Workspace>> {
    store::personal(&mut db.read().await?, account).await
}

/// The plan of a person's own workspace: that of a new one, until theirs is needed.
///
/// # Errors
/// When the database does not answer.
pub async fn plan_of(ctx: &Ctx, account: AccountId) -> db::Result<String> {
    let mut cx = ctx.db.read().await?;
    match store::personal(&mut cx, account).await? {
        Some(own) => Ok(own.plan),
        None => Ok(store::policy(&mut cx).await?.new_plan),
    }
}

/// The same, in a transaction that does more.
pub(in crate::domain) async fn personal_in(tx: &mut Tx, ctx: &Ctx, of: &Person) -> db::Result<Workspace> {
    // Two first needs at once: the second must see what the first did.
    tx.alone().await?;
    if let Some(found) = store::personal(tx, of.id()).await? {
        return Ok(found);
    }
    let plan = store::policy(tx).await?.new_plan;
    let name = Label::parse(of.account().name.as_str());
    let name = name.or_else(|_| Label::parse(of.email().local_part())).map_err(|_| db::Error::corrupt("name"))?;
    insert_marked(tx, ctx, of, (name, Look::default()), plan, Whose::Personal).await
}

/// Whether it is somebody's own.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whose {
    Shared,
    Personal,
}

struct NewWorkspace {
    slug: Slug,
    name: Label,
    look: Look,
    plan: String,
    of: Whose,
}

/// Inserts it under the slug of its name, with a random mark if that is taken.
async fn insert_marked(
    tx: &mut Tx,
    ctx: &Ctx,
    by: &Person,
    (name, look): (Label, Look),
    plan: String,
    of: Whose,
) -> db::Result<Workspace> {
    let plain = Slug::of(&name);
    let mark = hex(&ctx.rng.bytes32()[..4]);
    for slug in [plain.clone(), plain.marked(&mark)] {
        let new = NewWorkspace { slug, name: name.clone(), look: look.clone(), plan: plan.clone(), of };
        if let Some(made) = insert(tx, ctx, by, new).await? {
            return Ok(made);
        }
    }
    Err(db::Error::Taken)
}

/// Inserts the workspace with its owner; nothing if its slug is taken.
async fn insert(tx: &mut Tx, ctx: &Ctx, by: &Person, new: NewWorkspace) -> db::Result<Option<Workspace>> {
    let now = ctx.now();
    let workspace = Workspace {
        id: WorkspaceId::new(now, &ctx.rng),
        slug: new.slug,
        name: new.name,
        look: new.look,
        plan: new.plan,
        personal_of: (new.of == Whose::Personal).then_some(by.id()),
        keys_manage: KeysManage::Allowed,
        created_at: now,
        suspended_at: None,
    };
    if !store::insert(tx, &workspace, by.id()).await? {
        return Ok(None);
    }
    let membership = MembershipId::new(now, &ctx.rng);
    store::insert_membership(tx, membership, workspace.id, by.id(), &MemberRoles::owner(), now).await?;
    let event = Event::done_in(Actor::Account(by.id()), by.origin(), Action::WorkspaceCreated, workspace.id)
        .about(by.id())
        .of(workspace.id)
        .with(json!({ "name": workspace.name.as_str(), "slug": workspace.slug.as_str() }));
    audit::record(tx, ctx, now, event).await?;
    Ok(Some(workspace))
}
