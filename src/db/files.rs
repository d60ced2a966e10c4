//! The SQLite file: private to its owner, and served by one process at a time.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Held by the process that serves a SQLite file; the operating system releases it however the process ends.
#[derive(Debug)]
pub struct ServerLock(#[expect(dead_code, reason = "held for its lock, which ends with it")] Option<File>);

impl ServerLock {
    /// For a database that many processes may serve.
    pub(super) fn unneeded() -> Self {
        Self(None)
    }

    /// Takes the lock beside the database file; nothing if another process has it.
    ///
    /// # Errors
    /// When the lock file cannot be opened.
    pub(super) fn try_take(database: &Path) -> io::Result<Option<Self>> {
        let file = private().create(true).truncate(false).open(beside(database, "lock"))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self(Some(file)))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

/// Creates the database file with mode 0600 if it is not there; SQLite gives its companions the same mode.
///
/// # Errors
/// When the folder or the file cannot be written.
pub(super) fn create_private(database: &Path) -> io::Result<()> {
    if let Some(folder) = database.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    private().create(true).truncate(false).open(database).map(drop)
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).mode(0o600);
    options
}

fn beside(database: &Path, ending: &str) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}
