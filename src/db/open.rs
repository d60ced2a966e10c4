//! Opening a database: where it is, how it is tuned, and whether its schema is ours.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, Row};

use super::files::{ServerLock, create_private};
use super::stamp::Observer;
use super::{Cx, Error, Narrowed, Result, Tx};
use crate::{execute, on, sql};

static MIGRATIONS: Migrator = sqlx::migrate!();

/// Where the database is.
#[derive(Clone)]
pub enum Target {
    /// A file of this machine.
    Sqlite(PathBuf),
    /// A server, or anything that speaks its protocol.
    Postgres(Box<PgConnectOptions>),
}

/// Which database this is. Only `db/` asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Engine {
    Sqlite,
    Postgres,
}

/// Why a database could not be opened, in words for whoever starts the process.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The URL names no database that we know.
    #[error("the database URL must begin with sqlite:// or postgres://")]
    UnknownScheme,
    /// The URL of a Postgres server cannot be read.
    #[error("the Postgres URL cannot be read: {0}")]
    BadUrl(#[source] sqlx::Error),
    /// The file or its folder cannot be written.
    #[error("the database file {path} cannot be opened: {source}")]
    File {
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// Another process serves this SQLite file.
    #[error("another Latchkey process is using this SQLite file. Stop it first, or use Postgres to run several processes")]
    InUse,
    /// The database was migrated by a newer version of Latchkey.
    #[error("the database was set up by a newer version of Latchkey (migration {0}). Start that version, or restore a backup")]
    Newer(i64),
    /// A migration that was applied is not the one we have.
    #[error(
        "migration {0} was applied in another form than this version has. Restore a backup, or start the version that applied it"
    )]
    Changed(i64),
    /// The schema is older than this program and this command does not migrate.
    #[error("the database is not migrated to this version. Run `latchkey migrate` first")]
    NotMigrated,
    /// The database belongs to another master key.
    #[error("the master key does not belong to this database. Use the key file that was there when the database was created")]
    OtherMasterKey,
    /// It is to be served for development, but has been served in production.
    #[error(
        "this database has been used in production, so the development mode does not open it. Set database_url to another one, or leave development out"
    )]
    UsedInProduction,
    /// A migration failed; nothing of it was kept.
    #[error("the database could not be migrated: {0}")]
    Migration(#[source] MigrateError),
    /// The database cannot be reached.
    #[error("the database cannot be reached ({0}). Check database_url, and that the server is running")]
    Database(#[from] Error),
}

impl FromStr for Target {
    type Err = OpenError;

    fn from_str(url: &str) -> std::result::Result<Self, OpenError> {
        if let Some(path) = url.strip_prefix("sqlite://").filter(|path| !path.is_empty()) {
            return Ok(Self::Sqlite(PathBuf::from(path)));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return PgConnectOptions::from_str(url).map(|options| Self::Postgres(Box::new(options))).map_err(OpenError::BadUrl);
        }
        Err(OpenError::UnknownScheme)
    }
}

/// A URL may hold a password, so only the kind is ever printed.
impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite://{}", path.display()),
            Self::Postgres(_) => f.write_str("postgres://…"),
        }
    }
}

/// An open database; clones share its pools.
#[derive(Clone)]
pub struct Db {
    pools: Pools,
    observer: Arc<Observer>,
}

#[derive(Clone)]
enum Pools {
    Lite { writer: SqlitePool, readers: SqlitePool, path: PathBuf },
    Pg(PgPool),
}

