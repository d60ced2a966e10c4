//! The schema: brought up once, by whoever comes first, and never touched by a program it is too new for.

use std::process::{Command, Stdio};

use latchkey::base::time::Timestamp;
use latchkey::db::{Db, OpenError, Raw, ServedAs};
use latchkey::{execute, on, sql};

use crate::support::rows::rows;
use crate::support::{Engine, database, postgres};
use crate::{both, only};

/// Everything that defines the schema, and what was applied to it: to see that nothing was changed.
async fn schema(db: &Db) -> Vec<String> {
    let mut cx = db.read().await.expect("a connection");
    let tables: Vec<String> = match cx.raw() {
        Raw::Lite(c) => {
            sqlx::query_scalar("SELECT name || coalesce(sql, '') FROM sqlite_master ORDER BY name").fetch_all(c).await
        }
        Raw::Pg(c) => {
            let columns = "SELECT table_name || '.' || column_name || ' ' || data_type FROM information_schema.columns \
                           WHERE table_schema = 'public' ORDER BY table_name, column_name";
            sqlx::query_scalar(columns).fetch_all(c).await
        }
    }
    .expect("listed");
    let applied: Vec<i64> =
        on!(cx, |c| sqlx::query_scalar(sql!("SELECT version FROM _sqlx_migrations ORDER BY version")).fetch_all(c).await)
            .expect("listed");
    tables.into_iter().chain(applied.iter().map(i64::to_string)).collect()
}

/// What the master key's owner is, if the database is bound to one.
async fn bound_to(db: &Db) -> Option<String> {
    let mut cx = db.read().await.expect("a connection");
    on!(cx, |c| sqlx::query_scalar(sql!("SELECT key_fingerprint FROM instance")).fetch_optional(c).await).expect("read")
}

both! {
    async fn r129_migrating_again_changes_nothing(db: &TestDb) {
        let before = schema(db).await;
        db.migrate().await.expect("nothing to do");
        db.expect_migrated().await.expect("the schema is this version's");
        assert_eq!(schema(db).await, before);
    }

    async fn r129_a_schema_from_a_newer_version_is_refused_and_left_alone(db: &TestDb) {
        let mut tx = db.write().await.expect("a transaction");
        let newer = "INSERT INTO _sqlx_migrations (version, description, installed_on, success, checksum, execution_time)
                     SELECT 99990101, 'later', installed_on, success, checksum, 0 FROM _sqlx_migrations WHERE version = 1";
        assert_eq!(execute!(tx, sqlx::query(newer)).expect("written"), 1);
        tx.commit().await.expect("committed");
        let before = schema(db).await;
        let refused = db.migrate().await.expect_err("it is newer");
        assert!(matches!(refused, OpenError::Newer(99_990_101)) && refused.to_string().contains("Start that version"), "{refused}");
        assert!(matches!(db.expect_migrated().await, Err(OpenError::Newer(99_990_101))));
        assert_eq!(schema(db).await, before);
    }

    async fn r129_a_migration_that_was_applied_in_another_form_is_refused(db: &TestDb) {
        let mut tx = db.write().await.expect("a transaction");
        let other = "UPDATE _sqlx_migrations SET checksum = $1 WHERE version = 1";
        assert_eq!(execute!(tx, sqlx::query(other).bind(vec![0u8; 48])).expect("written"), 1);
        tx.commit().await.expect("committed");
        let before = schema(db).await;
        let refused = db.migrate().await.expect_err("it is another");
        assert!(matches!(refused, OpenError::Changed(1)) && refused.to_string().contains("Restore a backup"), "{refused}");
        assert_eq!(schema(db).await, before);
    }

    async fn a_database_belongs_to_one_master_key(db: &TestDb) {
        let now = Timestamp::from_micros(1);
        db.belongs_to("ours", now).await.expect("the first key binds it");
        db.belongs_to("ours", now).await.expect("the same key again");
        let refused = db.belongs_to("another", now).await.expect_err("another key");
        assert!(matches!(refused, OpenError::OtherMasterKey) && refused.to_string().contains("Use the key file"), "{refused}");
        assert_eq!(bound_to(db).await.as_deref(), Some("ours"));
    }

    async fn r106_what_was_served_in_production_is_never_opened_for_development(db: &TestDb) {
        db.belongs_to("ours", Timestamp::from_micros(1)).await.expect("bound");
        let for_development = async || latchkey::db::is_for_development(&mut db.read().await.expect("a connection")).await;
        assert!(!for_development().await.expect("read"), "nobody has said so");
        for _ in 0..2 {
            db.serve_as(ServedAs::Development).await.expect("nobody has used it");
            assert!(for_development().await.expect("read"));
        }
        for _ in 0..2 {
            db.serve_as(ServedAs::Production).await.expect("served");
            let refused = db.serve_as(ServedAs::Development).await.expect_err("it was used in production");
            assert!(refused.to_string().contains("Set database_url to another one"), "{refused}");
            assert!(!for_development().await.expect("read"));
        }
    }

    async fn a_wrong_master_key_does_not_even_migrate(db: &TestDb) {
        let now = Timestamp::from_micros(1);
        db.migrate_for("ours", now).await.expect("the first key binds it");
        let mut tx = db.write().await.expect("a transaction");
        let forgotten = "DELETE FROM _sqlx_migrations";
        assert!(execute!(tx, sqlx::query(forgotten)).expect("deleted") > 0);
        tx.commit().await.expect("committed");
        let refused = db.migrate_for("another", now).await.expect_err("another key");
        assert!(matches!(refused, OpenError::OtherMasterKey), "it was refused before any migration ran: {refused}");
    }
}

