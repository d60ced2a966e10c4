//! What stands in the database, as text: for tests that say that nothing has changed, or that a secret is nowhere.

use latchkey::db::{Cx, Db, Raw};
use latchkey::{execute, on};
use sqlx::{ColumnIndex, Database, Decode, Row, Type};

/// What requests change, apart from the audit log and from what moves by itself: last requests, deliveries.
const CHANGED_BY_REQUESTS: &[&str] = &[
    "SELECT * FROM accounts ORDER BY id",
    "SELECT * FROM links ORDER BY id",
    "SELECT * FROM totp ORDER BY account_id",
    "SELECT * FROM recovery_codes ORDER BY id",
    "SELECT * FROM sign_in_policy",
    "SELECT * FROM workspaces ORDER BY id",
    "SELECT * FROM memberships ORDER BY id",
    "SELECT * FROM workspace_invitations ORDER BY id",
    "SELECT * FROM workspace_policy",
    "SELECT id, account_id, kind, key_digest, client_id, scopes, audiences, workspace_id, active_workspace_id, ended_at FROM sessions ORDER BY id",
    "SELECT * FROM signing_keys ORDER BY id",
    "SELECT * FROM given_up_tokens ORDER BY digest",
    "SELECT * FROM audiences ORDER BY name",
    "SELECT * FROM clients ORDER BY id",
    "SELECT * FROM refresh_tokens ORDER BY id",
    "SELECT * FROM authorization_codes ORDER BY digest",
    "SELECT id, account_id, approved_at, denied_at, redeemed_at FROM device_codes ORDER BY id",
    "SELECT * FROM token_policy",
    "SELECT * FROM scopes ORDER BY name",
    "SELECT * FROM plans ORDER BY name",
    "SELECT * FROM configurations ORDER BY name",
    "SELECT * FROM idempotent_requests ORDER BY caller, key",
    "SELECT * FROM service_account_owners ORDER BY credential_id, account_id",
    "SELECT id, account_id, name, scopes, allowed_addresses, origins, requests_per_minute, metadata, expires_at, paused_at, revoked_at FROM credentials ORDER BY id",
    "SELECT id, credential_id, digest, created_at, valid_until FROM credential_secrets ORDER BY id",
    "SELECT id, recipient, message FROM mails ORDER BY id",
];

const EVERYTHING: &[&str] = &[
    "SELECT * FROM instance",
    "SELECT * FROM changes",
    "SELECT * FROM accounts",
    "SELECT * FROM links",
    "SELECT * FROM totp",
    "SELECT * FROM recovery_codes",
    "SELECT * FROM sign_in_policy",
    "SELECT * FROM sign_in_attempts",
    "SELECT * FROM workspaces",
    "SELECT * FROM memberships",
    "SELECT * FROM workspace_invitations",
    "SELECT * FROM sessions",
    "SELECT * FROM signing_keys",
    "SELECT * FROM given_up_tokens",
    "SELECT * FROM audiences",
    "SELECT * FROM clients",
    "SELECT * FROM refresh_tokens",
    "SELECT * FROM authorization_codes",
    "SELECT * FROM device_codes",
    "SELECT * FROM token_policy",
    "SELECT * FROM scopes",
    "SELECT * FROM plans",
    "SELECT * FROM configurations",
    "SELECT * FROM workspace_policy",
    "SELECT * FROM idempotent_requests",
    "SELECT * FROM service_account_owners",
    "SELECT * FROM credentials",
    "SELECT * FROM credential_secrets",
    "SELECT * FROM usage_hours",
    "SELECT * FROM recent_uses",
    "SELECT * FROM audit_events",
    "SELECT * FROM mails",
];

/// The rows that requests change, one a line. Equal before and after, nothing has changed.
pub async fn state(db: &Db) -> Vec<String> {
    all(db, CHANGED_BY_REQUESTS).await
}

/// Every column of every row.
pub async fn everything(db: &Db) -> String {
    all(db, EVERYTHING).await.join("\n")
}

/// The rows of a query, each with its columns side by side.
pub async fn rows(db: &Db, query: &'static str) -> Vec<String> {
    rows_in(&mut db.read().await.expect("a connection"), query).await
}

/// The same, as a transaction sees them.
pub async fn rows_in(cx: &mut Cx, query: &'static str) -> Vec<String> {
    on!(cx, |c| sqlx::query(query).fetch_all(c).await.map(|rows| rows.iter().map(line).collect())).expect("rows")
}

async fn all(db: &Db, queries: &[&'static str]) -> Vec<String> {
    let mut lines = Vec::new();
    for query in queries {
        lines.extend(rows(db, query).await);
    }
    lines
}

/// Does to the tables what no request does, in one transaction.
pub async fn execute_all(db: &Db, statements: &[&'static str]) {
    let mut tx = db.write().await.expect("a transaction");
    for statement in statements {
        execute!(tx, sqlx::query(*statement)).unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
    tx.commit().await.expect("committed");
}

/// Whether the database does not do that.
pub async fn refuses(db: &Db, statement: &'static str) -> bool {
    let mut tx = db.write().await.expect("a transaction");
    execute!(tx, sqlx::query(statement)).is_err()
}

/// Takes away what keeps the audit log from being changed, as the owner of a database can.
pub async fn unguard_audit_log(db: &Db) {
    let sqlite = matches!(db.read().await.expect("a connection").raw(), Raw::Lite(_));
    let triggers: &[&str] = if sqlite {
        &["DROP TRIGGER audit_events_unchanged", "DROP TRIGGER audit_events_undeleted"]
    } else {
        &["DROP TRIGGER audit_events_unchanged ON audit_events"]
    };
    execute_all(db, triggers).await;
}

/// Columns are TEXT or BIGINT, or NULL.
fn line<R>(row: &R) -> String
where
    R: Row,
    usize: ColumnIndex<R>,
    String: for<'r> Decode<'r, R::Database> + Type<R::Database>,
    i64: for<'r> Decode<'r, R::Database> + Type<R::Database>,
    R::Database: Database,
{
    let cell = |i: usize| match (row.try_get::<Option<String>, _>(i), row.try_get::<Option<i64>, _>(i)) {
        (Ok(text), _) => text.unwrap_or_default(),
        (Err(_), Ok(number)) => number.map(|n| n.to_string()).unwrap_or_default(),
        (Err(error), Err(_)) => panic!("{error}"),
    };
    (0..row.len()).map(cell).collect::<Vec<_>>().join(" | ")
}
