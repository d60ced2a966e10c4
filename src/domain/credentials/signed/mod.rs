//! Signed tokens among the secrets: what a secret bought (client credentials, tokens derived from tokens), and the leave
//! that a person gave an app or a program.
//!
//! A token is as good as what it lives by, read from the database when it is first presented and kept until something about
//! that becomes weaker, like any other secret. It narrows: scopes are those of its parent that it names, its end is the
//! earlier one, and every limit and use is its parent's.

mod store;

use std::sync::Arc;

use super::addresses::AddressList;
use super::cache::{Acting, Entry, Form, Place};
use super::credential::{Kind, Owner};
use super::origins::OriginList;
use super::usage::Counter;
use crate::base::id::{CredentialId, SecretId, SessionId, WorkspaceId};
use crate::base::metadata::Metadata;
use crate::base::net::Origin;
use crate::base::secret::Digest;
use crate::base::time::Timestamp;
use crate::db::{self, Change, Cx, Error};
use crate::domain::Ctx;
use crate::domain::access::{self, EffectiveScopes, Holder, Scopes, Terms};
use crate::domain::accounts;
use crate::domain::audit::{self, Action, Actor, Event};
use crate::domain::signing::{self, Claims, Class, LONGEST_LIFE, MeantFor, ReadError, Sid};
use crate::domain::workspaces::{KeysManage, MemberRoles};

/// What is known of a signed token; nothing if it is nobody's. Whether it is meant for us is asked later: others ask about
/// tokens that are meant for them.
pub(super) async fn entry(ctx: &Ctx, digest: Digest, text: &str) -> db::Result<Option<Entry>> {
    let claims = match signing::read(ctx, Class::Access, text, MeantFor::Anybody).await {
        Ok(claims) => claims,
        Err(ReadError::NotGood) => return Ok(None),
        Err(ReadError::Unexpected(error)) => return Err(error),
    };
    let mut cx = ctx.db.read().await?;
    let terms = access::terms_in(&mut cx).await?;
    let parent = match claims.session {
        Sid::Secret(secret) => {
            let Some(found_by) = store::digest_of(&mut cx, secret).await? else { return Ok(None) };
            let row = super::store::by_digest(&mut cx, &found_by).await?;
            let parent = row.map(|row| Entry::from_row(ctx, digest, row, &terms)).transpose()?;
            parent.map(|parent| Entry { form: Form::Token, ..parent })
        }
        Sid::Session(session) => {
            let form = if claims.actor.is_some() { Form::Derived(session) } else { Form::Grant(session) };
            let parent = grant(ctx, &mut cx, digest, session, &terms).await?;
            let its = |parent: &Entry| parent.owner.account().is_some_and(|id| id.to_string() == claims.subject);
            parent.filter(its).map(|parent| Entry { form, ..parent })
        }
    };
    let given_up = store::is_given_up(&mut cx, &digest).await?;
    let token = parent.map(|parent| parent.narrowed(&claims, &terms, &ctx.settings.public_url));
    Ok(token.map(|token| Entry { revoked: token.revoked || given_up, ..token }))
}

/// What is known of a grant, whichever of its tokens asks.
pub(super) async fn grant_entry(ctx: &Ctx, session: SessionId) -> db::Result<Option<Entry>> {
    let mut cx = ctx.db.read().await?;
    let terms = access::terms_in(&mut cx).await?;
    grant(ctx, &mut cx, ctx.keys.digest(&session.to_string()), session, &terms).await
}

impl Entry {
    /// The same, as far as a token of it reaches.
    fn narrowed(self, claims: &Claims, terms: &Terms, ours: &str) -> Self {
        let scopes = match &claims.scope {
            None => self.scopes.clone(),
            Some(words) => {
                let named = Scopes::parse(words.split(' ').filter(|word| !word.is_empty())).ok();
                let named = named.and_then(|scopes| terms.catalogue.effective(&scopes, self.holder()));
                self.scopes.as_ref().zip(named).map(|(own, named)| named.within(own))
            }
        };
        let ends = [Some(claims.expires_at), self.expires_at];
        let for_us = claims.audiences.iter().any(|audience| audience == ours);
        Self { scopes, expires_at: ends.into_iter().flatten().min(), for_us, ..self }
    }

    fn holder(&self) -> Holder<'_> {
        match &self.person {
            Some(Acting { roles, .. }) => {
                Holder::Person { roles, member: self.place.as_ref().and_then(|place| place.roles.as_ref()) }
            }
            None if self.kind == Kind::Publishable => Holder::Publishable,
            None => Holder::Workspace,
        }
    }
}

