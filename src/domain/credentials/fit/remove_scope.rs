//! Taking a scope out of the catalogue, when no token in use holds it.

use super::store::{self, LivingRow};
use crate::db::{self, Cx};
use crate::domain::Ctx;
use crate::domain::access::{self, Administrator, ConfirmedAdministrator, ScopeError, ScopeName, ScopePattern, Scopes};

/// Why a scope was not deleted.
#[derive(Debug, thiserror::Error)]
pub enum RemoveScopeError {
    /// There is none, or it is built in.
    #[error(transparent)]
    Scope(ScopeError),
    /// So many living tokens hold it: without it they would allow nothing any more.
    #[error("{0} tokens hold this scope")]
    Held(usize),
    /// Another scope implies it by its name.
    #[error("the scope {0} implies it")]
    Implied(String),
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// How many living tokens hold each scope that is held, in the order of names.
///
/// # Errors
/// When the database does not answer.
pub async fn holders(ctx: &Ctx, _by: &Administrator) -> db::Result<Vec<(String, usize)>> {
    let mut counts = std::collections::BTreeMap::new();
    for row in store::living(&mut ctx.db.read().await?, ctx.now()).await? {
        for word in words(&row) {
            *counts.entry(word).or_insert(0) += 1;
        }
    }
    Ok(counts.into_iter().collect())
}

/// Deletes a scope that no living token holds and no other scope implies by its name.
///
/// # Errors
/// When a rule forbids it; then nothing has changed.
pub async fn remove_scope(ctx: &Ctx, by: &ConfirmedAdministrator, name: &ScopeName) -> Result<(), RemoveScopeError> {
    let mut tx = ctx.db.write().await?;
    tx.alone().await?;
    let catalogue = access::catalogue_in(&mut tx).await?;
    let scope = access::editable(&catalogue, name).map_err(RemoveScopeError::Scope)?;
    let this = ScopePattern::Name(name.clone());
    if let Some(other) = catalogue.scopes().iter().find(|other| other.name != *name && other.implies.contains(&this)) {
        return Err(RemoveScopeError::Implied(other.name.as_str().to_owned()));
    }
    match held(&mut tx, ctx, name).await? {
        0 => {}
        tokens => return Err(RemoveScopeError::Held(tokens)),
    }
    access::delete_scope_in(&mut tx, ctx, by, scope).await?;
    tx.commit().await?;
    Ok(())
}

async fn held(cx: &mut Cx, ctx: &Ctx, name: &ScopeName) -> db::Result<usize> {
    let living = store::living(cx, ctx.now()).await?;
    Ok(living.iter().filter(|row| words(row).iter().any(|word| word == name.as_str())).count())
}

fn words(row: &LivingRow) -> Vec<String> {
    Scopes::from_db(&row.scopes).iter().flat_map(|scopes| scopes.words()).map(str::to_owned).collect()
}