impl Db {
    /// Opens it, without touching its schema.
    ///
    /// # Errors
    /// When it cannot be created or reached.
    pub async fn open(target: &Target) -> std::result::Result<Self, OpenError> {
        let pools = match target {
            Target::Sqlite(path) => {
                create_private(path).map_err(|source| OpenError::File { path: path.display().to_string(), source })?;
                let writer = SqlitePoolOptions::new()
                    .max_connections(1)
                    .idle_timeout(None)
                    .max_lifetime(None)
                    .test_before_acquire(false)
                    // A disk that is full makes SQLite end the transaction by itself. sqlx goes on believing in it and
                    // would refuse to begin another for ever; such a connection is replaced.
                    .before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
                    .acquire_timeout(Duration::from_secs(5))
                    .connect_with(lite(path))
                    .await
                    .map_err(Error::from)?;
                let readers = SqlitePoolOptions::new()
                    .max_connections(8)
                    .idle_timeout(None)
                    .max_lifetime(None)
                    .test_before_acquire(false)
                    .acquire_timeout(Duration::from_secs(5))
                    .connect_lazy_with(lite(path).pragma("query_only", "1"));
                Pools::Lite { writer, readers, path: path.clone() }
            }
            Target::Postgres(options) => Pools::Pg(
                PgPoolOptions::new()
                    .max_connections(16)
                    .acquire_timeout(Duration::from_secs(3))
                    .test_before_acquire(false)
                    .before_acquire(|connection, _| {
                        Box::pin(async move {
                            // A cancelled `begin` can leave a transaction open on a pooled connection (sqlx#4385):
                            // what is written there later would be acknowledged and lost. The two times differ
                            // exactly when a transaction is open; then the connection is closed.
                            let row = sqlx::raw_sql("SELECT now() = statement_timestamp()").fetch_one(&mut *connection).await?;
                            row.try_get::<bool, _>(0)
                        })
                    })
                    .connect_with((**options).clone().application_name("latchkey").disable_statement_logging())
                    .await
                    .map_err(Error::from)?,
            ),
        };
        Ok(Self { pools, observer: Arc::default() })
    }

    /// Takes the right to serve this database: SQLite has room for one process, Postgres for many.
    ///
    /// # Errors
    /// [`OpenError::InUse`] when another process serves this file.
    pub fn lock_for_serving(&self) -> std::result::Result<ServerLock, OpenError> {
        match &self.pools {
            Pools::Lite { path, .. } => ServerLock::try_take(path)
                .map_err(|source| OpenError::File { path: path.display().to_string(), source })?
                .ok_or(OpenError::InUse),
            Pools::Pg(_) => Ok(ServerLock::unneeded()),
        }
    }

    /// Brings the schema up to this version; call it holding the [`ServerLock`]. Postgres is locked while it runs,
    /// so that two processes may start at once.
    ///
    /// # Errors
    /// When the schema is newer than this program, or a migration fails.
    pub async fn migrate(&self) -> std::result::Result<(), OpenError> {
        let done = match &self.pools {
            Pools::Lite { writer, .. } => MIGRATIONS.run(writer).await,
            Pools::Pg(pool) => MIGRATIONS.run(pool).await,
        };
        done.map_err(|error| match error {
            MigrateError::VersionMissing(version) => OpenError::Newer(version),
            MigrateError::VersionMismatch(version) => OpenError::Changed(version),
            error => OpenError::Migration(error),
        })?;
        Ok(self.guard_audit_log().await?)
    }

    /// Checks that the schema is exactly this version's.
    ///
    /// # Errors
    /// When it is older or newer.
    pub async fn expect_migrated(&self) -> std::result::Result<(), OpenError> {
        let ours = MIGRATIONS.iter().map(|m| m.version).max().unwrap_or_default();
        let mut cx = self.read().await?;
        let found: Result<Option<i64>> =
            on!(cx, |c| sqlx::query_scalar(sql!("SELECT MAX(version) FROM _sqlx_migrations")).fetch_one(c).await);
        match found {
            Ok(Some(found)) if found > ours => Err(OpenError::Newer(found)),
            Ok(Some(found)) if found == ours => Ok(()),
            Ok(_) | Err(Error::Unexpected(_)) => Err(OpenError::NotMigrated),
            Err(error) => Err(error.into()),
        }
    }

