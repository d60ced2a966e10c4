//! From what is stored of a secret to what a verification must know of it.

use super::addresses::AddressList;
use super::cache::{Acting, Entry, Form, Place};
use super::credential::{Environment, Kind, Owner};
use super::origins::OriginList;
use super::store;
use crate::base::id::{AccountId, CredentialId, SecretId, WorkspaceId};
use crate::base::metadata::Metadata;
use crate::base::secret::Digest;
use crate::base::time::Timestamp;
use crate::db::{self, Error};
use crate::domain::Ctx;
use crate::domain::access::{self, Holder, Scopes, Terms};
use crate::domain::accounts::Roles;
use crate::domain::limits::Rate;
use crate::domain::workspaces::{KeysManage, MemberRoles};

impl Entry {
    pub(super) fn from_row(ctx: &Ctx, digest: Digest, row: store::SecretRow, terms: &Terms) -> db::Result<Self> {
        let secret = SecretId::from_db(&row.secret_id).map_err(|_| Error::corrupt("secret id"))?;
        let credential = CredentialId::from_db(&row.credential_id).map_err(|_| Error::corrupt("credential id"))?;
        let (created_at, expires_at) = (Timestamp::from_micros(row.created_at), row.expires_at.map(Timestamp::from_micros));
        let second_factor = row.second_factor.map(Timestamp::from_micros);
        let (person, place) = (acting(&row)?, place(&row)?);
        let owner = owner(&row, place.as_ref())?;
        let kind = Kind::from_db(&row.kind).ok_or(Error::corrupt("kind"))?;
        let holder = match &person {
            Some(Acting { roles, .. }) => Holder::Person { roles, member: place.as_ref().and_then(|place| place.roles.as_ref()) },
            None if kind == Kind::Publishable => Holder::Publishable,
            None => Holder::Workspace,
        };
        let scopes = Scopes::from_db(&row.scopes).and_then(|scopes| terms.catalogue.effective(&scopes, holder));
        // The token policy is about people; what a workspace may hold is decided there.
        let forbidden = person.as_ref().and_then(|person| {
            let member = place.as_ref().and_then(|place| place.roles.as_ref());
            let owner = access::Owner { roles: &person.roles, second_factor, member };
            terms.policy.permits_use(owner, created_at, expires_at).err()
        });
        let shared = match owner {
            Owner::Account(_) => ctx.settings.account_rate,
            Owner::Workspace(_) => rate(row.plan_rate.ok_or(Error::corrupt("plan"))?)?,
        };
        let own = row.requests_per_minute.map(rate).transpose()?;
        Ok(Self {
            digest,
            form: Form::Secret,
            for_us: true,
            credential,
            kind,
            environment: row.environment.map(|word| Environment::parse(&word).ok_or(Error::corrupt("kind"))).transpose()?,
            owner,
            homeless: row.locked_to.is_some() && row.member_roles.is_none(),
            suspended: row.suspended_at.is_some() || row.workspace_suspended_at.is_some(),
            person,
            place,
            name: row.name,
            prefix: row.prefix,
            metadata: Metadata::from_db(&row.metadata).ok_or(Error::corrupt("metadata"))?,
            scopes,
            expires_at,
            valid_until: row.valid_until.map(Timestamp::from_micros),
            addresses: AddressList::from_db(&row.allowed_addresses),
            origins: OriginList::from_db(&row.origins),
            kept_from_browsers: matches!(kind, Kind::Secret | Kind::Service) && !ctx.settings.secret_keys_in_browsers,
            revoked: row.revoked_at.is_some(),
            paused: row.paused_at.is_some(),
            forbidden,
            shared: (shared, ctx.verifier.shared_bucket_of(owner)),
            own: own.map(|own| (own, ctx.verifier.own_bucket_of(credential))),
            counter: ctx.verifier.counter_of(credential, secret),
        })
    }
}

fn acting(row: &store::SecretRow) -> db::Result<Option<Acting>> {
    let (Some(email), Some(name), Some(roles)) = (&row.email, &row.person, &row.roles) else { return Ok(None) };
    let roles = Roles::from_db(roles).ok_or(Error::corrupt("role"))?;
    Ok(Some(Acting { email: email.clone(), name: name.clone(), roles }))
}

fn place(row: &store::SecretRow) -> db::Result<Option<Place>> {
    let (Some(id), Some(slug), Some(name), Some(keys_manage)) = (&row.workspace_id, &row.slug, &row.workspace, &row.keys_manage)
    else {
        return Ok(None);
    };
    let roles = row.member_roles.as_deref().map(|roles| MemberRoles::from_db(roles).ok_or(Error::corrupt("role")));
    Ok(Some(Place {
        id: WorkspaceId::from_db(id).map_err(|_| Error::corrupt("workspace id"))?,
        slug: slug.clone(),
        name: name.clone(),
        keys_manage: KeysManage::from_db(keys_manage).ok_or(Error::corrupt("workspace"))?,
        roles: roles.transpose()?,
    }))
}

fn owner(row: &store::SecretRow, place: Option<&Place>) -> db::Result<Owner> {
    match (&row.account_id, place) {
        (Some(id), _) => AccountId::from_db(id).map(Owner::Account).map_err(|_| Error::corrupt("account id")),
        (None, Some(place)) => Ok(Owner::Workspace(place.id)),
        (None, None) => Err(Error::corrupt("owner of a credential")),
    }
}

fn rate(per_minute: i64) -> db::Result<Rate> {
    u32::try_from(per_minute).map(Rate::per_minute).map_err(|_| Error::corrupt("limit"))
}
