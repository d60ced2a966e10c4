//! How the databases are opened: pragmas, file modes, one server a file.

use std::os::unix::fs::PermissionsExt;

use latchkey::db::{Cx, OpenError, Raw, Target};

use crate::only;
use crate::support::database::open;

async fn pragma(cx: &mut Cx, name: &'static str) -> String {
    let Raw::Lite(connection) = cx.raw() else { panic!("a SQLite connection") };
    let row = sqlx::query(sqlx::AssertSqlSafe(format!("PRAGMA {name}"))).fetch_one(connection).await.expect("a pragma");
    sqlx::Row::try_get::<String, _>(&row, 0)
        .or_else(|_| sqlx::Row::try_get::<i64, _>(&row, 0).map(|n| n.to_string()))
        .expect("a value")
}

only! { Sqlite:
    async fn r126_sqlite_is_tuned_as_measured_on_every_connection(db: &TestDb) {
        let mut reader = db.read().await.expect("a reader");
        let mut writer = db.write().await.expect("the writer");
        for cx in [&mut reader, &mut *writer] {
            assert_eq!(pragma(cx, "journal_mode").await, "wal");
            assert_eq!(pragma(cx, "synchronous").await, "2", "FULL: what was answered survives a power cut");
            assert_eq!(pragma(cx, "foreign_keys").await, "1");
            assert_eq!(pragma(cx, "busy_timeout").await, "5000");
        }
        assert_eq!(pragma(&mut reader, "query_only").await, "1", "readers cannot write");
        assert_eq!(pragma(&mut writer, "query_only").await, "0");
    }

    async fn r126_a_second_server_on_one_file_is_refused_until_the_first_has_ended(db: &TestDb) {
        let first = db.lock_for_serving().expect("nobody else serves");
        let other = db.open_again().await;
        assert!(matches!(other.lock_for_serving(), Err(OpenError::InUse)));
        drop(first);
        assert!(other.lock_for_serving().is_ok());
        other.close().await;
    }
}

only! { Postgres:
    async fn many_processes_may_serve_one_postgres(db: &TestDb) {
        let other = db.open_again().await;
        let locks = (db.lock_for_serving(), other.lock_for_serving());
        assert!(matches!(locks, (Ok(_), Ok(_))));
        other.close().await;
    }
}

#[tokio::test]
async fn r126_a_new_sqlite_file_and_its_companions_belong_to_their_owner_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let db = open(&format!("sqlite://{}/new/latchkey.db", folder.path().display())).await;
    db.migrate().await.expect("migrated");
    let _lock = db.lock_for_serving().expect("nobody else serves");
    let files: Vec<_> =
        std::fs::read_dir(folder.path().join("new")).expect("readable").map(|entry| entry.expect("readable")).collect();
    let names: Vec<_> = files.iter().map(|file| file.file_name().into_string().expect("UTF-8")).collect();
    assert!(
        ["latchkey.db", "latchkey.db-wal", "latchkey.db-shm", "latchkey.db.lock"]
            .iter()
            .all(|name| names.iter().any(|n| n == name)),
        "{names:?}"
    );
    for file in files {
        assert_eq!(file.metadata().expect("there").permissions().mode() & 0o777, 0o600, "{:?}", file.path());
    }
    db.close().await;
}

#[test]
fn a_database_url_says_which_database_it_is_and_never_shows_its_password() {
    let shown = |url: &str| url.parse::<Target>().map(|target| format!("{target:?}")).map_err(|error| error.to_string());
    assert_eq!(shown("sqlite:///var/lib/latchkey.db").as_deref(), Ok("sqlite:///var/lib/latchkey.db"));
    assert_eq!(shown("postgres://keys:CANARY@localhost/keys").as_deref(), Ok("postgres://…"));
    for wrong in ["", "latchkey.db", "mysql://localhost/x", "sqlite://", "SQLITE://x"] {
        let refused = shown(wrong).expect_err(wrong);
        assert_eq!(refused, "the database URL must begin with sqlite:// or postgres://", "{wrong}");
    }
}
