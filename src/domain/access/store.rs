//! The tables `token_policy` and `sign_in_policy`, which have one row each, `scopes`, `audiences` and `configurations`.

use super::audiences::{Audience, AudienceName};
use super::catalogue::{Catalogue, Holders, Scope, ScopeOrigin};
use super::policy::{AllowedRoles, Idle, Longest, NoExpiry, Switch, TokenPolicy};
use super::scopes::{ScopeName, ScopePattern};
use super::sign_in_policy::FactorRoles;
use crate::base::metadata::Metadata;
use crate::base::time::Timestamp;
use crate::db::{Cx, Error, Result, Tx};
use crate::domain::accounts::Role;
use crate::{execute, on, sql};

/// Allowed, its roles, those in workspaces, a workspace, the longest life, no expiry, second factor, idle days.
type PolicyRow = (String, String, String, String, Option<i64>, String, String, Option<i64>);

/// The policy as it is now.
pub(in crate::domain) async fn policy(cx: &mut Cx) -> Result<TokenPolicy> {
    let (allowed, allowed_roles, workspace_roles, workspace, days, no_expiry, factor, idle): PolicyRow = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT allowed, allowed_roles, allowed_workspace_roles, require_workspace, longest_life_days, no_expiry, require_factor, idle_days FROM token_policy WHERE id = 1"
        ))
        .fetch_one(c)
        .await
    })?;
    let roles = |stored: &str| {
        let words: Vec<String> = serde_json::from_str(stored).map_err(|_| Error::corrupt("policy"))?;
        AllowedRoles::parse(&words.join(",")).map_err(|_| Error::corrupt("policy"))
    };
    Ok(TokenPolicy {
        tokens: if allowed == "yes" { Switch::On } else { Switch::Off },
        allowed_roles: roles(&allowed_roles)?,
        allowed_workspace_roles: roles(&workspace_roles)?,
        require_workspace: if workspace == "yes" { Switch::On } else { Switch::Off },
        longest: match days {
            Some(days) => Longest::days(days).ok_or(Error::corrupt("policy"))?,
            None => Longest::UNBOUNDED,
        },
        no_expiry: if no_expiry == "yes" { NoExpiry::Allowed } else { NoExpiry::Forbidden },
        require_factor: if factor == "yes" { Switch::On } else { Switch::Off },
        idle: match idle {
            Some(days) => Idle::days(days).ok_or(Error::corrupt("policy"))?,
            None => Idle::UNBOUNDED,
        },
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
            "UPDATE token_policy SET allowed = $1, allowed_roles = $2, allowed_workspace_roles = $3, require_workspace = $4,
                    longest_life_days = $5, no_expiry = $6, require_factor = $7, idle_days = $8, updated_at = $9 WHERE id = 1"
        ))
        .bind(yes_or_no(policy.tokens == Switch::On))
        .bind(serde_json::Value::from(policy.allowed_roles.words().to_vec()).to_string())
        .bind(serde_json::Value::from(policy.allowed_workspace_roles.words().to_vec()).to_string())
        .bind(yes_or_no(policy.require_workspace == Switch::On))
        .bind(policy.longest.as_days())
        .bind(yes_or_no(policy.no_expiry == NoExpiry::Allowed))
        .bind(yes_or_no(policy.require_factor == Switch::On))
        .bind(policy.idle.as_days())
        .bind(now.micros())
    )?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct ScopeRow {
    name: String,
    sentence: String,
    implies: String,
    role: Option<String>,
    holders: String,
    workspace_role: Option<String>,
    built_in: String,
}

impl TryFrom<ScopeRow> for Scope {
    type Error = Error;

    fn try_from(row: ScopeRow) -> Result<Self> {
        let implies: Vec<String> = serde_json::from_str(&row.implies).map_err(|_| Error::corrupt("scope"))?;
        let implies = implies.iter().map(|text| ScopePattern::parse(text)).collect::<Option<_>>();
        Ok(Self {
            name: ScopeName::parse(&row.name).ok_or(Error::corrupt("scope"))?,
            sentence: row.sentence,
            implies: implies.ok_or(Error::corrupt("scope"))?,
            role: row.role.map(|role| Role::parse(&role).ok_or(Error::corrupt("role"))).transpose()?,
            holders: Holders::parse(&row.holders).ok_or(Error::corrupt("scope"))?,
            workspace_role: row.workspace_role.map(|role| Role::parse(&role).ok_or(Error::corrupt("role"))).transpose()?,
            origin: if row.built_in == "yes" { ScopeOrigin::BuiltIn } else { ScopeOrigin::Added },
        })
    }
}

/// All scopes, in the order in which they are offered.
pub(in crate::domain) async fn catalogue(cx: &mut Cx) -> Result<Catalogue> {
    let rows: Vec<ScopeRow> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT name, sentence, implies, role, holders, workspace_role, built_in FROM scopes ORDER BY position, name"
        ))
        .fetch_all(c)
        .await
    })?;
    rows.into_iter().map(Scope::try_from).collect::<Result<_>>().map(Catalogue::new)
}

/// Adds a scope after those that there are.
pub(super) async fn insert_scope(tx: &mut Tx, scope: &Scope, now: Timestamp) -> Result<()> {
    execute!(
        tx,
        sqlx::query(sql!(
            "INSERT INTO scopes (name, sentence, implies, role, holders, workspace_role, built_in, position, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, 'no', (SELECT COALESCE(MAX(position), 0) + 1 FROM scopes), $7)"
        ))
        .bind(scope.name.as_str())
        .bind(&scope.sentence)
        .bind(patterns(scope))
        .bind(scope.role.as_ref().map(Role::as_str))
        .bind(scope.holders.as_str())
        .bind(scope.workspace_role.as_ref().map(Role::as_str))
        .bind(now.micros())
    )?;
    Ok(())
}

