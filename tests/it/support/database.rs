//! A fresh database for every test, on either engine.

use std::ops::Deref;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::str::FromStr;

use latchkey::db::{Db, Target};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

use super::postgres::{self, Server};

/// A master key for tests, as settings spell it.
pub const MASTER_KEY: &str = "5f1d3b907c2ae8463e9a71c05b8d24f6a3170e9cd2486b5f91ec7a038d64b25e";

/// Which database a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// An empty, migrated database; gone when the test is over. It is a [`Db`].
pub struct TestDb {
    db: Db,
    engine: Engine,
    url: String,
    folder: TempDir,
}

impl Deref for TestDb {
    type Target = Db;

    fn deref(&self) -> &Db {
        &self.db
    }
}

impl TestDb {
    /// Which database this is.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// The settings of a process that uses it, for `Config::from_pairs`.
    pub fn settings(&self) -> [(&'static str, &str); 3] {
        let folder = self.folder.path().to_str().expect("temporary folders have plain names");
        [("data_dir", folder), ("database_url", &self.url), ("master_key", MASTER_KEY)]
    }

    /// The same database, opened once more, as another process would.
    pub async fn open_again(&self) -> Db {
        open(&self.url).await
    }

    async fn sqlite() -> Self {
        let folder = TempDir::with_prefix("latchkey-test-").expect("a folder");
        let file = folder.path().join("latchkey.db");
        std::fs::write(&file, sqlite_template().await).expect("written");
        let url = format!("sqlite://{}", file.display());
        Self { db: open(&url).await, engine: Engine::Sqlite, url, folder }
    }

    async fn postgres(server: &Server) -> Self {
        let url = server.create().await;
        let folder = TempDir::with_prefix("latchkey-test-").expect("a folder");
        Self { db: open(&url).await, engine: Engine::Postgres, url, folder }
    }
}

pub async fn open(url: &str) -> Db {
    Db::open(&Target::from_str(url).expect("a good URL")).await.expect("the database opens")
}

/// A migrated file to copy: migrating for every test would cost more than most tests.
async fn sqlite_template() -> &'static [u8] {
    static TEMPLATE: tokio::sync::OnceCell<Vec<u8>> = tokio::sync::OnceCell::const_new();
    let make = async || {
        let folder = TempDir::with_prefix("latchkey-test-").expect("a folder");
        let file = folder.path().join("template.db");
        let db = open(&format!("sqlite://{}", file.display())).await;
        db.migrate().await.expect("migrated");
        db.close().await;
        std::fs::read(file).expect("readable")
    };
    TEMPLATE.get_or_init(make).await
}

/// Every engine that can be tested here.
pub fn databases() -> Vec<Engine> {
    let postgres = postgres::server().map(|_| Engine::Postgres);
    std::iter::once(Engine::Sqlite).chain(postgres).collect()
}

/// Runs a test on one engine. Without Postgres, a test that wants it is reported as not run, or fails where
/// `REQUIRE_POSTGRES=1` says that it must run.
pub fn run(engine: Engine, test: impl AsyncFnOnce(&TestDb)) {
    let server = match engine {
        Engine::Sqlite => None,
        Engine::Postgres => match postgres::server() {
            Some(server) => Some(server),
            None => return postgres::report_not_run(),
        },
    };
    run_on(server, test);
}

/// Runs a test on this Postgres server, on SQLite without one.
pub fn run_on(server: Option<&Server>, test: impl AsyncFnOnce(&TestDb)) {
    let runtime = runtime();
    let db = runtime.block_on(async {
        match server {
            None => TestDb::sqlite().await,
            Some(server) => TestDb::postgres(server).await,
        }
    });
    let outcome = catch_unwind(AssertUnwindSafe(|| runtime.block_on(test(&db))));
    runtime.block_on(async {
        db.close().await;
        if let Some(server) = server {
            server.drop_database(&db.url).await;
        }
    });
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
}

/// Runs work that waits, outside of any test's own runtime.
pub fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// One test, run on both databases: `name::sqlite` and `name::postgres`.
///
/// ```ignore
/// both! {
///     async fn what_is_written_is_read(db: &TestDb) { … }
/// }
/// ```
#[macro_export]
macro_rules! both {
    ($($(#[$attribute:meta])* async fn $name:ident($db:ident: &TestDb) $body:block)+) => {
        $(
            $(#[$attribute])*
            async fn $name($db: &$crate::support::TestDb) $body

            mod $name {
                #[test]
                fn sqlite() {
                    $crate::support::database::run($crate::support::Engine::Sqlite, super::$name);
                }

                #[test]
                fn postgres() {
                    $crate::support::database::run($crate::support::Engine::Postgres, super::$name);
                }
            }
        )+
    };
}

/// One test that is about one engine alone.
#[macro_export]
macro_rules! only {
    ($engine:ident: $($(#[$attribute:meta])* async fn $name:ident($db:ident: &TestDb) $body:block)+) => {
        $(
            $(#[$attribute])*
            #[test]
            fn $name() {
                async fn test($db: &$crate::support::TestDb) $body
                $crate::support::database::run($crate::support::Engine::$engine, test);
            }
        )+
    };
}
