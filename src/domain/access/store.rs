//! The table `token_policy`: one row.

use super::policy::{AllowedRoles, Longest, NoExpiry, Switch, TokenPolicy};
use crate::base::time::Timestamp;
use crate::db::{Cx, Error, Result, Tx};
use crate::{execute, on, sql};

/// The policy as it is now.
pub(in crate::domain) async fn policy(cx: &mut Cx) -> Result<TokenPolicy> {
    let (allowed, roles, days, no_expiry): (String, String, Option<i64>, String) = on!(cx, |c| {
        sqlx::query_as(sql!("SELECT allowed, allowed_roles, longest_life_days, no_expiry FROM token_policy WHERE id = 1"))
            .fetch_one(c)
            .await
    })?;
    let words: Vec<String> = serde_json::from_str(&roles).map_err(|_| Error::corrupt("policy"))?;
    Ok(TokenPolicy {
        tokens: if allowed == "yes" { Switch::On } else { Switch::Off },
        allowed_roles: AllowedRoles::parse(&words.join(",")).map_err(|_| Error::corrupt("policy"))?,
        longest: match days {
            Some(days) => Longest::days(days).ok_or(Error::corrupt("policy"))?,
            None => Longest::UNBOUNDED,
        },
        no_expiry: if no_expiry == "yes" { NoExpiry::Allowed } else { NoExpiry::Forbidden },
    })
}

/// When it was last changed; nothing if it is as it came.
pub(super) async fn changed_at(cx: &mut Cx) -> Result<Option<Timestamp>> {
    let at: i64 = on!(cx, |c| sqlx::query_scalar(sql!("SELECT updated_at FROM token_policy WHERE id = 1")).fetch_one(c).await)?;
    Ok((at > 0).then(|| Timestamp::from_micros(at)))
}

/// Replaces it.
pub(super) async fn save(tx: &mut Tx, policy: &TokenPolicy, now: Timestamp) -> Result<()> {
    let yes_or_no = |yes| if yes { "yes" } else { "no" };
    execute!(
        tx,
        sqlx::query(sql!(
            "UPDATE token_policy SET allowed = $1, allowed_roles = $2, longest_life_days = $3, no_expiry = $4, updated_at = $5 WHERE id = 1"
        ))
        .bind(yes_or_no(policy.tokens == Switch::On))
        .bind(serde_json::Value::from(policy.allowed_roles.words().to_vec()).to_string())
        .bind(policy.longest.as_days())
        .bind(yes_or_no(policy.no_expiry == NoExpiry::Allowed))
        .bind(now.micros())
    )?;
    Ok(())
}
