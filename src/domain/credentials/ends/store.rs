//! Credentials that come to their end.

use crate::base::id::{AccountId, CredentialId};
use crate::base::time::{Span, Timestamp};
use crate::db::{Cx, Error, Result, Tx};
use crate::domain::credentials::credential::Owner;
use crate::{execute, on, sql};

/// Whose, and which.
pub(super) type Found = (AccountId, CredentialId);

fn found(rows: Vec<(String, String)>) -> Result<Vec<Found>> {
    let read = |(account, id): (String, String)| {
        let account = AccountId::from_db(&account).map_err(|_| Error::corrupt("account id"))?;
        Ok((account, CredentialId::from_db(&id).map_err(|_| Error::corrupt("credential id"))?))
    };
    rows.into_iter().map(read).collect()
}

/// Credentials whose owners are to be told of their end and have not been, soonest first: those that end within 30
/// days, or ended after `since`.
pub(super) async fn ending(cx: &mut Cx, now: Timestamp, since: Timestamp, rows: i64) -> Result<Vec<(Owner, CredentialId)>> {
    let rows: Vec<(Option<String>, Option<String>, String)> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT c.account_id, c.workspace_id, c.id FROM credentials c
             LEFT JOIN accounts a ON a.id = c.account_id LEFT JOIN workspaces w ON w.id = c.workspace_id
             WHERE c.revoked_at IS NULL AND a.suspended_at IS NULL AND w.suspended_at IS NULL AND c.expires_at > $1 AND c.expires_at <= $2
               AND CASE WHEN c.expires_at <= $3 THEN c.told_days IS NULL OR c.told_days > 0
                        WHEN c.expires_at <= $4 THEN c.expires_at - c.created_at > $5 AND (c.told_days IS NULL OR c.told_days > 1)
                        WHEN c.expires_at <= $6 THEN c.expires_at - c.created_at > $7 AND (c.told_days IS NULL OR c.told_days > 7)
                        ELSE c.expires_at - c.created_at > $8 AND c.told_days IS NULL END
             ORDER BY c.expires_at, c.id LIMIT $9"
        ))
        .bind(since.micros())
        .bind((now + Span::days(30)).micros())
        .bind(now.micros())
        .bind((now + Span::days(1)).micros())
        .bind(Span::days(1).micros())
        .bind((now + Span::days(7)).micros())
        .bind(Span::days(7).micros())
        .bind(Span::days(30).micros())
        .bind(rows)
        .fetch_all(c)
        .await
    })?;
    let read = |(account, workspace, id): (Option<String>, Option<String>, String)| {
        let owner = Owner::from_db(account.as_deref(), workspace.as_deref()).ok_or(Error::corrupt("owner"))?;
        Ok((owner, CredentialId::from_db(&id).map_err(|_| Error::corrupt("credential id"))?))
    };
    rows.into_iter().map(read).collect()
}

/// Notes the tightest notice of which the owner is told; false if they were told of it, or of a tighter one, or if
/// the credential is not what it was.
pub(super) async fn claim(tx: &mut Tx, id: CredentialId, ends_at: Timestamp, days: i64) -> Result<bool> {
    let claimed = execute!(
        tx,
        sqlx::query(sql!(
            "UPDATE credentials SET told_days = $1
             WHERE id = $2 AND expires_at = $3 AND revoked_at IS NULL AND (told_days IS NULL OR told_days > $1)"
        ))
        .bind(days)
        .bind(id.to_db())
        .bind(ends_at.micros())
    )?;
    Ok(claimed == 1)
}

/// Living credentials that were not used since an instant, nor made since, owner by owner.
pub(super) async fn idle(cx: &mut Cx, now: Timestamp, since: Timestamp, rows: i64) -> Result<Vec<Found>> {
    let rows: Vec<(String, String)> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT c.account_id, c.id FROM credentials c JOIN accounts a ON a.id = c.account_id
             WHERE c.revoked_at IS NULL AND a.suspended_at IS NULL AND (c.expires_at IS NULL OR c.expires_at > $1)
               AND c.created_at <= $2 AND (c.last_used_at IS NULL OR c.last_used_at <= $2)
             ORDER BY c.account_id, c.id LIMIT $3"
        ))
        .bind(now.micros())
        .bind(since.micros())
        .bind(rows)
        .fetch_all(c)
        .await
    })?;
    found(rows)
}
