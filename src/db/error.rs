//! What can go wrong with a database, told apart by what the caller can do about it.

use super::Stale;

/// The result of a statement.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a statement gave no answer. The driver's own text is for the log, never for a person.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A row with this unique value exists.
    #[error("a row with this value exists already")]
    Taken,
    /// The database cannot be reached, is restarting, or is full: worth another try later.
    #[error("the database is not available: {0}")]
    Unavailable(#[source] sqlx::Error),
    /// A stored value is not what its type says.
    #[error("a stored {what} cannot be read")]
    Corrupt {
        /// What it should have been.
        what: &'static str,
    },
    /// Anything else: a defect.
    #[error("the database refused: {0}")]
    Unexpected(#[source] sqlx::Error),
}

impl Error {
    /// For a row whose text does not parse.
    pub fn corrupt(what: &'static str) -> Self {
        Self::Corrupt { what }
    }
}

impl From<Stale> for Error {
    fn from(stale: Stale) -> Self {
        Self::Unavailable(sqlx::Error::Io(std::io::Error::other(stale)))
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(db) if db.is_unique_violation() => Self::Taken,
            sqlx::Error::Database(db) if passing(db.code().as_deref()) => Self::Unavailable(error),
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::Protocol(_)
            | sqlx::Error::WorkerCrashed => Self::Unavailable(error),
            _ => Self::Unexpected(error),
        }
    }
}

/// Conditions that pass: Postgres' SQLSTATE classes 08 (connection), 53 (resources), 57P (shutdown), 40 (retry)
/// and 25006 (a standby); SQLite's primary codes 5 busy, 6 locked, 10 I/O, 13 full, 14 cannot open.
fn passing(code: Option<&str>) -> bool {
    let Some(code) = code else { return false };
    if code.len() == 5 && !code.bytes().all(|b| b.is_ascii_digit()) || code.len() == 5 && code.starts_with(['0', '2', '4', '5']) {
        return ["08", "53", "57P", "40"].iter().any(|class| code.starts_with(class)) || code == "25006";
    }
    code.parse::<u32>().is_ok_and(|code| matches!(code & 0xff, 5 | 6 | 10 | 13 | 14))
}
