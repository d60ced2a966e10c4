//! The ways out: an SMTP server, a folder of files, or memory.

mod error;
mod folder;
mod mime;
mod smtp;
mod smtp_url;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::base::id::MailId;
use crate::base::text::{EmailAddress, Sender};
use crate::base::time::Timestamp;

pub use error::{Class, SendError};
pub use smtp::Smtp;
pub use smtp_url::{BadSmtpUrl, SmtpUrl};

/// How long one letter may take, from the connection to the server's last word.
pub const TIME_LIMIT: Duration = Duration::from_secs(20);

/// A rendered message, addressed. It holds links, so it has no `Debug`.
#[derive(Clone)]
pub struct Letter {
    /// Of the message in the outbox: a letter that is sent again has the same `Message-ID`.
    pub id: MailId,
    /// When it was written.
    pub at: Timestamp,
    /// The sender.
    pub from: Sender,
    /// The one recipient.
    pub to: EmailAddress,
    /// The subject, one line.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

/// Where letters go.
pub enum Transport {
    /// To a server.
    Smtp(Box<Smtp>),
    /// Into this folder, a file for each: what happens while no server is configured.
    Folder(PathBuf),
    /// Into a list: for tests.
    Memory(Arc<Mutex<Vec<Letter>>>),
}

/// Where letters go, in words and without a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// To this server.
    Server {
        /// Its name.
        host: String,
        /// Its port.
        port: u16,
        /// What protects the way there.
        encryption: &'static str,
        /// Whether we have a name and a password there.
        signs_in: bool,
    },
    /// Into this folder.
    Folder(String),
    /// Nowhere.
    Memory,
}

impl Transport {
    /// To a server, where a letter may take so long. Nothing is connected yet.
    ///
    /// # Errors
    /// When no encryption can be set up for this server's name.
    pub fn smtp(url: SmtpUrl, limit: Duration) -> Result<Self, SendError> {
        Smtp::new(url, limit).map(|smtp| Self::Smtp(Box::new(smtp)))
    }

    /// Into a folder, which is made when it is needed.
    pub fn folder(path: PathBuf) -> Self {
        Self::Folder(path)
    }

    /// Into a list.
    pub fn memory() -> (Self, Arc<Mutex<Vec<Letter>>>) {
        let letters = Arc::<Mutex<Vec<Letter>>>::default();
        (Self::Memory(letters.clone()), letters)
    }

    /// Makes ready what can be made ready before the first letter: the folder, so that people find it.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub async fn prepare(&self) -> std::io::Result<()> {
        match self {
            Self::Folder(path) => folder::prepare(path).await,
            Self::Smtp(_) | Self::Memory(_) => Ok(()),
        }
    }

    /// Takes a letter to where it goes.
    ///
    /// # Errors
    /// When it was not taken; [`Class::is_permanent`] says whether another attempt makes sense.
    pub async fn send(&self, letter: &Letter) -> Result<(), SendError> {
        match self {
            Self::Smtp(smtp) => smtp.send(letter).await,
            Self::Folder(path) => folder::write(path, letter).await,
            Self::Memory(letters) => {
                letters.lock().unwrap_or_else(PoisonError::into_inner).push(letter.clone());
                Ok(())
            }
        }
    }

    /// Says goodbye to the server, if one is listening; the next letter connects again.
    pub async fn rest(&self) {
        match self {
            Self::Smtp(smtp) => smtp.hang_up().await,
            Self::Folder(_) | Self::Memory(_) => {}
        }
    }

    /// Where letters go.
    pub fn route(&self) -> Route {
        match self {
            Self::Smtp(smtp) => smtp.route(),
            Self::Folder(path) => Route::Folder(path.display().to_string()),
            Self::Memory(_) => Route::Memory,
        }
    }

    /// The folder that letters lie in, if they do.
    pub fn folder_path(&self) -> Option<&Path> {
        match self {
            Self::Folder(path) => Some(path),
            Self::Smtp(_) | Self::Memory(_) => None,
        }
    }
}