#[test]
fn a_database_that_was_never_migrated_is_told_from_a_broken_one() {
    for engine in crate::support::databases() {
        let folder = tempfile::tempdir().expect("a folder");
        database::runtime().block_on(async {
            let server = postgres::server().filter(|_| engine == Engine::Postgres);
            let url = match server {
                Some(server) => server.create_empty().await,
                None => format!("sqlite://{}/latchkey.db", folder.path().display()),
            };
            let db = database::open(&url).await;
            assert!(matches!(db.expect_migrated().await, Err(OpenError::NotMigrated)), "{engine:?}");
            db.close().await;
            if let Some(server) = server {
                server.drop_database(&url).await;
            }
        });
    }
}

/// Rows as the first version wrote them.
const FIRST_ROWS: &[&str] = &[
    "INSERT INTO accounts (id, email, email_key, name, roles, created_at, updated_at) VALUES ('a', 'A@e.com', 'a@e.com', 'A', '[]', 1, 1)",
    "INSERT INTO links (id, purpose, account_id, email, seed, digest, wrong_codes, created_at, expires_at, used_at)
     VALUES ('l', 'verify', 'a', 'A@e.com', 's', 'd', 2, 1, 9, 3)",
    "INSERT INTO sessions (id, account_id, key_digest, created_at, last_seen_at, idle_ends_at, ends_at, address, agent)
     VALUES ('s', 'a', '0000000000000000000000000000000000000000000000000000000000000000', 1, 1, 2, 2, '', '')",
    "INSERT INTO credentials (id, kind, account_id, name, name_key, scopes, form_nonce, created_at, expires_at, revoked_at, revoked_by, uses)
     VALUES ('c', 'personal', 'a', 'CI', 'ci', '[\"verify\"]', 'n', 1, 9, 5, 'owner', 7)",
    "INSERT INTO credential_secrets (id, credential_id, digest, prefix, last_four, created_at, valid_until)
     VALUES ('t', 'c', '0000000000000000000000000000000000000000000000000000000000000000', 'lk', 'abcd', 1, 4)",
    "INSERT INTO audit_events (seq, id, at, action, outcome, actor_kind, details, address, agent, request_id)
     VALUES (1, 'e', 1, 'x', 'done', 'nobody', 'null', '', '', '')",
];

/// The same rows, read column by column from whatever schema holds them.
const FIRST_COLUMNS: &[&str] = &[
    "SELECT id, email, email_key, name, roles, verified_at, created_at FROM accounts",
    "SELECT id, purpose, account_id, email, seed, digest, wrong_codes, created_at, expires_at, used_at, voided_at FROM links",
    "SELECT id, account_id, key_digest, created_at, ends_at FROM sessions",
    "SELECT id, kind, account_id, name, name_key, scopes, form_nonce, created_at, expires_at, revoked_at, revoked_by, uses FROM credentials",
    "SELECT id, credential_id, digest, prefix, last_four, created_at, valid_until FROM credential_secrets",
    "SELECT seq, id, at, action, outcome, actor_kind, details FROM audit_events",
    "SELECT allowed, allowed_roles, longest_life_days, no_expiry FROM token_policy",
];

