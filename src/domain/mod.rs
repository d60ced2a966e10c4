//! The rules, one folder per feature: its types, its verbs, and its own SQL in a private `mod store`.
//!
//! A **verb** takes [`Ctx`], owns one transaction, writes its audit event and its mail in it, and answers with the
//! outcomes that a person can act on. Uses point only down this list:
//!
//! | feature | what it decides |
//! |---|---|
//! | [`profile`] | an account as a whole: recovered, renamed, moved to another address, exported, deleted |
//! | [`grants`] | tokens that apps and programs hold for people and services: given, refreshed, derived, revoked |
//! | [`credentials`] | API tokens and keys: issue, list, revoke, verify, count; what a change of the policy does to them |
//! | [`clients`] | apps that act for people: which there are, what they may ask for, and who lets them |
//! | [`sessions`] | signing in, resuming and ending a browser's session; suspending an account |
//! | [`signing`] | the keys that sign tokens, and the tokens that they sign |
//! | [`second_factor`] | authenticator apps and recovery codes |
//! | [`access`] | who may hold tokens, which scopes there are, who is an administrator and who has which role |
//! | [`workspaces`] | tenants: who belongs to them, and what they may do there |
//! | [`accounts`] | people: sign-up, confirmation, passwords |
//! | [`attempts`] | failures in a row, by account |
//! | [`audit`] [`mail`] [`limits`] [`repeats`] | what happened; the outbox; how often; what was asked for twice |

pub mod access;
pub mod accounts;
pub mod attempts;
pub mod audit;
pub mod clients;
pub mod credentials;
pub mod grants;
pub mod limits;
pub mod mail;
pub mod profile;
pub mod repeats;
pub mod second_factor;
pub mod sessions;
pub mod signing;
pub mod workspaces;

use crate::base::id::{AccountId, MailId};
use crate::base::rng::Rng;
use crate::base::secret::Keys;
use crate::base::text::EmailAddress;
use crate::base::time::{Clock, Span, Timestamp};
use crate::db::{self, Db, Tx};

/// The part of the application that a rule may see.
pub struct Ctx {
    /// The database.
    pub db: Db,
    /// The clock.
    pub clock: Clock,
    /// Random bytes.
    pub rng: Rng,
    /// The keys in use.
    pub keys: Keys,
    /// What the operator decided.
    pub settings: Settings,
    /// The threads that hash passwords.
    pub hasher: accounts::Hasher,
    /// The buckets of everything that is limited.
    pub limits: limits::Limits,
    /// The cache of verified credentials.
    pub verifier: credentials::Verifier,
    /// The keys that sign tokens.
    pub keyring: signing::Keyring,
    /// Who writes mail, and the way it goes.
    pub mail: mail::Mailer,
}

impl Ctx {
    /// The present instant.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Puts a mail to the owner of an account into the outbox, in the transaction of its cause. After the commit,
    /// `ctx.mail.wake()` sends it at once.
    pub(in crate::domain) async fn post(
        &self,
        tx: &mut Tx,
        to: &accounts::Account,
        message: &mail::Message,
        life: Span,
    ) -> db::Result<()> {
        self.post_to(tx, &to.email, Some(to.id), message, life).await
    }

    /// The same to another address: one that an account had, or is to have.
    pub(in crate::domain) async fn post_to(
        &self,
        tx: &mut Tx,
        recipient: &EmailAddress,
        account: Option<AccountId>,
        message: &mail::Message,
        life: Span,
    ) -> db::Result<()> {
        let now = self.now();
        let id = MailId::new(now, &self.rng);
        mail::enqueue(tx, mail::NewMail { id, account, recipient, message, now, expires_at: now + life }).await
    }
}

/// What the operator decided, as far as rules depend on it.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What people call the service.
    pub service_name: String,
    /// The origin of every link, without a slash at the end.
    pub public_url: String,
    /// The first part of every secret.
    pub token_brand: String,
    /// What the server is for.
    pub served_as: db::ServedAs,
    /// Who may sign up.
    pub sign_up: SignUp,
    /// The fewest characters of a password.
    pub password_min: usize,
    /// How long sessions live.
    pub session: SessionLimits,
    /// Whether web pages may use secret keys and the secrets of service accounts.
    pub secret_keys_in_browsers: bool,
    /// Requests a minute of an account's sessions and personal tokens together.
    pub account_rate: limits::Rate,
    /// Sign-ups a minute from one network.
    pub sign_up_rate: limits::Rate,
    /// Sign-in attempts a minute from one network.
    pub sign_in_rate: limits::Rate,
}

/// Who may sign up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignUp {
    /// Anybody.
    Open,
    /// Those who are invited.
    Invite,
}

/// How long sessions live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionLimits {
    /// Without a request.
    pub idle: Span,
    /// At the most.
    pub absolute: Span,
    /// How long after the password was typed what matters may be done without typing it again.
    pub confirm: Span,
}
