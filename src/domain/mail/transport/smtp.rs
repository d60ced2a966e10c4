//! An SMTP server.
//!
//! # Why not lettre's pool
//! Its own time limit ends with the connection's handshake, so a server that falls silent later would hang us for
//! ever; every letter therefore gets a limit around the whole exchange. But a connection that is cancelled in the
//! middle goes back into lettre's pool with an answer still to come, and that answer would be taken for the next
//! letter's. Here a connection is kept only after an exchange that came to its end.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::extension::{ClientId, Extension};
use secrecy::ExposeSecret as _;
use tokio::time::timeout;

use super::smtp_url::{Security, SmtpUrl};
use super::{Class, Letter, Route, SendError, mime};

/// How long a goodbye may take.
const GOODBYE: Duration = Duration::from_secs(2);

/// One server, and at most one connection that waits for the next letter.
pub struct Smtp {
    server: SmtpUrl,
    tls: Option<TlsParameters>,
    limit: Duration,
    kept: Mutex<Option<AsyncSmtpConnection>>,
}

impl Smtp {
    pub(super) fn new(server: SmtpUrl, limit: Duration) -> Result<Self, SendError> {
        let tls = match server.security {
            Security::Clear => None,
            Security::StartTls | Security::Tls => {
                Some(TlsParameters::new(server.host.clone()).map_err(|error| SendError::of_smtp(&error))?)
            }
        };
        Ok(Self { server, tls, limit, kept: Mutex::new(None) })
    }

    /// Where it is, without who we are there.
    pub(super) fn route(&self) -> Route {
        let SmtpUrl { host, port, security, login } = &self.server;
        let encryption = match security {
            Security::Clear => "unencrypted",
            Security::StartTls => "encrypted before anything is said (STARTTLS)",
            Security::Tls => "encrypted from the first byte (TLS)",
        };
        Route::Server { host: host.clone(), port: *port, encryption, signs_in: login.is_some() }
    }

    /// Sends within the time limit; afterwards the connection is closed and the outcome unknown.
    pub(super) async fn send(&self, letter: &Letter) -> Result<(), SendError> {
        timeout(self.limit, self.exchange(letter)).await.unwrap_or_else(|_| Err(SendError::timeout()))
    }

    /// Ends the kept connection, if there is one.
    pub(super) async fn hang_up(&self) {
        if let Some(mut connection) = self.take_kept() {
            // A server that does not answer the goodbye has lost the connection all the same.
            drop(timeout(GOODBYE, connection.quit()).await);
        }
    }

    async fn exchange(&self, letter: &Letter) -> Result<(), SendError> {
        let message = mime::message(letter);
        let mut connection = self.connection().await?;
        if !letter.to.as_str().is_ascii() && !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
            return Err(SendError::new(Class::Refused, "the mail server cannot write to addresses beyond ASCII"));
        }
        let sent = connection.send(message.envelope(), &message.formatted()).await;
        sent.map_err(|error| SendError::of_smtp(&error))?;
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(connection);
        Ok(())
    }

    async fn connection(&self) -> Result<AsyncSmtpConnection, SendError> {
        if let Some(mut kept) = self.take_kept()
            && kept.test_connected().await
        {
            return Ok(kept);
        }
        self.connect().await
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, SendError> {
        let failed = |error| SendError::of_smtp(&error);
        let SmtpUrl { host, port, security, login } = &self.server;
        let hello = ClientId::default();
        let at_once = self.tls.clone().filter(|_| *security == Security::Tls);
        let place = (host.as_str(), *port);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(place, Some(self.limit), &hello, at_once, None).await.map_err(failed)?;
        if let (Security::StartTls, Some(tls)) = (security, &self.tls) {
            if !connection.can_starttls() {
                return Err(SendError::new(Class::Certificate, "the server does not offer STARTTLS"));
            }
            connection.starttls(tls.clone(), &hello).await.map_err(failed)?;
        }
        if let Some(login) = login {
            let credentials = Credentials::new(login.user.clone(), login.password.expose_secret().to_owned());
            connection.auth(DEFAULT_MECHANISMS, &credentials).await.map_err(failed)?;
        }
        Ok(connection)
    }

    fn take_kept(&self) -> Option<AsyncSmtpConnection> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
