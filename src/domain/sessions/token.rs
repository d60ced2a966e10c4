//! Session tokens: what a program presents that signed in by password. Signed, and as good as the session that they name.
//!
//! It is a session like a browser's and dies with everything that ends one; only its life is shorter, and no use prolongs
//! it. A cookie is never a session token and a session token never a cookie: each finds sessions of its own kind alone.

use crate::base::id::uuid_v7;
use crate::base::secret::PlainSecret;
use crate::base::time::{Span, Timestamp};
use crate::domain::accounts::Person;
use crate::domain::signing::{Claims, Class, FIRST_PARTY, Sid, Signer};
use crate::domain::{Ctx, SessionLimits};

/// How long the session of a program lives. How long its password counts as just typed is decided for all sessions alike.
pub(super) const LIMITS: SessionLimits =
    SessionLimits { idle: Span::hours(24), absolute: Span::hours(24), confirm: Span::minutes(30) };

/// The token of a session that has just begun.
pub(super) fn sign(ctx: &Ctx, signer: &Signer, person: &Person, (now, ends_at): (Timestamp, Timestamp)) -> PlainSecret {
    let claims = Claims {
        subject: person.id().to_string(),
        audiences: vec![ctx.settings.public_url.clone()],
        expires_at: ends_at,
        issued_at: now,
        id: uuid_v7(now, &ctx.rng).simple().to_string(),
        client: FIRST_PARTY.to_owned(),
        scope: None,
        session: Sid::Session(person.session()),
        workspace: None,
        roles: person.account().roles.words().map(str::to_owned).collect(),
        actor: None,
    };
    PlainSecret::new(signer.sign(Class::Session, &claims))
}
