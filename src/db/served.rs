//! What a database is served for. One that has been served in production once is production's for ever.

use super::{Cx, Db, OpenError, Result};
use crate::{execute, on, sql};

/// What a server is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServedAs {
    /// Real people and programs.
    Production,
    /// Somebody who tries things out on their own machine, and is believed without a credential.
    Development,
}

impl ServedAs {
    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Development => "development",
        }
    }
}

impl Db {
    /// Notes what this database is served for.
    ///
    /// # Errors
    /// [`OpenError::UsedInProduction`] for development on what has been served in production, with nothing changed.
    pub async fn serve_as(&self, mode: ServedAs) -> std::result::Result<(), OpenError> {
        let mut tx = self.write().await?;
        let noted = match mode {
            ServedAs::Production => execute!(tx, sqlx::query(sql!("UPDATE instance SET served_as = 'production' WHERE id = 1")))?,
            ServedAs::Development => execute!(
                tx,
                sqlx::query(sql!(
                    "UPDATE instance SET served_as = 'development'
                     WHERE id = 1 AND (served_as IS NULL OR served_as = 'development')"
                ))
            )?,
        };
        if noted == 0 {
            return Err(OpenError::UsedInProduction);
        }
        tx.commit().await?;
        Ok(())
    }
}

/// Whether nobody has ever served this database in production.
///
/// # Errors
/// When the database does not answer.
pub async fn is_for_development(cx: &mut Cx) -> Result<bool> {
    let word: Option<String> =
        on!(cx, |c| sqlx::query_scalar(sql!("SELECT served_as FROM instance WHERE id = 1")).fetch_one(c).await)?;
    Ok(word.as_deref() == Some(ServedAs::Development.as_str()))
}