    /// Migrates a database of this master key, and binds a new one to it. One that is another's is left as it is.
    ///
    /// # Errors
    /// As [`migrate`](Self::migrate) and [`belongs_to`](Self::belongs_to).
    pub async fn migrate_for(&self, fingerprint: &str, now: crate::base::time::Timestamp) -> std::result::Result<(), OpenError> {
        // Before the first migration there is no such table, and nothing that could be another's.
        if self.bound_to().await.is_ok_and(|bound| bound != fingerprint) {
            return Err(OpenError::OtherMasterKey);
        }
        self.migrate().await?;
        self.belongs_to(fingerprint, now).await
    }

    async fn bound_to(&self) -> Result<String> {
        let mut cx = self.read().await?;
        on!(cx, |c| sqlx::query_scalar(sql!("SELECT key_fingerprint FROM instance WHERE id = 1")).fetch_one(c).await)
    }

    /// Binds a new database to this master key, and refuses one that is bound to another.
    ///
    /// # Errors
    /// [`OpenError::OtherMasterKey`], with nothing changed.
    pub async fn belongs_to(&self, fingerprint: &str, now: crate::base::time::Timestamp) -> std::result::Result<(), OpenError> {
        let mut tx = self.write().await?;
        execute!(
            tx,
            sqlx::query(sql!(
                "INSERT INTO instance (id, key_fingerprint, created_at) VALUES (1, $1, $2) ON CONFLICT (id) DO NOTHING"
            ))
            .bind(fingerprint)
            .bind(now.micros())
        )?;
        let bound: String =
            on!(tx, |c| sqlx::query_scalar(sql!("SELECT key_fingerprint FROM instance WHERE id = 1")).fetch_one(c).await)?;
        if bound != fingerprint {
            return Err(OpenError::OtherMasterKey);
        }
        tx.commit().await?;
        Ok(())
    }

    /// A connection for reading.
    ///
    /// # Errors
    /// When none is to be had in time.
    pub async fn read(&self) -> Result<Cx> {
        Ok(match &self.pools {
            Pools::Lite { readers, .. } => Cx::lite(readers.acquire().await?),
            Pools::Pg(pool) => Cx::pg(pool.acquire().await?),
        })
    }

    /// Begins a transaction for writing.
    ///
    /// # Errors
    /// When no connection is to be had in time.
    pub async fn write(&self) -> Result<Tx> {
        Ok(match &self.pools {
            Pools::Lite { writer, .. } => Tx::lite(writer.begin_with("BEGIN IMMEDIATE").await?, self.observer.clone()),
            Pools::Pg(pool) => Tx::pg(pool.begin().await?, self.observer.clone()),
        })
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<()> {
        super::stamp::version(&mut self.read().await?).await.map(drop)
    }

    /// Names somebody who must hear of what has become weaker, as soon as it is committed.
    pub fn observe(&self, told: impl Fn(&Narrowed) + Send + Sync + 'static) {
        self.observer.add(Box::new(told));
    }

    /// Ends all connections; SQLite's log is folded into its file first.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Lite { writer, readers, .. } => {
                readers.close().await;
                if let Err(error) = sqlx::raw_sql("PRAGMA wal_checkpoint(TRUNCATE)").execute(writer).await {
                    tracing::warn!(%error, "the write-ahead log was not folded in; the next start does it");
                }
                writer.close().await;
            }
            Pools::Pg(pool) => pool.close().await,
        }
    }

    pub(super) fn engine(&self) -> Engine {
        match self.pools {
            Pools::Lite { .. } => Engine::Sqlite,
            Pools::Pg(_) => Engine::Postgres,
        }
    }

    pub(super) fn observer(&self) -> &Observer {
        &self.observer
    }
}

/// The measured settings: WAL with FULL, because "revoked" must survive a power cut.
fn lite(path: &std::path::Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        .optimize_on_close(true, None)
        .disable_statement_logging()
}
