//! The secrets of one credential: one without an end, and at most one before it that is still good.

use crate::base::id::{AccountId, CredentialId};
use crate::base::time::Timestamp;
use crate::db::{Cx, Error, Result, Tx};
use crate::{execute, on, sql};

/// The credential that this form has given a secret.
pub(super) async fn made_by_form(cx: &mut Cx, account: AccountId, nonce: &str) -> Result<Option<CredentialId>> {
    let id: Option<String> = on!(cx, |c| {
        sqlx::query_scalar(sql!(
            "SELECT c.id FROM credential_secrets s JOIN credentials c ON c.id = s.credential_id
             WHERE s.form_nonce = $1 AND c.account_id = $2"
        ))
        .bind(nonce)
        .bind(account.to_db())
        .fetch_optional(c)
        .await
    })?;
    id.map(|id| CredentialId::from_db(&id).map_err(|_| Error::corrupt("credential id"))).transpose()
}

/// Ends at once what was replaced and is still good; says whether there was anything.
pub(in crate::domain::credentials) async fn end_previous(tx: &mut Tx, id: CredentialId, now: Timestamp) -> Result<bool> {
    let ended = execute!(
        tx,
        sqlx::query(sql!("UPDATE credential_secrets SET valid_until = $1 WHERE credential_id = $2 AND valid_until > $1"))
            .bind(now.micros())
            .bind(id.to_db())
    )?;
    Ok(ended > 0)
}

/// Gives the secret without an end this one; says whether there was one.
pub(in crate::domain::credentials) async fn end_current(tx: &mut Tx, id: CredentialId, ends_at: Timestamp) -> Result<bool> {
    let ended = execute!(
        tx,
        sqlx::query(sql!("UPDATE credential_secrets SET valid_until = $1 WHERE credential_id = $2 AND valid_until IS NULL"))
            .bind(ends_at.micros())
            .bind(id.to_db())
    )?;
    Ok(ended == 1)
}