/// Replaces what a scope that was added says, implies and needs.
pub(super) async fn update_scope(tx: &mut Tx, scope: &Scope, now: Timestamp) -> Result<()> {
    let changed = execute!(
        tx,
        sqlx::query(sql!(
            "UPDATE scopes SET sentence = $2, implies = $3, role = $4, holders = $5, workspace_role = $6, updated_at = $7
             WHERE name = $1 AND built_in = 'no'"
        ))
        .bind(scope.name.as_str())
        .bind(&scope.sentence)
        .bind(patterns(scope))
        .bind(scope.role.as_ref().map(Role::as_str))
        .bind(scope.holders.as_str())
        .bind(scope.workspace_role.as_ref().map(Role::as_str))
        .bind(now.micros())
    )?;
    if changed == 1 { Ok(()) } else { Err(Error::corrupt("scope")) }
}

/// Deletes a scope that was added.
pub(super) async fn delete_scope(tx: &mut Tx, name: &ScopeName) -> Result<()> {
    let gone = execute!(tx, sqlx::query(sql!("DELETE FROM scopes WHERE name = $1 AND built_in = 'no'")).bind(name.as_str()))?;
    if gone == 1 { Ok(()) } else { Err(Error::corrupt("scope")) }
}

/// A JSON list.
fn patterns(scope: &Scope) -> String {
    serde_json::Value::from(scope.implies.iter().map(ToString::to_string).collect::<Vec<_>>()).to_string()
}

/// All audiences, in the order in which they are offered.
pub(super) async fn audiences(cx: &mut Cx) -> Result<Vec<Audience>> {
    let rows: Vec<(String, String, String)> = on!(cx, |c| {
        sqlx::query_as(sql!("SELECT name, sentence, built_in FROM audiences ORDER BY position, name")).fetch_all(c).await
    })?;
    rows.into_iter()
        .map(|(name, sentence, built_in)| {
            let name = AudienceName::parse(&name).ok_or(Error::corrupt("audience"))?;
            Ok(Audience { name, sentence, built_in: built_in == "yes" })
        })
        .collect()
}

/// Adds an audience after those that there are.
pub(super) async fn insert_audience(tx: &mut Tx, audience: &Audience, now: Timestamp) -> Result<()> {
    execute!(
        tx,
        sqlx::query(sql!(
            "INSERT INTO audiences (name, sentence, built_in, position, updated_at)
             VALUES ($1, $2, 'no', (SELECT COALESCE(MAX(position), 0) + 1 FROM audiences), $3)"
        ))
        .bind(audience.name.as_str())
        .bind(&audience.sentence)
        .bind(now.micros())
    )?;
    Ok(())
}

/// Deletes an audience that was added.
pub(super) async fn delete_audience(tx: &mut Tx, name: &AudienceName) -> Result<()> {
    let gone = execute!(tx, sqlx::query(sql!("DELETE FROM audiences WHERE name = $1 AND built_in = 'no'")).bind(name.as_str()))?;
    if gone == 1 { Ok(()) } else { Err(Error::corrupt("audience")) }
}

/// The roles whose holders need a second factor.
pub(super) async fn factor_roles(cx: &mut Cx) -> Result<FactorRoles> {
    let roles: String =
        on!(cx, |c| sqlx::query_scalar(sql!("SELECT factor_roles FROM sign_in_policy WHERE id = 1")).fetch_one(c).await)?;
    let words: Vec<String> = serde_json::from_str(&roles).map_err(|_| Error::corrupt("sign-in policy"))?;
    AllowedRoles::parse(&words.join(",")).map(FactorRoles).map_err(|_| Error::corrupt("sign-in policy"))
}

/// Replaces them.
pub(super) async fn save_factor_roles(tx: &mut Tx, roles: &FactorRoles, now: Timestamp) -> Result<()> {
    execute!(
        tx,
        sqlx::query(sql!("UPDATE sign_in_policy SET factor_roles = $1, updated_at = $2 WHERE id = 1"))
            .bind(serde_json::Value::from(roles.0.words().to_vec()).to_string())
            .bind(now.micros())
    )?;
    Ok(())
}

/// What is kept under a name; empty if nothing is.
pub(super) async fn configuration(cx: &mut Cx, name: &str) -> Result<Metadata> {
    let kept: Option<String> = on!(cx, |c| {
        sqlx::query_scalar(sql!("SELECT metadata FROM configurations WHERE name = $1")).bind(name).fetch_optional(c).await
    })?;
    kept.map_or_else(|| Ok(Metadata::default()), |text| Metadata::from_db(&text).ok_or(Error::corrupt("configuration")))
}

/// Keeps it under a name.
pub(super) async fn save_configuration(tx: &mut Tx, name: &str, kept: &Metadata, now: Timestamp) -> Result<()> {
    execute!(
        tx,
        sqlx::query(sql!(
            "INSERT INTO configurations (name, metadata, updated_at) VALUES ($1, $2, $3)
             ON CONFLICT (name) DO UPDATE SET metadata = excluded.metadata, updated_at = excluded.updated_at"
        ))
        .bind(name)
        .bind(kept.to_db())
        .bind(now.micros())
    )?;
    Ok(())
}
