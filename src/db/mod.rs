//! The only place that knows there are two databases.
//!
//! Features write one SQL text and run it through [`on!`](crate::on) on a [`Cx`] (reading) or a [`Tx`] (one transaction).
//! SQLite: one writer connection that begins with `BEGIN IMMEDIATE`, a pool of readers, WAL with
//! `synchronous=FULL`. Postgres: a pool.

mod error;
mod executor;
mod facts;
mod files;
mod freshness;
mod guard;
mod open;
mod served;
mod stamp;

pub use error::{Error, Result};
pub use executor::{Cx, Raw, Tx};
pub use facts::Facts;
pub use files::ServerLock;
pub use freshness::{Freshness, Stale};
pub use open::{Db, OpenError, Target};
pub use served::{ServedAs, is_for_development};
pub use stamp::{Change, Narrowed};

/// Marks a SQL text. The text is passed on unchanged; the suite finds every `sql!("…")` in the source and prepares
/// it on both databases. A text for one engine only is marked `lite` or `pg`.
#[macro_export]
macro_rules! sql {
    ($text:literal) => {
        $text
    };
    (lite $text:literal) => {
        $text
    };
    (pg $text:literal) => {
        $text
    };
}

/// Runs one body on whichever database this is; the compiler checks it against both drivers.
///
/// `on!(cx, |c| sqlx::query(sql!("…")).bind(…).execute(c).await)` gives a [`db::Result`](Result).
#[macro_export]
macro_rules! on {
    ($cx:expr, |$c:ident| $body:expr) => {
        match $cx.raw() {
            $crate::db::Raw::Lite($c) => $body.map_err($crate::db::Error::from),
            $crate::db::Raw::Pg($c) => $body.map_err($crate::db::Error::from),
        }
    };
}

/// Runs a statement that changes rows and gives their number.
#[macro_export]
macro_rules! execute {
    ($cx:expr, $query:expr) => {
        match $cx.raw() {
            $crate::db::Raw::Lite(c) => $query.execute(c).await.map(|done| done.rows_affected()),
            $crate::db::Raw::Pg(c) => $query.execute(c).await.map(|done| done.rows_affected()),
        }
        .map_err($crate::db::Error::from)
    };
}
