//! One SQL text, two drivers: an enum of connections.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, Postgres, Sqlite, SqliteConnection, Transaction};

use super::stamp::{Narrowed, Observer};
use super::{Change, Error, Result};

/// A connection for reading.
pub struct Cx(Connection);

enum Connection {
    Lite(PoolConnection<Sqlite>),
    LiteTx(Transaction<'static, Sqlite>),
    Pg(PoolConnection<Postgres>),
    PgTx(Transaction<'static, Postgres>),
}

/// The driver's own connection, for [`on!`](crate::on).
pub enum Raw<'a> {
    /// SQLite.
    Lite(&'a mut SqliteConnection),
    /// Postgres.
    Pg(&'a mut PgConnection),
}

impl Cx {
    pub(super) fn lite(connection: PoolConnection<Sqlite>) -> Self {
        Self(Connection::Lite(connection))
    }

    pub(super) fn pg(connection: PoolConnection<Postgres>) -> Self {
        Self(Connection::Pg(connection))
    }

    /// The driver's connection.
    pub fn raw(&mut self) -> Raw<'_> {
        match &mut self.0 {
            Connection::Lite(c) => Raw::Lite(c),
            Connection::LiteTx(c) => Raw::Lite(c),
            Connection::Pg(c) => Raw::Pg(c),
            Connection::PgTx(c) => Raw::Pg(c),
        }
    }
}

/// One transaction. Everything that changes a row takes it; dropped without [`commit`](Self::commit), it rolls back.
pub struct Tx {
    cx: Cx,
    pub(super) narrowed: Vec<Change>,
    observer: Arc<Observer>,
}

impl Tx {
    pub(super) fn lite(tx: Transaction<'static, Sqlite>, observer: Arc<Observer>) -> Self {
        Self { cx: Cx(Connection::LiteTx(tx)), narrowed: Vec::new(), observer }
    }

    pub(super) fn pg(tx: Transaction<'static, Postgres>, observer: Arc<Observer>) -> Self {
        Self { cx: Cx(Connection::PgTx(tx)), narrowed: Vec::new(), observer }
    }

    /// Makes everything done in it durable, and tells this process what has become weaker before anyone can be
    /// told that it is done.
    ///
    /// # Errors
    /// When the database did not confirm; then nothing may be promised to anybody.
    pub async fn commit(self) -> Result<()> {
        match self.cx.0 {
            Connection::LiteTx(tx) => tx.commit().await.map_err(Error::from)?,
            Connection::PgTx(tx) => tx.commit().await.map_err(Error::from)?,
            Connection::Lite(_) | Connection::Pg(_) => unreachable!("a Tx is built from a transaction alone"),
        }
        self.observer.tell(Narrowed::Some(self.narrowed));
        Ok(())
    }
}

impl Deref for Tx {
    type Target = Cx;

    fn deref(&self) -> &Cx {
        &self.cx
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Cx {
        &mut self.cx
    }
}