/// Brings an empty database to the first version's schema and fills it.
async fn first_version(db: &Db) {
    let mut first = sqlx::migrate!();
    first.migrations = first.migrations.iter().filter(|migration| migration.version == 1).cloned().collect();
    let mut tx = db.write().await.expect("a transaction");
    match tx.raw() {
        Raw::Lite(c) => first.run(c).await,
        Raw::Pg(c) => first.run(c).await,
    }
    .expect("the first schema");
    for row in FIRST_ROWS {
        execute!(tx, sqlx::query(*row)).expect("a row of the first version");
    }
    tx.commit().await.expect("committed");
}

async fn first_columns(db: &Db) -> Vec<String> {
    let mut read = Vec::new();
    for query in FIRST_COLUMNS {
        read.extend(rows(db, query).await);
    }
    read
}

#[test]
fn r129_what_the_first_version_kept_is_there_after_the_next() {
    for engine in crate::support::databases() {
        let folder = tempfile::tempdir().expect("a folder");
        database::runtime().block_on(async {
            let server = postgres::server().filter(|_| engine == Engine::Postgres);
            let url = match server {
                Some(server) => server.create_empty().await,
                None => format!("sqlite://{}/latchkey.db", folder.path().display()),
            };
            let db = database::open(&url).await;
            first_version(&db).await;
            let before = first_columns(&db).await;
            assert_eq!(before.len(), 7, "{engine:?}");
            db.migrate().await.expect("migrated");
            assert_eq!(first_columns(&db).await, before, "{engine:?}");
            let mut tx = db.write().await.expect("a transaction");
            assert_eq!(execute!(tx, sqlx::query("DELETE FROM accounts")).expect("deleted"), 1);
            drop(tx);
            db.close().await;
            if let Some(server) = server {
                server.drop_database(&url).await;
            }
        });
    }
}

/// Starts four `latchkey migrate` at once; how many said that the database is ready.
fn migrate_four_times_at_once(settings: &[(&str, &str)]) -> usize {
    let start = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_latchkey"));
        command.env_clear().arg("migrate").stdout(Stdio::null()).stderr(Stdio::piped());
        command.envs(settings.iter().map(|(key, value)| (format!("LATCHKEY_{}", key.to_uppercase()), *value)));
        command.spawn().expect("the program starts")
    };
    let processes: Vec<_> = std::iter::repeat_with(start).take(4).collect();
    let ended = processes.into_iter().map(|process| process.wait_with_output().expect("it ends"));
    ended
        .filter(|output| {
            let err = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success() || err.contains("another Latchkey process is using this SQLite file"), "{err}");
            output.status.success()
        })
        .count()
}

only! { Postgres:
    async fn r129_processes_that_migrate_one_postgres_at_once_all_succeed(db: &TestDb) {
        let server = postgres::server().expect("this test runs on it");
        let empty = server.create_empty().await;
        let [data_dir, _, master_key] = db.settings();
        assert_eq!(migrate_four_times_at_once(&[data_dir, ("database_url", &empty), master_key]), 4);
        let migrated = database::open(&empty).await;
        assert_eq!(schema(&migrated).await, schema(db).await);
        migrated.close().await;
        server.drop_database(&empty).await;
    }
}

only! { Sqlite:
    async fn r129_of_processes_that_migrate_one_sqlite_file_at_once_one_works_and_the_rest_say_so(db: &TestDb) {
        let folder = tempfile::tempdir().expect("a folder");
        let data_dir = folder.path().join("data");
        let done = migrate_four_times_at_once(&[("data_dir", data_dir.to_str().expect("UTF-8"))]);
        assert!((1..=4).contains(&done), "{done}");
        let migrated = database::open(&format!("sqlite://{}/latchkey.db", data_dir.display())).await;
        assert_eq!(schema(&migrated).await, schema(db).await);
        assert!(bound_to(&migrated).await.is_some());
        migrated.close().await;
    }
}
