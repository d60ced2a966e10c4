//! A secret that is good, and what is known of it.

use std::sync::Arc;

use super::cache::{Entry, Form, Place};
use super::credential::{Environment, Kind, Owner};
use crate::base::id::{AccountId, CredentialId, SecretId, SessionId, WorkspaceId};
use crate::base::metadata::Metadata;
use crate::base::time::Timestamp;
use crate::domain::access::EffectiveScopes;
use crate::domain::accounts::Roles;
use crate::domain::limits::Allowance;
use crate::domain::workspaces::MemberRoles;

/// A secret that is good.
#[derive(Clone)]
pub struct Granted {
    pub(super) entry: Arc<Entry>,
    pub(super) allowance: Allowance,
}

impl std::fmt::Debug for Granted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Granted({})", self.entry.credential)
    }
}

impl Granted {
    /// Which credential.
    pub fn credential(&self) -> CredentialId {
        self.entry.credential
    }

    /// The secret that was presented, or that bought what was presented.
    pub(in crate::domain) fn secret(&self) -> SecretId {
        self.entry.counter.secret()
    }

    /// When it ends, by its own end or by its secret's.
    pub(in crate::domain) fn ends_at(&self) -> Option<Timestamp> {
        [self.entry.expires_at, self.entry.valid_until].into_iter().flatten().min()
    }

    /// The grant, if it is none of the credentials but the leave that a person gave an app or a program.
    pub fn grant(&self) -> Option<SessionId> {
        match self.entry.form {
            Form::Grant(session) | Form::Derived(session) => Some(session),
            Form::Secret | Form::Token => None,
        }
    }

    /// The same, if giving it up ends the grant: what was derived from its token ends alone.
    pub fn ends_grant(&self) -> Option<SessionId> {
        match self.entry.form {
            Form::Grant(session) => Some(session),
            Form::Secret | Form::Token | Form::Derived(_) => None,
        }
    }

    /// Whether the secret itself was presented, and no token that it bought.
    pub fn is_secret(&self) -> bool {
        self.entry.form == Form::Secret
    }

    /// Its id on the wire: that of the credential, or of the grant.
    pub fn wire_id(&self) -> String {
        self.grant().map_or_else(|| self.entry.credential.to_string(), |session| session.to_string())
    }

    /// The word for its kind on the wire.
    pub fn kind_word(&self) -> &'static str {
        if self.grant().is_some() { "grant" } else { self.entry.kind.as_str() }
    }

    /// Of which kind.
    pub fn kind(&self) -> Kind {
        self.entry.kind
    }

    /// Whose.
    pub fn owner(&self) -> Owner {
        self.entry.owner
    }

    /// The person for whom it acts, if it is a person's.
    pub fn account(&self) -> Option<AccountId> {
        self.entry.owner.account()
    }

    /// The owner's address, if a person owns it.
    pub fn email(&self) -> Option<&str> {
        self.entry.person.as_ref().map(|person| person.email.as_str())
    }

    /// The owner's name, if a person owns it; may be empty.
    pub fn person(&self) -> Option<&str> {
        self.entry.person.as_ref().map(|person| person.name.as_str())
    }

    /// The owner's roles now: a workspace has none.
    pub fn roles(&self) -> Option<&Roles> {
        self.entry.person.as_ref().map(|person| &person.roles)
    }

    /// The workspace that it belongs to, or is locked to.
    pub fn workspace(&self) -> Option<GrantedIn<'_>> {
        self.entry.place.as_ref().map(GrantedIn)
    }

    /// The environment of a key.
    pub fn environment(&self) -> Option<Environment> {
        self.entry.environment
    }

    /// What its owner wants told about it.
    pub fn metadata(&self) -> &Metadata {
        &self.entry.metadata
    }

    /// The credential's name.
    pub fn name(&self) -> &str {
        &self.entry.name
    }

    /// The beginning of its secret.
    pub fn prefix(&self) -> &str {
        &self.entry.prefix
    }

    /// Whether it is a publishable key whose list names the origin of this web page.
    pub fn names_page(&self, origin: &str) -> bool {
        let list = self.entry.origins.as_ref().filter(|_| self.entry.kind == Kind::Publishable);
        list.is_some_and(|list| !list.is_empty() && list.allows(Some(origin)))
    }

    /// What it may be used for now: its scopes, as far as its owner's rights reach.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.entry.scopes.iter().flat_map(EffectiveScopes::held)
    }

    /// Whether it may be used for this.
    pub fn allows(&self, scope: &str) -> bool {
        self.entry.allows(scope)
    }

    /// When it ends.
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.entry.expires_at
    }

    /// What is left of its limit.
    pub fn allowance(&self) -> Allowance {
        self.allowance
    }
}

/// The workspace of a credential.
#[derive(Clone, Copy)]
pub struct GrantedIn<'a>(&'a Place);

impl<'a> GrantedIn<'a> {
    /// Which.
    pub fn id(self) -> WorkspaceId {
        self.0.id
    }

    /// Its name in addresses.
    pub fn slug(self) -> &'a str {
        &self.0.slug
    }

    /// What people call it.
    pub fn name(self) -> &'a str {
        &self.0.name
    }

    /// What the owner of a locked token is there now; nothing for a workspace's own credentials.
    pub fn roles(self) -> Option<&'a MemberRoles> {
        self.0.roles.as_ref()
    }
}
