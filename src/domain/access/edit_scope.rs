//! Adding scopes to the catalogue and changing them.

use serde_json::json;

use super::administrator::ConfirmedAdministrator;
use super::catalogue::{Catalogue, Holders, Scope, ScopeOrigin};
use super::scopes::{ScopeName, ScopePattern};
use super::store;
use crate::db::{self, Change, Tx};
use crate::domain::Ctx;
use crate::domain::accounts::Role;
use crate::domain::audit::{self, Action, Actor, Event};

/// How many scopes the catalogue holds at the most.
pub const SCOPES_AT_MOST: usize = 500;
/// How long the sentence of a scope may be, in characters.
pub const SENTENCE_MAX: usize = 300;

/// What an administrator wants a scope to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeDraft {
    /// The sentence for those who tick it.
    pub sentence: String,
    /// What else it allows.
    pub implies: Vec<ScopePattern>,
    /// The role that its holder needs at the moment of use, if any.
    pub role: Option<Role>,
    /// Whose credentials may hold it.
    pub holders: Holders,
    /// The role in the workspace that the owner of a token needs at the moment of use, if any.
    pub workspace_role: Option<Role>,
}

/// Why the catalogue was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ScopeError {
    /// There is one of this name.
    #[error("there is a scope of this name")]
    NameTaken,
    /// There is none of this name.
    #[error("there is no such scope")]
    NotFound,
    /// Latchkey itself asks for it.
    #[error("this scope is built in and stays as it is")]
    BuiltIn,
    /// It implies a scope that there is not.
    #[error("there is no scope {0} that it could imply")]
    ImpliesUnknown(String),
    /// The sentence is empty or too long.
    #[error("the sentence needs 1 to {SENTENCE_MAX} characters")]
    Sentence,
    /// The catalogue is full.
    #[error("the catalogue holds {SCOPES_AT_MOST} scopes, which is the most")]
    TooMany,
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// Adds a scope.
///
/// # Errors
/// When a rule forbids it; then nothing has changed.
pub async fn add_scope(ctx: &Ctx, by: &ConfirmedAdministrator, name: ScopeName, draft: ScopeDraft) -> Result<(), ScopeError> {
    let mut tx = ctx.db.write().await?;
    tx.alone().await?;
    let catalogue = store::catalogue(&mut tx).await?;
    if catalogue.find(&name).is_some() {
        return Err(ScopeError::NameTaken);
    }
    if catalogue.scopes().len() >= SCOPES_AT_MOST {
        return Err(ScopeError::TooMany);
    }
    check(&catalogue, &name, &draft)?;
    let ScopeDraft { sentence, implies, role, holders, workspace_role } = draft;
    let scope = Scope { name, sentence, implies, role, holders, workspace_role, origin: ScopeOrigin::Added };
    store::insert_scope(&mut tx, &scope, ctx.now()).await?;
    record(&mut tx, ctx, by, Action::ScopeAdded, (None, Some(&scope))).await?;
    tx.commit().await?;
    Ok(())
}

/// Changes what a scope says and implies. It binds every token on its next request.
///
/// # Errors
/// When a rule forbids it; then nothing has changed.
pub async fn change_scope(ctx: &Ctx, by: &ConfirmedAdministrator, name: &ScopeName, draft: ScopeDraft) -> Result<(), ScopeError> {
    let mut tx = ctx.db.write().await?;
    tx.alone().await?;
    let catalogue = store::catalogue(&mut tx).await?;
    let before = editable(&catalogue, name)?;
    check(&catalogue, name, &draft)?;
    let ScopeDraft { sentence, implies, role, holders, workspace_role } = draft;
    let after = Scope { sentence, implies, role, holders, workspace_role, ..before.clone() };
    if after == *before {
        return Ok(());
    }
    store::update_scope(&mut tx, &after, ctx.now()).await?;
    tx.narrow(Change::Policy, ctx.now()).await?;
    record(&mut tx, ctx, by, Action::ScopeChanged, (Some(before), Some(&after))).await?;
    tx.commit().await?;
    Ok(())
}

/// Takes a scope out of the catalogue. Whoever calls this has made sure that no living token holds it.
pub(in crate::domain) async fn delete_scope_in(
    tx: &mut Tx,
    ctx: &Ctx,
    by: &ConfirmedAdministrator,
    scope: &Scope,
) -> db::Result<()> {
    store::delete_scope(tx, &scope.name).await?;
    tx.narrow(Change::Policy, ctx.now()).await?;
    record(tx, ctx, by, Action::ScopeDeleted, (Some(scope), None)).await
}

/// The scope of this name, if it may be changed.
pub(in crate::domain) fn editable<'a>(catalogue: &'a Catalogue, name: &ScopeName) -> Result<&'a Scope, ScopeError> {
    match catalogue.find(name) {
        None => Err(ScopeError::NotFound),
        Some(scope) if scope.origin == ScopeOrigin::BuiltIn => Err(ScopeError::BuiltIn),
        Some(scope) => Ok(scope),
    }
}

fn check(catalogue: &Catalogue, own: &ScopeName, draft: &ScopeDraft) -> Result<(), ScopeError> {
    if draft.sentence.is_empty() || draft.sentence.chars().count() > SENTENCE_MAX {
        return Err(ScopeError::Sentence);
    }
    let unknown = |pattern: &&ScopePattern| match pattern {
        ScopePattern::Name(name) => name != own && catalogue.find(name).is_none(),
        ScopePattern::Below(_) | ScopePattern::Everything => false,
    };
    match draft.implies.iter().find(unknown) {
        Some(pattern) => Err(ScopeError::ImpliesUnknown(pattern.to_string())),
        None => Ok(()),
    }
}

async fn record(
    tx: &mut Tx,
    ctx: &Ctx,
    by: &ConfirmedAdministrator,
    action: Action,
    (before, after): (Option<&Scope>, Option<&Scope>),
) -> db::Result<()> {
    let person = by.person();
    let name = after.or(before).map_or("", |scope| scope.name.as_str());
    let event = Event::done(Actor::Account(person.id()), person.origin(), action, person.id())
        .of(name)
        .with(json!({ "name": name, "before": before.map(describe), "after": after.map(describe) }));
    audit::record(tx, ctx, ctx.now(), event).await
}

fn describe(scope: &Scope) -> serde_json::Value {
    json!({
        "sentence": scope.sentence,
        "implies": scope.implies.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "role": scope.role.as_ref().map(Role::as_str),
        "holders": scope.holders.as_str(),
        "workspaceRole": scope.workspace_role.as_ref().map(Role::as_str),
    })
}
