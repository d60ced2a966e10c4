//! Everything that may be known of one credential.

use super::Detail;
use crate::base::id::{AccountId, CredentialId, SecretId};
use crate::base::time::Timestamp;
use crate::db::{Cx, Error, Result};
use crate::domain::credentials::addresses::AddressList;
use crate::domain::credentials::list::{SecretFacts, Summary, SummaryRow};
use crate::{on, sql};

#[derive(sqlx::FromRow)]
pub(in crate::domain::credentials) struct DetailRow {
    #[sqlx(flatten)]
    summary: SummaryRow,
    allowed_addresses: String,
    leaked_at: Option<i64>,
    revoked_reason: Option<String>,
    s_id: String,
    s_created_at: i64,
    s_last_used_at: Option<i64>,
    s_last_used_address: Option<String>,
    s_last_used_agent: Option<String>,
    s_uses: i64,
}

/// One credential of an account, living or ended.
pub(in crate::domain::credentials) async fn find(cx: &mut Cx, account: AccountId, id: CredentialId) -> Result<Option<Detail>> {
    let row: Option<DetailRow> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT c.id, c.name, c.scopes, s.prefix, s.last_four, c.created_at, c.expires_at, c.paused_at, c.revoked_at, c.revoked_by,
                    c.last_used_at, c.last_used_address, c.last_used_agent, c.uses, '' AS sort_key,
                    p.id AS p_id, p.prefix AS p_prefix, p.last_four AS p_last_four, p.created_at AS p_created_at,
                    p.valid_until AS p_valid_until, p.last_used_at AS p_last_used_at, p.last_used_address AS p_last_used_address,
                    p.last_used_agent AS p_last_used_agent, p.uses AS p_uses,
                    c.allowed_addresses, c.leaked_at, c.revoked_reason, s.id AS s_id, s.created_at AS s_created_at,
                    s.last_used_at AS s_last_used_at, s.last_used_address AS s_last_used_address,
                    s.last_used_agent AS s_last_used_agent, s.uses AS s_uses, c.locked_to, w.slug AS w_slug, w.name AS w_name, m.roles AS w_roles
             FROM credentials c JOIN credential_secrets s ON s.credential_id = c.id AND s.valid_until IS NULL
             LEFT JOIN workspaces w ON w.id = c.locked_to
             LEFT JOIN memberships m ON m.id = c.membership_id AND m.workspace_id = c.locked_to AND m.account_id = c.account_id
             LEFT JOIN credential_secrets p ON p.id = (SELECT o.id FROM credential_secrets o WHERE o.credential_id = c.id
                AND o.valid_until IS NOT NULL ORDER BY o.valid_until DESC, o.id DESC LIMIT 1)
             WHERE c.id = $1 AND c.account_id = $2"
        ))
        .bind(id.to_db())
        .bind(account.to_db())
        .fetch_optional(c)
        .await
    })?;
    row.map(Detail::try_from).transpose()
}

impl TryFrom<DetailRow> for Detail {
    type Error = Error;

    fn try_from(row: DetailRow) -> Result<Self> {
        let summary = Summary::try_from(row.summary)?;
        Ok(Self {
            allowed_addresses: AddressList::from_db(&row.allowed_addresses),
            leaked_at: row.leaked_at.map(Timestamp::from_micros),
            revoked_reason: row.revoked_reason,
            current: SecretFacts {
                id: SecretId::from_db(&row.s_id).map_err(|_| Error::corrupt("secret id"))?,
                prefix: summary.prefix.clone(),
                last_four: summary.last_four.clone(),
                created_at: Timestamp::from_micros(row.s_created_at),
                valid_until: None,
                last_used_at: row.s_last_used_at.map(Timestamp::from_micros),
                last_used_address: row.s_last_used_address,
                last_used_agent: row.s_last_used_agent,
                uses: row.s_uses,
            },
            summary,
        })
    }
}
