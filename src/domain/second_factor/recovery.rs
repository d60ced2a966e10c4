//! Recovery codes: ten, shown once, each good for one sign-in without the app.
//!
//! # Why a keyed digest and not Argon2
//! A code holds 80 random bits. OWASP ASVS 6.5.2 wants a slow hash below 112 bits, because whoever copies the database
//! could try them all against a fast one. Ours is an HMAC under the instance's master key, which is not in the database:
//! without it nothing can be tried at all, and with the live service guesses are throttled.

use serde_json::json;

use super::store;
use crate::base::id::{AccountId, uuid_v7};
use crate::base::secret::{Digest, PlainSecret};
use crate::base::time::Timestamp;
use crate::db::{self, Cx, Tx};
use crate::domain::Ctx;
use crate::domain::accounts::{Confirmed, Person};
use crate::domain::audit::{self, Action, Actor, Event};

/// How many codes there are.
const CODES: usize = 10;
/// How many characters a code has, of 32 each: 80 bits.
const LENGTH: usize = 16;
/// Crockford's base32: no letter that reads as a digit, no `u`.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Why no codes were made.
#[derive(Debug, thiserror::Error)]
pub enum MakeError {
    /// The account has no second factor that they could stand in for.
    #[error("recovery codes need an authenticator app first")]
    NoFactor,
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// What an account has of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overview {
    /// How many can still be used.
    pub left: i64,
    /// When those were made that wait for one to be typed back.
    pub unconfirmed: Option<Timestamp>,
}

/// What the account has of recovery codes.
///
/// # Errors
/// When the database does not answer.
pub async fn overview(ctx: &Ctx, of: &Person) -> db::Result<Overview> {
    overview_in(&mut ctx.db.read().await?, of.id()).await
}

async fn overview_in(cx: &mut Cx, account: AccountId) -> db::Result<Overview> {
    Ok(Overview { left: store::codes_left(cx, account).await?, unconfirmed: store::codes_unconfirmed(cx, account).await? })
}

/// Makes ten codes and ends all older ones. They count once one of them has been typed back.
///
/// # Errors
/// When the account has no second factor.
pub async fn make(ctx: &Ctx, by: &Confirmed) -> Result<Vec<PlainSecret>, MakeError> {
    let (person, now) = (by.person(), ctx.now());
    let codes: Vec<String> = std::iter::repeat_with(|| generate(ctx)).take(CODES).collect();
    let mut tx = ctx.db.write().await?;
    if store::totp(&mut tx, person.id()).await?.is_none_or(|row| row.confirmed_at.is_none()) {
        return Err(MakeError::NoFactor);
    }
    store::delete_codes(&mut tx, person.id()).await?;
    for code in &codes {
        let id = uuid_v7(now, &ctx.rng).to_string();
        store::insert_code(&mut tx, &id, person.id(), &digest(ctx, person.id(), code), now).await?;
    }
    let event = Event::done(Actor::Account(person.id()), person.origin(), Action::RecoveryCodesMade, person.id());
    audit::record(&mut tx, ctx, now, event).await?;
    tx.commit().await?;
    Ok(codes.iter().map(|code| PlainSecret::new(spelled(code))).collect())
}

/// Types one of the new codes back, which shows that they were stored: from now on they count. False if it is none of them.
///
/// # Errors
/// When the database did not do it.
pub async fn confirm(ctx: &Ctx, by: &Person, typed: &str) -> db::Result<bool> {
    let typed: String = typed.chars().filter(|c| !c.is_whitespace()).take(64).collect();
    let Some(code) = canonical(&typed) else { return Ok(false) };
    let mut tx = ctx.db.write().await?;
    if !store::confirm_codes(&mut tx, by.id(), &digest(ctx, by.id(), &code), ctx.now()).await? {
        return Ok(false);
    }
    let event = Event::done(Actor::Account(by.id()), by.origin(), Action::RecoveryCodesConfirmed, by.id());
    audit::record(&mut tx, ctx, ctx.now(), event.with(json!({ "codes": CODES }))).await?;
    tx.commit().await?;
    Ok(true)
}

/// Uses a code up. Gives the number of those that are left, or nothing if it is not good.
pub(super) async fn use_in(tx: &mut Tx, ctx: &Ctx, account: AccountId, code: &str, now: Timestamp) -> db::Result<Option<i64>> {
    if !store::use_code(tx, account, &digest(ctx, account, code), now).await? {
        return Ok(None);
    }
    store::codes_left(tx, account).await.map(Some)
}

fn digest(ctx: &Ctx, account: AccountId, code: &str) -> Digest {
    ctx.keys.digest(&format!("recovery/{account}/{code}"))
}

fn generate(ctx: &Ctx) -> String {
    let bytes = ctx.rng.bytes32();
    bytes[..LENGTH].iter().map(|byte| char::from(ALPHABET[usize::from(byte & 31)])).collect()
}

/// In groups of four: `k7xm-2p9q-abcd-0123`.
fn spelled(code: &str) -> String {
    let groups: Vec<&str> = (0..LENGTH).step_by(4).map(|at| &code[at..at + 4]).collect();
    groups.join("-")
}

/// A code as it is kept, from what was typed: without dashes, in lower case, with `o` and `l` read as the digits they are.
pub(super) fn canonical(typed: &str) -> Option<String> {
    let read = |c: char| match c.to_ascii_lowercase() {
        'o' => '0',
        'i' | 'l' => '1',
        c => c,
    };
    let code: String = typed.chars().filter(|c| *c != '-').map(read).collect();
    (code.len() == LENGTH && code.bytes().all(|b| ALPHABET.contains(&b))).then_some(code)
}