/// The leave that a person gave an app, or a program that knew their password. The token policy is not asked: it is about
/// what people make for themselves, and this ends with every sign-out.
async fn grant(ctx: &Ctx, cx: &mut Cx, digest: Digest, session: SessionId, terms: &Terms) -> db::Result<Option<Entry>> {
    let Some(row) = store::grant(cx, session).await? else { return Ok(None) };
    let Some(account) = accounts::by_id(cx, row.account).await? else { return Ok(None) };
    let lacks_factor = account.second_factor.is_none() && access::needs_factor_in(cx, &account).await?;
    let place = place(&row)?;
    let member = place.as_ref().and_then(|place| place.roles.as_ref());
    let holder = Holder::Person { roles: &account.roles, member };
    let scopes = grant_scopes(row.scopes.as_deref(), terms, holder);
    let owner = Owner::Account(account.id);
    let credential = CredentialId::from_db(&session.to_db()).map_err(|_| Error::corrupt("session id"))?;
    let secret = SecretId::from_db(&session.to_db()).map_err(|_| Error::corrupt("session id"))?;
    Ok(Some(Entry {
        digest,
        form: Form::Grant(session),
        for_us: false,
        credential,
        kind: Kind::Personal,
        environment: None,
        owner,
        homeless: place.as_ref().is_some_and(|place| place.roles.is_none()),
        suspended: account.suspended_at.is_some() || row.place.as_ref().is_some_and(|place| place.suspended_at.is_some()),
        person: Some(Acting {
            email: account.email.as_str().to_owned(),
            name: account.name.as_str().to_owned(),
            roles: account.roles.clone(),
        }),
        name: row.client.unwrap_or_else(|| "Sign-in by password".to_owned()),
        prefix: String::new(),
        metadata: Metadata::default(),
        scopes,
        expires_at: Some(Timestamp::from_micros(row.ends_at)),
        valid_until: None,
        addresses: Some(AddressList::anywhere()),
        origins: Some(OriginList::default()),
        kept_from_browsers: false,
        revoked: row.ended_at.is_some() || row.client_disabled_at.is_some(),
        paused: lacks_factor,
        forbidden: None,
        shared: (ctx.settings.account_rate, ctx.verifier.shared_bucket_of(owner)),
        own: None,
        // A grant has no row that uses are counted in.
        counter: Arc::new(Counter::new(credential, secret)),
        place,
    }))
}

/// What a grant allows; without scopes of its own, everything that the person may.
fn grant_scopes(stored: Option<&str>, terms: &Terms, holder: Holder<'_>) -> Option<EffectiveScopes> {
    let scopes = match stored {
        Some(text) => Scopes::from_db(text)?,
        None => Scopes::parse(terms.catalogue.open_to(holder).map(|scope| scope.name.as_str())).ok()?,
    };
    terms.catalogue.effective(&scopes, holder)
}

fn place(row: &store::GrantRow) -> db::Result<Option<Place>> {
    let Some(there) = &row.place else { return Ok(None) };
    let roles = there.member_roles.as_deref().map(|roles| MemberRoles::from_db(roles).ok_or(Error::corrupt("role")));
    Ok(Some(Place {
        id: WorkspaceId::from_db(&there.id).map_err(|_| Error::corrupt("workspace id"))?,
        slug: there.slug.clone(),
        name: there.name.clone(),
        keys_manage: KeysManage::from_db(&there.keys_manage).ok_or(Error::corrupt("workspace"))?,
        roles: roles.transpose()?,
    }))
}

/// Gives up a token that a secret bought, or that was derived from another, and nothing else.
pub(super) async fn give_up(ctx: &Ctx, token: &Entry, origin: &Origin) -> db::Result<()> {
    let now = ctx.now();
    let mut tx = ctx.db.write().await?;
    if !store::give_up(&mut tx, &token.digest, token.expires_at.unwrap_or(now + LONGEST_LIFE)).await? {
        return Ok(());
    }
    // Its entry says whose it is, also where that is a grant.
    tx.narrow(Change::Credential(token.credential.to_db()), now).await?;
    let actor = Actor::Credential(token.credential);
    let event = match token.owner {
        Owner::Account(id) => Event::done(actor, origin, Action::SignedTokenGivenUp, id),
        Owner::Workspace(id) => Event::done_in(actor, origin, Action::SignedTokenGivenUp, id),
    };
    audit::record(&mut tx, ctx, now, event.of(token.credential)).await?;
    tx.commit().await
}

/// Forgets tokens that were given up and have ended by themselves since. Returns how many.
///
/// # Errors
/// When the database did not do it.
pub async fn sweep_given_up(ctx: &Ctx) -> db::Result<u64> {
    let mut tx = ctx.db.write().await?;
    let gone = store::sweep(&mut tx, ctx.now()).await?;
    tx.commit().await?;
    Ok(gone)
}
