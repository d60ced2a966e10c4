//! The keys that sign tokens, and the tokens that they sign.

mod keys;
mod tokens;

use latchkey::base::id::SessionId;
use latchkey::base::time::Span;
use latchkey::domain::Ctx;
use latchkey::domain::signing::{Claims, Sid};

/// What a token of a session says that nobody has.
pub fn claims(ctx: &Ctx) -> Claims {
    Claims {
        subject: "usr_anna".into(),
        audiences: vec![ctx.settings.public_url.clone()],
        expires_at: ctx.now() + Span::minutes(15),
        issued_at: ctx.now(),
        id: "one".into(),
        client: "key_shop".into(),
        scope: Some("read write".into()),
        session: Sid::Session(SessionId::new(ctx.now(), &ctx.rng)),
        workspace: None,
        roles: vec!["user".into()],
        actor: None,
    }
}
