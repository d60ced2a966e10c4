//! Mail: an outbox in the database, and the ways out of it.
//!
//! A verb calls [`enqueue`] in its own transaction, so a message exists exactly when its cause does. The row holds
//! a [`Message`], never a secret: links and codes are derived from a random seed under the master key when the
//! message is rendered, which is when it is sent. The delivery job takes one row at a time with [`claim_next`] and
//! ends it with [`record_sent`] or [`record_failure`].
//!
//! A message goes out at least once: a process that dies between sending and recording leaves a row that is sent
//! again, under the same `Message-ID`, by which receivers know the copy.
//!
//! | module | what it is |
//! |---|---|
//! | [`cause`] | when, from where and by whom something was done |
//! | [`messages`] | everything we ever write to somebody |
//! | [`grant_ended`] | those that tell of an app whose tokens may be in two hands |
//! | [`membership`] | those of them that are about belonging to workspaces |
//! | [`workspace_credential`] | those about the keys and service accounts of workspaces |
//! | [`outbox`] | waiting, sent, given up; when the next attempt is due |
//! | [`overview`] | what lies in the outbox, for whoever runs the service |
//! | [`rendering`] | from a message to its subject, its text and its HTML |
//! | [`transport`] | SMTP, a folder of files, or memory |

pub mod cause;
pub mod grant_ended;
mod heading;
pub mod membership;
pub mod messages;
pub mod outbox;
pub mod overview;
mod phrases;
pub mod rendering;
mod store;
mod stored;
pub mod transport;
pub mod workspace_credential;

use std::path::Path;
use std::sync::Arc;

use tokio::sync::Notify;

use crate::base::id::MailId;
use crate::base::secret::Keys;
use crate::base::text::EmailAddress;
use crate::base::time::Timestamp;

pub use cause::{Asker, Cause, NamedToken, Revoker};
pub use grant_ended::{GrantEnded, Twice};
pub use membership::{MemberRolesChanged, MembershipEnd, MembershipEnded, WorkspaceInvitation};
pub use messages::Message;
pub use outbox::{
    Claimed, Fate, NOTICE_LIFE, NewMail, claim_next, count_given_up, enqueue, record_expired, record_failure, record_sent, sweep,
};
pub use overview::{Lying, MailCounts, MailState, counts, errors, list, requeue};
pub use rendering::{Rendered, Service, render};
pub use transport::{Class, Letter, Route, SendError, Transport};
pub use workspace_credential::{CredentialChanger, CredentialEnd, CredentialNews, CredentialSort, WorkspaceCredential};

/// Who writes, and the way the mail goes. Clones share one transport.
#[derive(Clone)]
pub struct Mailer(Arc<Parts>);

struct Parts {
    service: Service,
    transport: Transport,
    queued: Arc<Notify>,
}

impl Mailer {
    /// For this instance.
    pub fn new(service: Service, transport: Transport) -> Self {
        Self(Arc::new(Parts { service, transport, queued: Arc::default() }))
    }

    /// Makes ready what can be made ready before the first mail.
    ///
    /// # Errors
    /// When the folder for mail cannot be made.
    pub async fn prepare(&self) -> std::io::Result<()> {
        self.0.transport.prepare().await
    }

    /// Tells the delivery job that there is something to send. Call it once the transaction is committed; forgotten,
    /// it costs a few seconds, never the mail.
    pub fn wake(&self) {
        self.0.queued.notify_one();
    }

    /// What the delivery job waits for.
    pub fn queued(&self) -> Arc<Notify> {
        self.0.queued.clone()
    }

    /// The folder in which mail lies, if it goes nowhere else: for the page that says where to look.
    pub fn folder_path(&self) -> Option<&Path> {
        self.0.transport.folder_path()
    }

    /// Where mail goes, fit to be shown.
    pub fn route(&self) -> Route {
        self.0.transport.route()
    }

    /// Renders a message and sends it, now.
    ///
    /// # Errors
    /// When the transport did not take it.
    pub async fn deliver(
        &self,
        id: MailId,
        to: EmailAddress,
        message: &Message,
        keys: &Keys,
        now: Timestamp,
    ) -> Result<(), SendError> {
        let Parts { service, transport, .. } = &*self.0;
        let Rendered { subject, text, html } = render(message, service, keys, now);
        transport.send(&Letter { id, at: now, from: service.sender.clone(), to, subject, text, html }).await
    }

    /// Ends what the transport keeps open between two letters.
    pub async fn rest(&self) {
        self.0.transport.rest().await;
    }
}
