//! Changes of a living credential. Each says whether there was one.

use crate::base::id::CredentialId;
use crate::base::text::Label;
use crate::base::time::Timestamp;
use crate::db::{Result, Tx};
use crate::domain::access::Scopes;
use crate::domain::credentials::addresses::AddressList;
use crate::{execute, sql};

/// Pauses it, or resumes it.
pub(in crate::domain::credentials) async fn set_paused(
    tx: &mut Tx,
    id: CredentialId,
    since: Option<Timestamp>,
    now: Timestamp,
) -> Result<bool> {
    let changed = execute!(
        tx,
        sqlx::query(sql!(
            "UPDATE credentials SET paused_at = $1
             WHERE id = $2 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $3)"
        ))
        .bind(since.map(Timestamp::micros))
        .bind(id.to_db())
        .bind(now.micros())
    )?;
    Ok(changed == 1)
}

/// Renames it.
///
/// # Errors
/// `Taken` when a living one of its account has this name.
pub(super) async fn set_name(tx: &mut Tx, id: CredentialId, name: &Label, now: Timestamp) -> Result<bool> {
    let changed = execute!(
        tx,
        sqlx::query(sql!(
            "UPDATE credentials SET name = $1, name_key = $2
             WHERE id = $3 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $4)"
        ))
        .bind(name.as_str())
        .bind(name.key())
        .bind(id.to_db())
        .bind(now.micros())
    )?;
    Ok(changed == 1)
}

/// Says what it may be used for, and from where.
pub(super) async fn set_reach(
    tx: &mut Tx,
    id: CredentialId,
    scopes: &Scopes,
    addresses: &AddressList,
    now: Timestamp,
) -> Result<bool> {
    let changed = execute!(
        tx,
        sqlx::query(sql!(
            "UPDATE credentials SET scopes = $1, allowed_addresses = $2
             WHERE id = $3 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $4)"
        ))
        .bind(scopes.to_db())
        .bind(addresses.to_db())
        .bind(id.to_db())
        .bind(now.micros())
    )?;
    Ok(changed == 1)
}
