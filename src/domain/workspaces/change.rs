//! What a workspace is called, and what its keys may do.

use serde_json::json;

use super::look::{Logo, Look};
use super::member::{self, Member, Refused};
use super::roles::Right;
use super::store;
use super::workspace::{KeysManage, Slug};
use crate::base::text::Label;
use crate::db::{self, Change, Tx};
use crate::domain::Ctx;
use crate::domain::audit::{self, Action, Actor, Event};

/// What a workspace is to be called.
#[derive(Debug, Clone)]
pub struct NewName {
    /// By people.
    pub name: Label,
    /// In addresses; nothing to leave it as it is.
    pub slug: Option<Slug>,
}

/// What a workspace is to be called by people, and what it is to show.
#[derive(Debug, Clone)]
pub struct Appearance {
    /// Its name.
    pub name: Label,
    /// The rest.
    pub look: Look,
}

/// Why a workspace was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// The member may not.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// Another workspace has this name in addresses.
    #[error("another workspace has this address. Choose another")]
    SlugTaken,
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// Gives the workspace another name. Returns its name in addresses.
///
/// # Errors
/// When a rule forbids it; then nothing has changed.
pub async fn rename(ctx: &Ctx, by: &Member, new: NewName) -> Result<Slug, ChangeError> {
    let mut tx = ctx.db.write().await?;
    member::allowed::<ChangeError>(&mut tx, by, Right::ManageSettings).await?;
    let before = by.workspace();
    let slug = new.slug.unwrap_or_else(|| before.slug.clone());
    if new.name == before.name && slug == before.slug {
        return Ok(slug);
    }
    match store::rename(&mut tx, before.id, (&new.name, &slug), ctx.now()).await {
        Ok(true) => {}
        Ok(false) | Err(db::Error::Taken) => return Err(ChangeError::SlugTaken),
        Err(error) => return Err(error.into()),
    }
    let words = |name: &Label, slug: &Slug| json!({ "name": name.as_str(), "slug": slug.as_str() });
    let details = json!({ "before": words(&before.name, &before.slug), "after": words(&new.name, &slug) });
    record(&mut tx, ctx, by, Action::WorkspaceRenamed, details).await?;
    tx.commit().await?;
    Ok(slug)
}

/// Gives the workspace another name, picture and words at once; its name in addresses stays.
///
/// # Errors
/// When a rule forbids it; then nothing has changed.
pub async fn set_appearance(ctx: &Ctx, by: &Member, new: &Appearance) -> Result<(), ChangeError> {
    let mut tx = ctx.db.write().await?;
    member::allowed::<ChangeError>(&mut tx, by, Right::ManageSettings).await?;
    let before = by.workspace();
    if new.name == before.name && new.look == before.look {
        return Ok(());
    }
    if !store::set_appearance(&mut tx, before.id, (&new.name, &new.look), ctx.now()).await? {
        return Err(Refused::NotFound.into());
    }
    let words = |name: &Label, look: &Look| {
        let labels: Vec<&str> = look.labels.words().collect();
        json!({ "name": name.as_str(), "logo": look.logo.as_ref().map(Logo::as_str), "labels": labels })
    };
    let details = json!({ "before": words(&before.name, &before.look), "after": words(&new.name, &new.look) });
    let action = if new.name == before.name { Action::WorkspaceChanged } else { Action::WorkspaceRenamed };
    record(&mut tx, ctx, by, action, details).await?;
    tx.commit().await?;
    Ok(())
}

/// Says whether the workspace's keys may manage keys. It binds each of them on its next request.
///
/// # Errors
/// When a rule forbids it; then nothing has changed.
pub async fn let_keys_manage(ctx: &Ctx, by: &Member, keys: KeysManage) -> Result<(), ChangeError> {
    let mut tx = ctx.db.write().await?;
    member::allowed::<ChangeError>(&mut tx, by, Right::ManageSettings).await?;
    if !store::set_keys_manage(&mut tx, by.workspace().id, keys, ctx.now()).await? {
        return Ok(());
    }
    record(&mut tx, ctx, by, Action::WorkspaceChanged, json!({ "keysManageKeys": keys.as_str() })).await?;
    tx.commit().await?;
    Ok(())
}

/// What is remembered of the workspace's credentials says what it was.
async fn record(tx: &mut Tx, ctx: &Ctx, by: &Member, action: Action, details: serde_json::Value) -> db::Result<()> {
    let (now, workspace, person) = (ctx.now(), by.workspace().id, by.person());
    tx.narrow(Change::Workspace(workspace.to_db()), now).await?;
    let event = Event::done_in(Actor::Account(person.id()), person.origin(), action, workspace).of(workspace).with(details);
    audit::record(tx, ctx, now, event).await
}
