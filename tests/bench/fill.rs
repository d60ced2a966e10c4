//! Rows by the million, as a database has them that has been in use for long.

use latchkey::app::App;
use latchkey::base::id::{CredentialId, SecretId, WorkspaceId};
use latchkey::base::time::Span;
use latchkey::db::Raw;
use latchkey::domain::credentials::{Environment, Kind, SecretFormat};
use latchkey::execute;

/// Keys whose secrets are known. They are more than the cache holds, so that whoever asks for one after the other is
/// answered from the database.
pub const KNOWN: i64 = 10_000;

/// Gives a workspace keys, as rows: the rules would stop at a hundred. Returns their secrets.
pub async fn known_keys(app: &App, workspace: WorkspaceId) -> Vec<String> {
    let (ctx, format) = (&app.ctx, SecretFormat::new("lk"));
    let mut tx = ctx.db.write().await.expect("a transaction");
    let mut secrets = Vec::new();
    for n in 0..KNOWN {
        let at = ctx.now() + Span::seconds(-n);
        let secret = format.generate(Kind::Secret, Some(Environment::Live), &ctx.rng);
        let (prefix, last_four) = format.hints(&secret);
        let (id, digest) = (CredentialId::new(at, &ctx.rng).to_db(), ctx.keys.digest(secret.reveal()).hex());
        let credential = "INSERT INTO credentials (id, kind, workspace_id, environment, name, name_key, scopes, created_at, uses)
                          VALUES ($1, 'secret', $2, 'live', $3, $4, '[\"verify\"]', $5, $6)";
        let (owner, name) = (workspace.to_db(), format!("key {n}"));
        execute!(tx, sqlx::query(credential).bind(&id).bind(&owner).bind(&name).bind(&name).bind(at.micros()).bind(n))
            .expect("a row");
        let row = "INSERT INTO credential_secrets (id, credential_id, digest, prefix, last_four, created_at)
                   VALUES ($1, $2, $3, $4, $5, $6)";
        let secret_id = SecretId::new(at, &ctx.rng).to_db();
        execute!(tx, sqlx::query(row).bind(&secret_id).bind(&id).bind(&digest).bind(&prefix).bind(&last_four).bind(at.micros()))
            .expect("a row");
        secrets.push(secret.reveal().to_owned());
    }
    tx.commit().await.expect("committed");
    secrets
}

/// Gives a workspace so many keys that nobody knows. The databases make them themselves; each has its own way to make
/// random digits.
pub async fn unknown_keys(app: &App, workspace: WorkspaceId, keys: u32) {
    let mut tx = app.ctx.db.write().await.expect("a transaction");
    let credentials = "WITH RECURSIVE number (n) AS (SELECT 1 WHERE $1 > 0 UNION ALL SELECT n + 1 FROM number WHERE n < $1)
                       INSERT INTO credentials (id, kind, workspace_id, environment, name, name_key, scopes, created_at)
                       SELECT 'filler-' || n, 'secret', $2, 'live', 'filler ' || n, 'filler ' || n, '[]', n FROM number";
    execute!(tx, sqlx::query(credentials).bind(i64::from(keys)).bind(workspace.to_db())).expect("rows");
    let secrets = "INSERT INTO credential_secrets (id, credential_id, digest, prefix, last_four, created_at)
                   SELECT 'secret-' || id, id, DIGEST, 'lk_sec_live_abcd', 'wxyz', 1 FROM credentials WHERE workspace_id = $1
                   AND name LIKE 'filler %'";
    let made = match tx.raw() {
        Raw::Lite(c) => {
            let secrets = secrets.replace("DIGEST", "lower(hex(randomblob(32)))");
            sqlx::query(sqlx::AssertSqlSafe(secrets)).bind(workspace.to_db()).execute(c).await.map(drop)
        }
        Raw::Pg(c) => {
            let secrets = secrets.replace("DIGEST", "md5(id) || md5(id || 'x')");
            sqlx::query(sqlx::AssertSqlSafe(secrets)).bind(workspace.to_db()).execute(c).await.map(drop)
        }
    };
    made.expect("rows");
    tx.commit().await.expect("committed");
}
