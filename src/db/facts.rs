//! What an operator may want to know about the database.

use super::{Db, Raw, Result};
use crate::sql;

/// Which database this is, and how large.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Its kind and version: `SQLite 3.51.3`.
    pub name: String,
    /// Its size in bytes, with its indexes.
    pub bytes: i64,
}

impl Db {
    /// Asks it.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn facts(&self) -> Result<Facts> {
        let mut cx = self.read().await?;
        let (kind, version, bytes): (&str, String, i64) = match cx.raw() {
            Raw::Lite(c) => {
                let found: (String, i64) = sqlx::query_as(sql!(lite
                    "SELECT sqlite_version(), page_count * page_size FROM pragma_page_count(), pragma_page_size()"
                ))
                .fetch_one(c)
                .await?;
                ("SQLite", found.0, found.1)
            }
            Raw::Pg(c) => {
                let found: (String, i64) = sqlx::query_as(sql!(pg
                    "SELECT current_setting('server_version'), pg_database_size(current_database())"
                ))
                .fetch_one(c)
                .await?;
                ("Postgres", found.0, found.1)
            }
        };
        Ok(Facts { name: format!("{kind} {version}"), bytes })
    }
}
