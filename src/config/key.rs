//! The master key: given, in a file, or still to be created.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::assemble::Reader;
use crate::base::rng::Rng;
use crate::base::secret::MasterKey;
use crate::db::Target;

/// Where the master key is.
pub enum MasterKeySource {
    /// Here.
    Known(MasterKey),
    /// Nowhere yet: a new SQLite database gets a new key in this file.
    ToCreate(PathBuf),
}

/// The key file cannot be made.
#[derive(Debug, thiserror::Error)]
#[error("the master key file {path} cannot be created ({source}). Make its folder writable, or set master_key_file", path = .path.display())]
pub struct KeyFileError {
    path: PathBuf,
    source: io::Error,
}

impl MasterKeySource {
    /// The key; a new one is first written to its file, with mode 0600.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn open(&self, rng: &Rng) -> Result<MasterKey, KeyFileError> {
        match self {
            Self::Known(key) => Ok(key.clone()),
            Self::ToCreate(path) => create(path, rng).map_err(|source| KeyFileError { path: path.clone(), source }),
        }
    }
}

/// Reads what the settings say about the key, and refuses a missing, malformed or weak one.
pub(super) fn source(reader: &mut Reader, database: Option<&Target>) -> Option<MasterKeySource> {
    let file = reader.value("master_key_file", |text| Ok(PathBuf::from(text)));
    let given = reader.optional("master_key", |text| MasterKey::parse(text).map_err(|why| why.to_string()))?;
    match (given, reader.rank("master_key").cmp(&reader.rank("master_key_file"))) {
        (Some(_), std::cmp::Ordering::Equal) => {
            reader.problem("master_key", "master_key_file is given as well. Keep one of them");
            None
        }
        (Some(key), std::cmp::Ordering::Less) => Some(MasterKeySource::Known(key)),
        _ => in_file(reader, &file?, database?),
    }
}

fn in_file(reader: &mut Reader, path: &Path, database: &Target) -> Option<MasterKeySource> {
    let shown = path.display();
    let problem = match (std::fs::read_to_string(path), database) {
        (Ok(text), _) => match MasterKey::parse(&text) {
            Ok(key) => return Some(MasterKeySource::Known(key)),
            Err(why) => format!("{shown} holds no usable master key: {why}"),
        },
        (Err(error), Target::Sqlite(file)) if error.kind() == io::ErrorKind::NotFound => {
            if std::fs::metadata(file).map_or(0, |found| found.len()) == 0 {
                return Some(MasterKeySource::ToCreate(path.to_owned()));
            }
            format!("{shown} is missing, but the database it belongs to exists. Put the key file back, or set master_key_file")
        }
        (Err(error), Target::Postgres(_)) if error.kind() == io::ErrorKind::NotFound => {
            let how = "Make one with `openssl rand -hex 32`, and give the same to every process";
            format!("{shown} is missing. With Postgres the master key is never created for you. {how}")
        }
        (Err(error), _) => format!("{shown} cannot be read ({error}). Check its path and mode"),
    };
    reader.problem("master_key_file", &problem);
    None
}

/// Writes a new key so that the file is whole or not there at all. Of several processes one wins, and all read its key.
fn create(path: &Path, rng: &Rng) -> io::Result<MasterKey> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let draft = path.with_extension(format!("new-{}", std::process::id()));
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
    writeln!(file, "{}", *MasterKey::generate(rng).to_hex())?;
    file.sync_all()?;
    let placed = std::fs::hard_link(&draft, path);
    std::fs::remove_file(&draft)?;
    match placed {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => File::open(folder)?.sync_all()?,
    }
    MasterKey::parse(&std::fs::read_to_string(path)?).map_err(io::Error::other)
}
